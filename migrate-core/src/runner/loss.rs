//! What may be lost, as `--allow` says it, and how much of it there is.

use std::str::FromStr;

use sqlx::{AssertSqlSafe, Executor, PgConnection, Row};
use thiserror::Error;

use crate::catalog::ObjectKey;
use crate::diff::plain_name;
use crate::history::Loss;

use super::RunError;

/// A kind of loss that is allowed, or one loss of the kind: `drop-column`, `drop-table=audit`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Permission {
    word: &'static str,
    name: Option<String>,
}

/// The words, named as the headers of revisions name them.
const WORDS: [&str; 6] =
    ["all", "drop-schema", "drop-table", "drop-column", "drop-sequence", "lose-elements"];

/// A word that names no loss.
#[derive(Debug, Error)]
#[error(
    "`--allow {word}` names no loss; write {}, each but `all` with `=name` for one object only",
    WORDS.map(|word| format!("`{word}`")).join(", ")
)]
pub struct UnknownPermission {
    word: String,
}

impl FromStr for Permission {
    type Err = UnknownPermission;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (word, name) = match text.split_once('=') {
            Some((word, name)) => (word, Some(name.to_owned())),
            None => (text, None),
        };
        match WORDS.iter().find(|known| **known == word) {
            Some(word) if *word != "all" || name.is_none() => Ok(Self { word, name }),
            _ => Err(UnknownPermission { word: text.to_owned() }),
        }
    }
}

impl Permission {
    fn covers(&self, loss: &Loss) -> bool {
        self.word == "all"
            || self.word == loss.permission
                && self.name.as_ref().is_none_or(|name| *name == loss.name)
    }
}

/// A dropped object as a loss; none where it holds no data.
pub fn loss_of(key: &ObjectKey) -> Option<Loss> {
    let (permission, count) = match key {
        ObjectKey::Schema { .. } => ("drop-schema", None),
        ObjectKey::Sequence { .. } => ("drop-sequence", None),
        ObjectKey::Table { name } => ("drop-table", Some(format!("SELECT count(*) FROM {name}"))),
        ObjectKey::Column { table, name } => {
            ("drop-column", Some(format!("SELECT count({name}) FROM {table}")))
        }
        _ => return None,
    };
    let name = match key {
        ObjectKey::Schema { name } => name.as_str().to_owned(),
        ObjectKey::Sequence { name } => name.plain(),
        key => plain_name(key),
    };
    Some(Loss { what: key.to_string(), permission: permission.to_owned(), name, count })
}

/// A loss and how many rows hold something of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CountedLoss {
    /// What goes.
    pub loss: Loss,
    /// The rows, where rows can hold it.
    pub rows: Option<i64>,
}

impl std::fmt::Display for CountedLoss {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let holding = if self.loss.permission == "drop-column" { " with a value" } else { "" };
        match self.rows {
            Some(1) => write!(f, "{} (1 row{holding})", self.loss.what),
            Some(rows) => write!(f, "{} ({rows} rows{holding})", self.loss.what),
            None => f.write_str(&self.loss.what),
        }
    }
}

/// Counts what is lost.
pub async fn count_losses(
    connection: &mut PgConnection,
    losses: impl IntoIterator<Item = Loss>,
) -> Result<Vec<CountedLoss>, RunError> {
    let mut counted = Vec::new();
    for loss in losses {
        let rows = match &loss.count {
            None => None,
            Some(sql) => {
                let rows = connection
                    .fetch_one(sqlx::raw_sql(AssertSqlSafe(sql.clone())))
                    .await
                    .and_then(|row| row.try_get(0))
                    .map_err(|source| RunError::Count { what: loss.what.clone(), source })?;
                Some(rows)
            }
        };
        counted.push(CountedLoss { loss, rows });
    }
    Ok(counted)
}

/// The losses that no permission covers.
pub fn refused<'a>(losses: &'a [CountedLoss], permissions: &[Permission]) -> Vec<&'a CountedLoss> {
    let is_refused = |counted: &&CountedLoss| {
        !permissions.iter().any(|permission| permission.covers(&counted.loss))
    };
    losses.iter().filter(is_refused).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_allows_its_kind_and_with_a_name_one_object() {
        let key = ObjectKey::Column { table: "article".into(), name: "body".into() };
        let loss = loss_of(&key).expect("a column holds data");
        let counted = [CountedLoss { loss, rows: Some(2) }];
        let refused = |words: &[&str]| {
            let words = words.iter().map(|word| word.parse().expect("it is a word"));
            refused(&counted, &words.collect::<Vec<_>>()).len()
        };
        assert_eq!(refused(&[]), 1);
        assert_eq!(refused(&["drop-table"]), 1);
        assert_eq!(refused(&["drop-column=article.title"]), 1);
        assert_eq!(refused(&["drop-column=article.body"]), 0);
        assert_eq!(refused(&["drop-column"]), 0);
        assert_eq!(refused(&["all"]), 0);
        assert_eq!(counted[0].to_string(), "column `article.body` (2 rows with a value)");
        let error = "drop".parse::<Permission>().expect_err("it is no word").to_string();
        assert!(error.starts_with("`--allow drop` names no loss; write `all`"), "{error}");
    }
}
