//! What a SQL file holds beside the statements that make a schema.

use crate::sql::split::Statement;

/// What happens to a backslash command or a statement of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    /// It runs.
    Run,
    /// It is left out: it is no part of the schema.
    LeaveOut,
    /// It would change what the file builds, or where; nobody can say what is meant.
    Refuse,
}

/// Commands of `psql` that only set how it talks or protects itself, as `pg_dump` writes them.
const HARMLESS: [&str; 12] = [
    "restrict",
    "unrestrict",
    "set",
    "unset",
    "echo",
    "qecho",
    "warn",
    "pset",
    "timing",
    "encoding",
    "x",
    "t",
];

/// The fate of a backslash command.
pub(super) fn of_command(text: &str) -> Fate {
    let name = text.trim_start_matches('\\').split_whitespace().next().unwrap_or_default();
    if HARMLESS.contains(&name) { Fate::LeaveOut } else { Fate::Refuse }
}

/// The fate of a statement.
pub(super) fn of_statement(statement: &Statement<'_>) -> Fate {
    let words: Vec<&str> = statement.words.iter().map(String::as_str).collect();
    match words.as_slice() {
        // Roles that something needs are made where they are missing.
        ["CREATE" | "ALTER" | "DROP", "USER", "MAPPING", ..] => Fate::Run,
        ["CREATE" | "ALTER" | "DROP", "ROLE" | "USER" | "GROUP", ..] | ["COPY", ..] => {
            Fate::LeaveOut
        }
        ["CREATE" | "ALTER" | "DROP", "DATABASE" | "TABLESPACE", ..] => Fate::Refuse,
        _ => Fate::Run,
    }
}

/// Whether a statement is only about who owns something or may use it.
pub(super) fn is_about_rights(statement: &Statement<'_>) -> bool {
    let words: Vec<&str> = statement.words.iter().map(String::as_str).collect();
    let gives_away = statement.begins(&["ALTER"])
        && statement.sql.to_uppercase().split_whitespace().rev().nth(2) == Some("OWNER");
    gives_away
        || matches!(
            words.as_slice(),
            ["GRANT" | "REVOKE" | "REASSIGN", ..]
                | ["ALTER", "DEFAULT", "PRIVILEGES", ..]
                | ["SET", "ROLE", ..]
                | ["SET", "SESSION", "AUTHORIZATION", ..]
        )
}
