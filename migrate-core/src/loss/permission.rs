//! What may be lost, as `--allow` says it.

use std::str::FromStr;

use thiserror::Error;

use super::Loss;

/// A kind of loss that is allowed, or one loss of the kind: `drop-column`, `drop-table=audit`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Permission {
    word: &'static str,
    name: Option<String>,
}

/// The words, named as the headers of revisions name them.
const WORDS: [&str; 9] = [
    "all",
    "drop-schema",
    "drop-table",
    "drop-column",
    "drop-attribute",
    "drop-sequence",
    "lose-elements",
    "lose-parts",
    "lose-nulls",
];

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

/// The losses that no permission covers.
pub fn refused<'a, T: AsRef<Loss>>(
    losses: impl IntoIterator<Item = &'a T>,
    permissions: &[Permission],
) -> Vec<&'a T> {
    let is_refused =
        |loss: &&T| !permissions.iter().any(|permission| permission.covers(loss.as_ref()));
    losses.into_iter().filter(is_refused).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_allows_its_kind_and_with_a_name_one_object() {
        let loss = Loss {
            what: "column `article.body`".to_owned(),
            permission: "drop-column".to_owned(),
            name: "article.body".to_owned(),
            count: None,
        };
        let refused = |words: &[&str]| {
            let words = words.iter().map(|word| word.parse().expect("it is a word"));
            refused([&loss], &words.collect::<Vec<_>>()).len()
        };
        assert_eq!(refused(&[]), 1);
        assert_eq!(refused(&["drop-table"]), 1);
        assert_eq!(refused(&["drop-column=article.title"]), 1);
        assert_eq!(refused(&["drop-column=article.body"]), 0);
        assert_eq!(refused(&["drop-column"]), 0);
        assert_eq!(refused(&["all"]), 0);
        for word in ["drop", "all=article"] {
            let error = word.parse::<Permission>().expect_err("it is no word").to_string();
            let start = format!("`--allow {word}` names no loss; write `all`");
            assert!(error.starts_with(&start), "{error}");
        }
    }
}
