//! `dev sync` and `dev switch`: a local database ahead of the revisions, and behind another
//! branch.

use migrate_core::postgres::ScratchDatabase;
use migrate_tests::{connect, dump, execute, server};
use sqlx::AssertSqlSafe;

use crate::ROWS;
use crate::change::FIRST;
use crate::program::Program;

/// A program with its first tables applied, and rows in them.
async fn begun(name: &'static str) -> (ScratchDatabase, Program) {
    let database = server().await.create().await.expect("a database is made");
    let mut program = Program::new(name, &database.url());
    program.edit(FIRST.edits);
    program.build();
    program.succeed(&["generate", "-m", FIRST.name]);
    program.build();
    program.succeed(&["apply"]);
    execute(&database, ROWS).await;
    (database, program)
}

async fn value(database: &ScratchDatabase, sql: &str) -> String {
    let mut connection = connect(database).await;
    let query = sqlx::query_scalar(AssertSqlSafe(sql.to_owned()));
    query.fetch_one(&mut connection).await.unwrap_or_else(|error| panic!("{error}\n{sql}"))
}

/// The schema without the table of syncs.
fn schema(database: &ScratchDatabase) -> String {
    let dump = dump(database).replace("-- PostgreSQL database dump complete\n", "");
    let entries = dump.split("--\n-- Name: ").filter(|one| !one.starts_with("migrate_synced"));
    entries.map(|entry| entry.trim_end_matches(['-', '\n'])).collect::<Vec<_>>().join("\n")
}

/// Objects that no revision made: none of them is ever touched.
const BY_HAND: &str = "
    CREATE TABLE scribbled (id bigint PRIMARY KEY, article_id bigint REFERENCES article);
    CREATE INDEX by_hand ON article (title);
    CREATE FUNCTION shout(value text) RETURNS text LANGUAGE sql RETURN upper(value);
    ALTER TABLE author ADD COLUMN note text DEFAULT 'mine';";

