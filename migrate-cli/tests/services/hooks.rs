//! Hooks around revisions.

use crate::project::Project;

/// Each hook and revision writes its name into a table that was there before.
async fn project() -> Project {
    let project = Project::with(&[
        ("migrations/V1__first.sql", "INSERT INTO log (said) VALUES ('first')"),
        ("migrations/V2__second.sql", "INSERT INTO log (said) VALUES ('second')"),
        ("migrations/V3__third_NONTRANSACTIONAL.sql", "INSERT INTO log (said) VALUES ('third')"),
        ("hooks/ba/2.sql", "INSERT INTO log (said) VALUES ('before all, 2')"),
        ("hooks/ba/1.sql", "INSERT INTO log (said) VALUES ('before all, 1')"),
        ("hooks/be.sql", "INSERT INTO log (said) VALUES ('before each')"),
        ("hooks/ae.sql", "INSERT INTO log (said) VALUES ('after each')"),
        ("hooks/aa.sql", "INSERT INTO log (said) VALUES ('after all in {current_schema}, ''{}''')"),
        (
            "migrate.toml",
            "[hooks]\nbefore-all = \"hooks/ba\"\nbefore-each = [\"hooks/be.sql\"]\n\
             after-each = [\"hooks/ae.sql\"]\nafter-all = [\"hooks/aa.sql\"]\n",
        ),
    ])
    .await;
    project.execute("CREATE TABLE log (at serial, said text)").await;
    project
}

async fn said(project: &Project) -> Vec<String> {
    project.texts("SELECT said FROM log ORDER BY at").await
}

#[tokio::test]
async fn hooks_run_in_their_order_and_only_where_something_is_pending() {
    let project = project().await;
    project.run(&["apply"]).fine();
    let wanted = [
        "before all, 1",
        "before all, 2",
        "before each",
        "first",
        "after each",
        "before each",
        "second",
        "after each",
        "third",
        "after all in public, '{}'",
    ];
    assert_eq!(said(&project).await, wanted);
    project.run(&["apply"]).says(0, &["nothing is pending"]);
    assert_eq!(said(&project).await, wanted);
}

#[tokio::test]
async fn hooks_of_each_revision_run_around_steps_where_asked() {
    let project = project().await;
    project.run(&["apply", "--hooks-around-steps"]).fine();
    let said = said(&project).await;
    assert_eq!(said[8..11], ["before each", "third", "after each"]);
}

#[tokio::test]
async fn a_hook_that_fails_takes_its_revision_with_it() {
    let project = project().await;
    project.write("hooks/ae.sql", "SELECT 1;\nSELECT 1 / 0");
    project.run(&["apply"]).says(1, &["ae.sql:2: division by zero"]);
    assert_eq!(said(&project).await, ["before all, 1", "before all, 2"]);
    assert_eq!(project.texts("SELECT revision FROM migrate_history").await, [""; 0]);
}

#[tokio::test]
async fn what_comes_after_everything_is_made_up_for_by_the_next_run() {
    let project = project().await;
    project.write("hooks/aa.sql", "SELECT 1 / 0");
    project.run(&["apply"]).says(1, &["aa.sql:1: division by zero"]);
    project.write("hooks/aa.sql", "INSERT INTO log (said) VALUES ('after all')");
    project.run(&["apply"]).says(0, &["ran the hooks after everything, which an earlier run owed"]);
    assert_eq!(said(&project).await.last().map(String::as_str), Some("after all"));
    let count = said(&project).await.len();
    let again = project.run(&["apply"]);
    assert!(!again.stderr.contains("ran the hooks"), "{again:?}");
    assert_eq!(said(&project).await.len(), count);
}

#[tokio::test]
async fn status_says_that_hooks_are_owed() {
    let project = project().await;
    project.write("hooks/aa.sql", "SELECT 1 / 0");
    project.run(&["apply"]).says(1, &["division by zero"]);
    project.run(&["status"]).says(2, &["the hooks after everything are owed"]);
    let said = project.run(&["status", "--json"]);
    assert!(
        said.stdout.contains("\"unfinished\": \"the hooks after everything are owed"),
        "{said:?}"
    );
    project.write("hooks/aa.sql", "SELECT 1");
    project.run(&["apply"]).fine();
    project.run(&["status"]).says(0, &["applied"]);
}

#[tokio::test]
async fn hooks_after_a_revision_run_in_its_schema_whatever_path_it_leaves() {
    let project = Project::with(&[
        (
            "migrations/V1__dumped.sql",
            "SELECT pg_catalog.set_config('search_path', '', false);
             CREATE TABLE {current_schema}.account (id int);",
        ),
        ("hooks/done.sql", "SET search_path = public; CREATE TABLE {current_schema}.done ();"),
        ("hooks/then.sql", "CREATE TABLE then_done ();"),
        ("hooks/before.sql", "SET LOCAL search_path = '';"),
        (
            "migrate.toml",
            "[tenants]\nschemas = [\"t1\", \"t2\"]\n[hooks]\nbefore-each = [\"hooks/before.sql\"]\n\
             after-each = [\"hooks/done.sql\", \"hooks/then.sql\"]\n",
        ),
    ])
    .await;
    project.run(&["apply"]).fine();
    let made = "SELECT relnamespace::regnamespace::text FROM pg_class
        WHERE relname IN ('account', 'done', 'then_done') ORDER BY 1";
    assert_eq!(project.texts(made).await, ["t1", "t1", "t1", "t2", "t2", "t2"]);
}
