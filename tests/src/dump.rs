//! `pg_dump --schema-only`, the judge that knows nothing of our introspection.

use std::process::Command;

use migrate_core::postgres::{Binaries, ScratchDatabase};

/// The normalised schema of a database.
///
/// # Panics
/// Where `pg_dump` fails.
pub fn dump(database: &ScratchDatabase) -> String {
    let binaries = Binaries::find(None).expect("the tests need PostgreSQL's programs");
    let output = Command::new(binaries.folder.join("pg_dump"))
        .args(["--schema-only", "--no-owner", "--dbname"])
        .arg(database.url())
        .output()
        .expect("pg_dump runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    normalised(&String::from_utf8_lossy(&output.stdout))
}

/// Sorts the columns within a table and removes the random token of `\restrict`; it hides nothing
/// else.
pub fn normalised(dump: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    let mut columns: Option<Vec<String>> = None;
    for line in dump.lines() {
        if line.starts_with("\\restrict ") || line.starts_with("\\unrestrict ") {
            continue;
        }
        if let Some(mut inside) = columns.take() {
            if line.starts_with(')') {
                inside.sort();
                lines.append(&mut inside);
                lines.push(line.to_owned());
            } else {
                inside.push(line.trim_end_matches(',').to_owned());
                columns = Some(inside);
            }
            continue;
        }
        let opens_table =
            line.starts_with("CREATE TABLE ") || line.starts_with("CREATE UNLOGGED TABLE ");
        if opens_table && line.ends_with('(') {
            columns = Some(Vec::new());
        }
        lines.push(line.to_owned());
    }
    lines.join("\n")
}
