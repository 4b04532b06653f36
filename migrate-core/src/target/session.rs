//! How sessions on a target are set up, beyond what every revision needs.

use crate::catalog::Ident;
use crate::sql::split::{Part, split};

use super::ConnectRetries;

/// How sessions on a target are set up.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Session {
    /// Statements such as `SET work_mem = '1GB'`, run on every connection and in every transaction.
    pub statements: Vec<String>,
    /// The role that revisions run as and that owns what they make, where it isn't the one that
    /// logs in.
    pub role: Option<Ident>,
    /// How often a connection is tried.
    pub retries: ConnectRetries,
}

impl Session {
    /// The statements for a session (`SET`) or a transaction (`SET LOCAL`), each with a semicolon
    /// before it. What is no `SET` is run as it is.
    pub(super) fn statements(&self, set: &str) -> String {
        let texts = self.statements.iter().flat_map(|text| split(text));
        let statements = texts.filter_map(|part| match part {
            Part::Statement(statement) => Some(statement.sql),
            Part::Command { .. } => None,
        });
        let scoped = statements.map(|statement| match setting(statement) {
            Some(setting) if set == "SET LOCAL" => format!("; {set} {}", of_transaction(setting)),
            Some(setting) => format!("; {set} {setting}"),
            None => format!("; {statement}"),
        });
        scoped.collect()
    }
}

/// What a `SET` sets, without `SESSION` and `LOCAL`.
fn setting(statement: &str) -> Option<&str> {
    let rest = after_word(statement, "SET")?;
    Some(after_word(rest, "SESSION").or_else(|| after_word(rest, "LOCAL")).unwrap_or(rest))
}

/// What is set for the transactions to come is set for the one that has begun.
fn of_transaction(setting: &str) -> &str {
    let prefix = "default_";
    let is_default = setting.to_ascii_lowercase().starts_with("default_transaction_");
    if is_default { &setting[prefix.len()..] } else { setting }
}

fn after_word<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    let (first, rest) = text.split_once(char::is_whitespace)?;
    first.eq_ignore_ascii_case(word).then(|| rest.trim_start())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_local_to_a_transaction_and_other_statements_are_run_as_they_are() {
        let statements = ["set session work_mem = '1GB'; SELECT set_config('a.b', 'c;', false)"];
        let session =
            Session { statements: statements.map(str::to_owned).into(), ..Session::default() };
        assert_eq!(
            session.statements("SET LOCAL"),
            "; SET LOCAL work_mem = '1GB'; SELECT set_config('a.b', 'c;', false)"
        );
        assert_eq!(
            session.statements("SET"),
            "; SET work_mem = '1GB'; SELECT set_config('a.b', 'c;', false)"
        );
        let statements = vec!["SET default_transaction_read_only = off".to_owned()];
        let session = Session { statements, ..Session::default() };
        assert_eq!(session.statements("SET LOCAL"), "; SET LOCAL transaction_read_only = off");
    }
}
