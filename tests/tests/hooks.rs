//! Hooks that an application writes in Rust.

use migrate_core::catalog::Ident;
use migrate_core::revision::{Chain, Dependencies};
use migrate_core::runner::{Goal, Hook, Hooks, RunSettings, apply};
use migrate_core::target::{Session, Target};
use migrate_tests::{connect, execute, server};
use sqlx::Connection;

fn hook(said: &'static str) -> Hook {
    Hook::new(move |db| {
        Box::pin(async move {
            let schema = db.schema();
            sqlx::query("INSERT INTO log (said) VALUES ($1)")
                .bind(format!("{said} in {schema}"))
                .execute(db.conn().await?)
                .await?;
            Ok(())
        })
    })
}

#[tokio::test]
async fn functions_run_before_and_after_and_use_the_revisions_own_connection() {
    let database = server().await.create().await.expect("a database is made");
    let files = [
        ("V1__log.sql", "CREATE TABLE log (at serial, said text)"),
        ("V2__second.sql", "INSERT INTO log (said) VALUES ('second')"),
    ];
    let chain = Chain::of_sql_files(&files).expect("they are revisions");
    let target = Target::new(database.options(), "Ten ant");
    let run = async |hooks: Hooks, goal: Goal| {
        let settings = RunSettings { hooks, ..RunSettings::default() };
        apply(chain, &Dependencies::default(), &target, &goal, &settings, &|_| {}).await
    };
    run(Hooks::default(), Goal::Count(1)).await.expect("it applies");
    let hooks = Hooks {
        before_all: vec![hook("before all")],
        before_each: vec![hook("before each")],
        after_each: vec![hook("after each")],
        after_all: vec![hook("after all")],
        ..Hooks::default()
    };
    run(hooks, Goal::Head).await.expect("it applies");
    let mut connection = connect(&database).await;
    let said: Vec<String> = sqlx::query_scalar("SELECT said FROM \"Ten ant\".log ORDER BY at")
        .fetch_all(&mut connection)
        .await
        .expect("it is read");
    connection.close().await.expect("the session ends");
    let wanted = [
        "before all in \"Ten ant\"",
        "before each in \"Ten ant\"",
        "second",
        "after each in \"Ten ant\"",
        "after all in \"Ten ant\"",
    ];
    assert_eq!(said, wanted);
}

#[tokio::test]
async fn a_login_that_has_the_services_rights_only_as_the_service_runs_revisions_and_hooks() {
    let database = server().await.create().await.expect("a database is made");
    let (service, login) = (format!("{}_s", database.name()), format!("{}_l", database.name()));
    let roles = format!(
        "CREATE ROLE \"{service}\"; CREATE ROLE \"{login}\" LOGIN NOINHERIT IN ROLE \"{service}\";
         CREATE SCHEMA shop AUTHORIZATION \"{service}\""
    );
    execute(&database, &roles).await;
    let files = [
        ("V1__log.sql", "CREATE TABLE log (at serial, said text)"),
        ("V2__second.sql", "INSERT INTO log (said) VALUES ('second')"),
    ];
    let chain = Chain::of_sql_files(&files).expect("they are revisions");
    let session = Session { role: Some(Ident::new(&service)), ..Session::default() };
    let options = database.options().username(&login);
    let target = Target { session, ..Target::new(options, "shop") };
    let hooks = Hooks { after_all: vec![hook("after all")], ..Hooks::default() };
    let settings = RunSettings { hooks, ..RunSettings::default() };
    let goal = Goal::Head;
    let applied = apply(chain, &Dependencies::default(), &target, &goal, &settings, &|_| {}).await;
    assert_eq!(applied.expect("it applies").revisions.len(), 2);
    let owned = format!("DROP OWNED BY \"{service}\"; DROP ROLE \"{login}\", \"{service}\"");
    execute(&database, &owned).await;
}
