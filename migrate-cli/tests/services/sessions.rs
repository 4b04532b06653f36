//! What SQL revisions set and make in their sessions, and what is left where one stops.

use sqlx::{Connection, Executor};

use crate::project::Project;

const EVENTS: &str = "CREATE TABLE IF NOT EXISTS event (id int);
    INSERT INTO event VALUES (1), (2);
    CREATE TABLE held (a int);";

/// A project whose revisions are in another schema than that which the database looks into.
async fn beside_public(second: &str) -> Project {
    let project = Project::with(&[
        ("migrate.toml", "schema = \"shop\"\n"),
        ("migrations/V1__events.sql", EVENTS),
        ("migrations/V2__second.sql", second),
    ])
    .await;
    project.execute("CREATE TABLE public.event (id int); INSERT INTO event VALUES (3)").await;
    project.run(&["apply", "--to", "1"]).fine();
    project
}

async fn rows(project: &Project) -> [String; 2] {
    let count = async |table: &str| {
        project.texts(&format!("SELECT count(*)::text FROM {table}")).await.concat()
    };
    [count("public.event").await, count("shop.event").await]
}

#[tokio::test]
async fn what_takes_the_search_path_back_leaves_it_to_the_schema_of_the_run() {
    for taken_back in ["RESET search_path", "set search_path to default"] {
        for mode in ["", "-- migrate: transaction = none\n"] {
            let second =
                format!("{mode}SET search_path = public;\n{taken_back};\nDELETE FROM event;");
            let project = beside_public(&second).await;
            project.run(&["apply"]).fine();
            assert_eq!(rows(&project).await, ["1", "0"], "{second}");
        }
    }
}

#[tokio::test]
async fn a_setting_made_by_a_function_holds_for_what_is_tried_again() {
    let second = "-- migrate: transaction = none
SELECT set_config('search_path', 'public', false);
ALTER TABLE shop.held ADD COLUMN b int;
DELETE FROM event;";
    let project = beside_public(second).await;
    let mut holder = migrate_tests::connect(&project.database).await;
    holder.execute("BEGIN; SELECT FROM shop.held").await.expect("it is locked");
    project.run(&["apply", "--lock-timeout", "100ms", "--attempts", "2"]).says(1, &["no lock"]);
    holder.close().await.expect("the session ends");
    project.run(&["apply"]).fine();
    assert_eq!(rows(&project).await, ["0", "2"]);
}

#[tokio::test]
async fn what_a_block_has_set_is_still_set_where_a_lock_is_waited_for_within_one_run() {
    let second = "-- migrate: transaction = none
DO $$ BEGIN SET search_path = public; END $$;
ALTER TABLE shop.held ADD COLUMN b int;
DELETE FROM event;";
    let project = beside_public(second).await;
    let mut holder = migrate_tests::connect(&project.database).await;
    holder.execute("BEGIN; SELECT FROM shop.held").await.expect("it is locked");
    let apply = ["apply", "--lock-timeout", "100ms", "--attempts", "100"];
    std::thread::scope(|scope| {
        let run = scope.spawn(|| project.run(&apply));
        std::thread::sleep(std::time::Duration::from_millis(1500));
        drop(holder);
        run.join().expect("the command ends").says(0, &["attempt 1 got no lock"]);
    });
    assert_eq!(rows(&project).await, ["0", "2"]);
}

#[tokio::test]
async fn nothing_goes_on_without_what_a_finished_statement_made_for_its_session() {
    for made in [
        "CREATE TEMP TABLE event AS SELECT 1 AS id",
        "SELECT 1 AS id INTO TEMPORARY event",
        "PREPARE gone AS SELECT 1",
        "DO $$ BEGIN SET search_path = public; END $$",
    ] {
        let second = format!(
            "-- migrate: transaction = none\n{made};\nCREATE UNIQUE INDEX CONCURRENTLY ON shop.held (a);\nDELETE FROM event;"
        );
        let project = beside_public(&second).await;
        project.execute("INSERT INTO shop.held VALUES (1), (1)").await;
        project.run(&["apply"]).says(1, &["could not create unique index"]);
        project.execute("TRUNCATE shop.held").await;
        let refusal =
            ["V2__second.sql:2: ", "what it made for its session is gone", "`statement 2`"];
        project.run(&["apply"]).says(1, &refusal);
        assert_eq!(rows(&project).await, ["1", "2"], "{made}");
    }
}

#[tokio::test]
async fn an_index_that_could_not_be_built_anew_leaves_none_beside_it() {
    let second = "-- migrate: transaction = none\nREINDEX INDEX CONCURRENTLY held_a;";
    let first = "CREATE TABLE held (a int); CREATE INDEX held_a ON held (a);";
    let project =
        Project::with(&[("migrations/V1__held.sql", first), ("migrations/V2__again.sql", second)])
            .await;
    project.run(&["apply", "--to", "1"]).fine();
    let mut holder = migrate_tests::connect(&project.database).await;
    holder.execute("BEGIN; INSERT INTO held VALUES (1)").await.expect("it is locked");
    let apply = ["apply", "--lock-timeout", "300ms", "--attempts", "2"];
    project.run(&apply).says(1, &["attempt 1 got no lock"]);
    holder.close().await.expect("the session ends");
    project.run(&["apply"]).fine();
    let indexes = "SELECT indexrelid::regclass::text FROM pg_index
                   WHERE indrelid = 'held'::regclass";
    assert_eq!(project.texts(indexes).await, ["held_a"]);
}

#[tokio::test]
async fn a_partition_that_is_half_detached_is_detached_in_the_end() {
    let first = "CREATE TABLE p (a int) PARTITION BY LIST (a);
        CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1); INSERT INTO p VALUES (1);";
    let second = "-- migrate: transaction = none
ALTER TABLE p DETACH PARTITION {current_schema}.p1 CONCURRENTLY;
CREATE TABLE done ();";
    let project =
        Project::with(&[("migrations/V1__p.sql", first), ("migrations/V2__detach.sql", second)])
            .await;
    project.run(&["apply", "--to", "1"]).fine();
    let mut reader = migrate_tests::connect(&project.database).await;
    reader.execute("BEGIN; SELECT FROM p").await.expect("it is read");
    let apply = ["apply", "--lock-timeout", "300ms", "--attempts", "2"];
    project.run(&apply).says(1, &["attempt 1 got no lock", "could not get a lock in 2 attempts"]);
    let pending = "SELECT inhdetachpending::text FROM pg_inherits";
    assert_eq!(project.texts(pending).await, ["true"]);
    reader.close().await.expect("the session ends");
    project.run(&["apply"]).says(0, &["applied V2__detach"]);
    assert_eq!(project.texts(pending).await, [""; 0]);
    assert_eq!(project.texts("SELECT a::text FROM p1").await, ["1"]);
}

#[tokio::test]
async fn an_error_within_the_text_of_a_function_or_a_block_has_its_line() {
    let function = "CREATE TABLE ok ();

CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$
BEGIN
  PERFORM 1;
  RETRUN 1;
END $$;
";
    let block = "DO $$
BEGIN
  PERFORM 1;
  DELETE FROM nothing;
END $$;
";
    for (text, line) in [(function, 6), (block, 4)] {
        for mode in ["", "-- migrate: transaction = none\n"] {
            let text = format!("{mode}{text}");
            let project = Project::with(&[("migrations/V1__a.sql", &text)]).await;
            let line = line + usize::from(!mode.is_empty());
            project.run(&["apply"]).says(1, &[&format!("V1__a.sql:{line}: ")]);
        }
    }
}
