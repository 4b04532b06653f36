//! A program whose models change again and again: what the tool writes for each change compiles
//! unedited, runs on rows, and goes back.

mod change;
mod development;
mod program;

use change::{CHANGES, FIRST};
use migrate_tests::{dump, execute, server};
use program::Program;

/// Rows for the first tables.
const ROWS: &str = "
    INSERT INTO author (name) VALUES ('Ada'), ('O''Brien');
    INSERT INTO article (title, body, status, words) VALUES
        ('Engine', NULL, 'draft', 7), ('It''s \"quoted\" \\ {é}', 'text', 'published', 0);";

/// A build for each change is what takes the time, so that all changes are one test.
#[tokio::test(flavor = "multi_thread")]
async fn every_change_is_generated_compiled_applied_taken_back_and_applied_again() {
    let database = server().await.create().await.expect("a database is made");
    let mut program = Program::new("changing", &database.url());
    program.edit(FIRST.edits);
    program.build();
    program.succeed(&["generate", "-m", FIRST.name]);
    program.build();
    program.succeed(&["apply"]);
    execute(&database, ROWS).await;
    for change in CHANGES {
        execute(&database, change.rows).await;
        let before = dump(&database);
        program.edit(change.edits);
        program.build();
        let generate = [&["generate", "-m", change.name], change.arguments].concat();
        let revisions = program.revisions();
        let shown = program.succeed(&[&generate, &["--dry-run"][..]].concat());
        assert!(shown.contains("pub async fn up("), "{}: {shown}", change.name);
        let shown = program.succeed(&[&generate, &["--sql"][..]].concat());
        assert!(shown.contains("-- up\n") && shown.contains("-- down\n"), "{shown}");
        assert_eq!(program.revisions(), revisions, "{}: something was written", change.name);
        program.succeed(&generate);
        program.require_formatted();
        program.build();
        program.succeed(&["apply"]);
        let after = dump(&database);
        assert_ne!(before, after, "{}: nothing was changed", change.name);
        let said = program.succeed(&["generate", "-m", "nothing"]);
        assert!(said.contains("nothing changed"), "{}: {said}", change.name);
        for said in [said, program.succeed(&["check"])] {
            let told = said.contains("was made before; its attribute can go");
            assert_eq!(told, program.declares_renames(), "{}: {said}", change.name);
        }
        program.succeed(&["rollback"]);
        assert_eq!(dump(&database), before, "{}: after the rollback", change.name);
        program.succeed(&["apply"]);
        assert_eq!(dump(&database), after, "{}: the second time", change.name);
    }
    program.require_clean();
    program.succeed(&["rollback", "--to", "base"]);
}
