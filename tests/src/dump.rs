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

/// Sorts the columns within a table, and with them their settings, comments and the defaults that
/// stand apart; and removes the random token of `\restrict`. It hides nothing else.
pub fn normalised(dump: &str) -> String {
    let dump = with_sorted_columns(dump);
    with_sorted_column_entries(&with_sorted_column_settings(&dump))
}

fn with_sorted_column_settings(dump: &str) -> String {
    let is_setting =
        |line: &str| line.starts_with("ALTER TABLE ONLY ") && line.contains(" ALTER COLUMN ");
    let mut lines: Vec<&str> = dump.lines().collect();
    for run in lines.chunk_by_mut(|one, next| is_setting(one) && is_setting(next)) {
        run.sort_unstable();
    }
    lines.join("\n")
}

fn with_sorted_column_entries(dump: &str) -> String {
    let begins = "--\n-- Name: ";
    let is_comment =
        |entry: &str| entry.starts_with("COLUMN ") && entry.contains("; Type: COMMENT;");
    let is_default = |entry: &str| entry.contains("; Type: DEFAULT;");
    let mut entries: Vec<&str> = dump.split(begins).collect();
    for is_of_column in [&is_comment as &dyn Fn(&str) -> bool, &is_default] {
        for run in entries.chunk_by_mut(|one, next| is_of_column(one) && is_of_column(next)) {
            run.sort_unstable();
        }
    }
    entries.join(begins)
}

fn with_sorted_columns(dump: &str) -> String {
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

#[cfg(test)]
mod tests {
    use super::normalised;

    const TABLE: &str = "CREATE TABLE t (\n    a integer,\n    b text NOT NULL\n);\n";

    #[test]
    fn the_order_of_columns_is_no_difference() {
        let other = "\\restrict x\nCREATE TABLE t (\n    b text NOT NULL,\n    a integer\n);\n";
        assert_eq!(normalised(TABLE), normalised(other));
    }

    #[test]
    fn the_order_of_settings_is_no_difference_but_their_values_are() {
        let setting = |column: &str, target: u8| {
            format!("ALTER TABLE ONLY t ALTER COLUMN {column} SET STATISTICS {target};\n")
        };
        let wanted = format!("{TABLE}{}{}", setting("a", 1), setting("b", 2));
        let turned = format!("{TABLE}{}{}", setting("b", 2), setting("a", 1));
        let other = format!("{TABLE}{}{}", setting("a", 2), setting("b", 1));
        assert_eq!(normalised(&wanted), normalised(&turned));
        assert_ne!(normalised(&wanted), normalised(&other));
    }

    #[test]
    fn the_order_of_defaults_is_no_difference_but_their_values_are() {
        let default = |column: &str, value: u8| {
            format!(
                "--\n-- Name: t {column}; Type: DEFAULT; Schema: public; Owner: -\n--\n\nALTER TABLE ONLY t ALTER COLUMN {column} SET DEFAULT {value};\n\n\n"
            )
        };
        let end = "--\n-- Name: i; Type: INDEX; Schema: public; Owner: -\n--\n";
        let wanted = format!("{TABLE}{}{}{end}", default("a", 1), default("b", 2));
        let turned = format!("{TABLE}{}{}{end}", default("b", 2), default("a", 1));
        let other = format!("{TABLE}{}{}{end}", default("a", 2), default("b", 1));
        assert_eq!(normalised(&wanted), normalised(&turned));
        assert_ne!(normalised(&wanted), normalised(&other));
    }

    #[test]
    fn everything_else_is_a_difference() {
        for other in [
            TABLE.replace("integer", "bigint"),
            TABLE.replace(" NOT NULL", ""),
            TABLE.replace("t (", "u ("),
            format!("{TABLE}CREATE INDEX i ON t (a);\n"),
            format!("{TABLE}ALTER TABLE ONLY t ALTER COLUMN a SET STATISTICS 100;\n"),
            TABLE.replace("CREATE TABLE", "CREATE UNLOGGED TABLE"),
        ] {
            assert_ne!(normalised(TABLE), normalised(&other), "{other}");
        }
    }
}
