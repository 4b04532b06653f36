//! SQL files that are compiled into a program.

use migrate_core::revision::{Chain, Dependencies};
use migrate_core::runner::{Goal, RunSettings, apply};
use migrate_core::target::Target;
use migrate_tests::{dump, execute, server};

#[tokio::test]
async fn a_folder_is_a_chain_whose_files_are_in_the_program() {
    let files = migrate_core::sql_files!("sql-files");
    let names: Vec<&str> = files.iter().map(|(name, _)| *name).collect();
    let down_and_up = ["V0001__create_point.down.sql", "V0001__create_point.up.sql"];
    assert_eq!(names, [down_and_up[0], down_and_up[1], "later/V0002__add_y.sql"]);
    let chain = Chain::of_sql_files(files).expect("they are revisions");
    let [built, wanted] = [server().await.create().await, server().await.create().await]
        .map(|made| made.expect("a database is made"));
    execute(&wanted, "CREATE TABLE point (x int, y int)").await;
    let target = Target::new(built.options(), "public");
    let settings = RunSettings::default();
    let done =
        apply(chain, &Dependencies::default(), &target, &Goal::Head, &settings, &|_| {}).await;
    assert_eq!(done.expect("it applies").revisions.len(), 2);
    execute(&built, "DROP TABLE migrate_history").await;
    assert_eq!(dump(&built), dump(&wanted));
}