#[tokio::test(flavor = "multi_thread")]
async fn a_sync_needs_no_revision_and_the_revision_takes_over_what_it_made() {
    let (database, mut program) = begun("syncing").await;
    execute(&database, BY_HAND).await;
    let before = schema(&database);
    program.edit(&[
        ("    pub body", "    #[db(renamed_from = \"body\")]\n    pub content"),
        ("    Published,", "    Review,\n    Published,"),
        ("    pub status", "    #[db(default = Status::Review)]\n    pub status"),
        ("    pub words", "    #[db(default = 0)]\n    pub views: i32,\n    pub words"),
    ]);
    program.build();
    let said = program.fail(&["dev", "sync"]);
    assert!(
        said.contains("RENAME COLUMN body TO content") && said.contains("pass `--yes`"),
        "{said}"
    );
    assert_eq!(schema(&database), before, "nothing changes without an answer");
    program.succeed(&["dev", "sync", "--yes"]);
    assert_eq!(value(&database, "SELECT content FROM article WHERE words = 0").await, "text");
    assert_eq!(value(&database, "SELECT note FROM author LIMIT 1").await, "mine");
    let said = program.succeed(&["dev", "sync"]);
    assert!(said.contains("nothing was changed"), "{said}");
    let said = program.succeed(&["status"]);
    assert!(said.contains("that no applied revision makes"), "{said}");

    // What goes is counted and refused, unless it is allowed in the right word.
    execute(&database, "UPDATE article SET views = 7; CREATE INDEX on_words ON article (words)")
        .await;
    program.edit(&[("check(\"words >= 0\")", "index(views)"), ("    pub words: i32,\n", "")]);
    program.build();
    let said = program.fail(&["dev", "sync", "--yes", "--allow", "drop-table"]);
    for part in [
        "column `article.words` (2 rows with a value)",
        "index `on_words`, made by hand",
        "--allow drop-column",
    ] {
        assert!(said.contains(part), "no `{part}` in {said}");
    }
    let synced = schema(&database);
    program.succeed(&["dev", "sync", "--yes", "--allow", "drop-column=article.words"]);
    assert_ne!(schema(&database), synced);

    // The revision is the same as without a sync, and nothing of it runs where it is there.
    let after = schema(&database);
    program.succeed(&["generate", "-m", "all of it", "--drop", "article.words"]);
    program.build();
    let said = program.succeed(&["apply"]);
    assert!(said.contains("nothing was run"), "{said}");
    assert_eq!(schema(&database), after);
    assert_eq!(value(&database, "SELECT max(views)::text FROM article").await, "7");
    assert!(program.succeed(&["apply"]).contains("nothing is pending"));
    program.succeed(&["check", "--database"]);
    execute(&database, "DROP INDEX by_hand").await;
    execute(&database, "CREATE INDEX by_hand ON article (title)").await;
    program.succeed(&["rollback"]);
    program.succeed(&["apply"]);
    assert_eq!(schema(&database), after, "after a rollback and an apply");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revision_with_code_of_its_own_runs_after_what_a_sync_made_is_taken_back() {
    let (database, mut program) = begun("redoing").await;
    let before = schema(&database);
    program.edit(&[("    pub words", "    pub note: Option<String>,\n    pub words")]);
    program.build();
    program.succeed(&["dev", "sync", "--yes"]);
    program.edit(&[(
        "    pub words",
        "    #[db(unique)]\n    pub slug: Option<String>,\n    pub words",
    )]);
    program.build();
    program.succeed(&["dev", "sync", "--yes"]);
    let synced = schema(&database);
    execute(&database, "UPDATE article SET note = 'kept'").await;
    program.succeed(&["generate", "-m", "notes"]);
    program.edit_revision(
        "    Ok(())\n",
        "    db.execute(\"UPDATE article SET note = title\").await?;\n    Ok(())\n",
    );
    program.build();

    let said = program.fail(&["apply"]);
    assert!(said.contains("column `article.note` (2 rows with a value)"), "{said}");
    assert_eq!(value(&database, "SELECT min(note) FROM article").await, "kept");
    assert_eq!(schema(&database), synced, "what was made later is there too");
    execute(&database, "UPDATE article SET note = NULL").await;
    let said = program.succeed(&["apply"]);
    assert!(said.contains("took back what `dev sync` had made"), "{said}");
    assert_eq!(value(&database, "SELECT min(note) FROM article").await, "Engine");
    assert_eq!(schema(&database), synced);
    program.succeed(&["rollback"]);
    assert_eq!(schema(&database), before);

    program.edit(&[("    pub note: Option<String>,\n", "")]);
    program.forget_last_revision();
    program.build();
    program.succeed(&["dev", "sync", "--yes"]);
    execute(&database, "UPDATE article SET slug = title").await;
    let said = program.fail(&["dev", "sync", "--undo", "--yes"]);
    assert!(said.contains("column `article.slug` (2 rows with a value)"), "{said}");
    program.succeed(&["dev", "sync", "--undo", "--yes", "--allow", "drop-column"]);
    assert_eq!(schema(&database), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_switch_goes_back_to_what_the_branch_knows_by_the_kept_sql() {
    let (database, mut program) = begun("switching").await;
    let before = schema(&database);
    program.edit(&[
        ("check(\"words >= 0\")", "check(\"words >= 0\"), unique(title), index(words)"),
        ("    pub words: i32", "    pub words: Option<i32>"),
    ]);
    program.build();
    program.succeed(&["generate", "-m", "on a branch"]);
    program.build();
    program.succeed(&["apply"]);
    let branch = schema(&database);

    program.forget_last_revision();
    program.build();
    let said = program.fail(&["apply"]);
    assert!(said.contains("migrate dev switch"), "{said}");
    let said = program.fail(&["dev", "switch"]);
    assert!(said.contains("DROP INDEX") && said.contains("pass `--yes`"), "{said}");
    assert_eq!(schema(&database), branch);
    let said = program.succeed(&["dev", "switch", "--yes"]);
    assert!(said.contains("took back") && said.contains("nothing is pending"), "{said}");
    assert_eq!(schema(&database), before);

    program.succeed(&["generate", "-m", "with code"]);
    program.edit_revision(
        "pub async fn down(db: &mut Migrator) -> Result<()> {\n",
        "pub async fn down(db: &mut Migrator) -> Result<()> {\n    db.data(\"see\", async |db| {\n        db.conn().await?;\n        Ok(())\n    })\n    .await?;\n",
    );
    program.build();
    let said = program.fail(&["dev", "sync"]);
    assert!(said.contains("is pending; run `migrate apply` first"), "{said}");
    let said = program.succeed(&["dev", "switch"]);
    assert!(said.contains("`migrate apply` goes on with\n  m"), "{said}");
    program.succeed(&["apply"]);
    program.forget_last_revision();
    program.build();
    let said = program.fail(&["dev", "switch", "--yes"]);
    assert!(said.contains("_with_code` is not among") && said.contains("dev reset"), "{said}");
    assert_eq!(schema(&database), branch);
}
