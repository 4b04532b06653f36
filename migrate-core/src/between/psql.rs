//! Statements as a script for `psql`.

use crate::revision::Executed;
use crate::target::Target;

/// The statements as `psql -v ON_ERROR_STOP=1` runs them: each step in a transaction of its own,
/// and outside one what PostgreSQL refuses inside.
pub fn psql_script(statements: &[Executed], target: &Target) -> String {
    if statements.is_empty() {
        return String::new();
    }
    let mut text = format!(
        "SET client_encoding = 'UTF8';\nSET standard_conforming_strings = on;\n{};\n",
        target.settings("SET").replace("; ", ";\n")
    );
    for step in statements.chunk_by(|one, next| one.step == next.step) {
        let Some(first) = step.first() else { continue };
        let name = first.step.as_deref().unwrap_or_default();
        let outside = if first.outside_transaction { " (outside a transaction)" } else { "" };
        text += &format!("\n-- step: {}{outside}\n", name.replace('\n', " "));
        let (begin, commit) =
            if first.outside_transaction { ("", "") } else { ("BEGIN;\n", "COMMIT;\n") };
        text += begin;
        for statement in step {
            for hazard in &statement.hazards {
                text += &format!("-- {}\n", hazard.to_string().replace('\n', " "));
            }
            let sql = statement.sql().unwrap_or_default();
            text += &format!("{};\n", sql.trim_end().trim_end_matches(';'));
        }
        text += commit;
    }
    text
}
