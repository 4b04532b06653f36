//! Lists, as people write them.

use std::str::FromStr;

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize};

/// Names with commas between, or a list of them.
///
/// ```
/// use migrate_cli::Names;
/// assert_eq!("a, b".parse(), Ok(Names(vec!["a".to_owned(), "b".to_owned()])));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Names(pub Vec<String>);

impl FromStr for Names {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.trim_start().starts_with('[') {
            return Err("names stand with commas between, without brackets".to_owned());
        }
        let names = text.split(',').map(str::trim).filter(|name| !name.is_empty());
        Ok(Self(names.map(str::to_owned).collect()))
    }
}

impl<'de> Deserialize<'de> for Names {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(match OneOrMany::<String>::deserialize(deserializer)? {
            OneOrMany::One(text) => text.parse().map_err(D::Error::custom)?,
            OneOrMany::Many(names) => Self(names),
        })
    }
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMany<T> {
    One(T),
    Many(Vec<T>),
}

/// A list, or one thing that stands for a list of one.
pub(super) fn one_or_many<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Vec<T>>, D::Error> {
    Ok(Option::<OneOrMany<T>>::deserialize(deserializer)?.map(|written| match written {
        OneOrMany::One(one) => vec![one],
        OneOrMany::Many(many) => many,
    }))
}
