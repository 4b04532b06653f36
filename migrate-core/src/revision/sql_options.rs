//! What a SQL revision says of itself: comment lines `-- migrate: key = value` at its top.

use std::time::Duration;

use squawk_lexer::{TokenKind, tokenize};

use crate::diff::near;

use super::{RunAs, SqlFileError};

/// The options of a SQL revision.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct SqlOptions {
    /// Whether it runs outside a transaction, statement by statement.
    pub(super) without_transaction: bool,
    /// Who runs it.
    pub(super) run_as: RunAs,
    /// How long its statements wait for a lock.
    pub(super) lock_timeout: Option<Duration>,
    /// How long its statements may run.
    pub(super) statement_timeout: Option<Duration>,
    /// The revision of the common schema that has to be there.
    pub(super) requires: Option<String>,
}

/// How an option's line begins.
const PREFIX: &str = "migrate:";
/// The options there are.
const KEYS: [&str; 5] = ["transaction", "run-as", "lock-timeout", "statement-timeout", "requires"];

impl SqlOptions {
    /// Reads the comment lines before the first statement.
    pub(super) fn parse(file: &str, text: &str) -> Result<Self, SqlFileError> {
        let mut options = Self::default();
        let (mut offset, mut has_begun) = (0, false);
        let mut keys = Vec::new();
        for token in tokenize(text) {
            let begins = offset;
            let said = &text[begins..begins + token.len as usize];
            offset += said.len();
            match token.kind {
                TokenKind::BlockComment { .. } if !has_begun && has_option(said) => {
                    let problem = "options stand in comments of one line; write each as `-- migrate: key = value`".to_owned();
                    return Err(SqlFileError::Option {
                        file: file.to_owned(),
                        line: line_of(text, begins),
                        problem,
                    });
                }
                TokenKind::Whitespace | TokenKind::BlockComment { .. } => continue,
                TokenKind::LineComment => {}
                _ => {
                    has_begun = true;
                    continue;
                }
            }
            let Some(option) = option(said.trim_start_matches('-')) else { continue };
            let taken = match has_begun {
                true => Err("options stand before the first statement; move it up".to_owned()),
                false => options.take(option, &mut keys),
            };
            taken.map_err(|problem| {
                let line = line_of(text, begins);
                SqlFileError::Option { file: file.to_owned(), line, problem }
            })?;
        }
        Ok(options)
    }

    /// Whether it says more than what each direction may say for itself.
    pub(super) fn is_of_the_whole_revision(&self) -> bool {
        *self != Self { without_transaction: self.without_transaction, ..Self::default() }
    }

    fn take(&mut self, option: &str, taken: &mut Vec<String>) -> Result<(), String> {
        let (key, value) = option
            .split_once('=')
            .map(|(key, value)| (key.trim().to_lowercase(), value.trim()))
            .ok_or_else(|| format!("`{}` has no value; write `key = value`", option.trim()))?;
        if taken.contains(&key) {
            return Err(format!("`{key}` is there twice; keep one"));
        }
        taken.push(key.clone());
        let one_of = |values: &str| format!("`{key}` is {values}, not `{value}`");
        let word = value.to_lowercase();
        match key.as_str() {
            "transaction" => {
                self.without_transaction = match word.as_str() {
                    "none" => true,
                    "one" => false,
                    _ => return Err(one_of("`one` or `none`")),
                }
            }
            "run-as" => {
                self.run_as = match word.as_str() {
                    "privileged" => RunAs::Privileged,
                    "service" => RunAs::Service,
                    _ => return Err(one_of("`service` or `privileged`")),
                }
            }
            "lock-timeout" => self.lock_timeout = Some(duration(&key, value)?),
            "statement-timeout" => self.statement_timeout = Some(duration(&key, value)?),
            "requires" => self.requires = Some(value.to_owned()),
            _ => return Err(unknown(&key)),
        }
        Ok(())
    }
}

/// What a comment's line says as an option, in whatever case.
fn option(line: &str) -> Option<&str> {
    let line = line.trim();
    let (prefix, option) = line.split_at_checked(PREFIX.len())?;
    prefix.eq_ignore_ascii_case(PREFIX).then_some(option)
}

/// Whether a block comment has lines that look like options.
fn has_option(comment: &str) -> bool {
    let inside = comment.trim_start_matches("/*").trim_end_matches("*/");
    inside.lines().any(|line| option(line.trim_start().trim_start_matches('*')).is_some())
}

/// The line of a place in a text, from 1.
fn line_of(text: &str, offset: usize) -> usize {
    text[..offset].matches('\n').count() + 1
}

fn duration(key: &str, value: &str) -> Result<Duration, String> {
    humantime::parse_duration(value).map_err(|error| {
        format!("`{key}` is a time such as `500ms`, `5s` or `10min`, not `{value}`: {error}")
    })
}

fn unknown(key: &str) -> String {
    let known = KEYS.map(str::to_owned).into();
    let all = format!("there are `{}`", KEYS.join("`, `"));
    format!("there is no option `{key}`; {}", near(key, &known, &all))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_stand_in_comments_before_the_first_statement() {
        let text = "-- Adds an index.\n/* pgmigrate-encoding: utf-8 */\n\
                    -- migrate: transaction = none\n-- migrate: lock-timeout = 5s\n\
                    -- migrate: requires = V0003\n/* a\n licence */\nSELECT 1;";
        let wanted = SqlOptions {
            without_transaction: true,
            lock_timeout: Some(Duration::from_secs(5)),
            requires: Some("V0003".to_owned()),
            ..SqlOptions::default()
        };
        assert_eq!(SqlOptions::parse("V1__a.sql", text).expect("they are options"), wanted);
    }

    #[test]
    fn the_case_of_an_option_is_no_matter() {
        let options = SqlOptions::parse("V1__a.sql", "-- Migrate: Transaction = NONE\n");
        assert!(options.expect("it is an option").without_transaction);
    }

    #[test]
    fn an_option_in_a_block_comment_is_refused() {
        for text in
            ["\n/* migrate: transaction = none */", "\n/*\n * MIGRATE: run-as = service\n */"]
        {
            let error = SqlOptions::parse("V1__a.sql", text).expect_err("it would be ignored");
            assert!(error.to_string().starts_with("V1__a.sql:2: options stand in comments of one"));
        }
    }

    #[test]
    fn an_option_behind_a_statement_is_refused() {
        let error = SqlOptions::parse("V1__a.sql", "SELECT 1;\n-- migrate: transaction = none");
        assert_eq!(
            error.expect_err("it is too late").to_string(),
            "V1__a.sql:2: options stand before the first statement; move it up"
        );
    }

    #[test]
    fn a_misspelled_option_is_refused_with_its_line_and_a_suggestion() {
        let error = SqlOptions::parse("V1__a.sql", "\n-- migrate: lock_timeout = 5s\n");
        assert_eq!(
            error.expect_err("it is misspelled").to_string(),
            "V1__a.sql:2: there is no option `lock_timeout`; did you mean `lock-timeout`?"
        );
    }
}
