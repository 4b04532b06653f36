//! Options with values: storage parameters of tables and indexes, attribute options of columns.

use std::ops::{Deref, DerefMut};

use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;
use serde::{Deserialize, Serialize};

/// Values by name, in the order in which they were set.
type Map = IndexMap<String, String, FxBuildHasher>;

/// Values by name, in the order in which they were set. The order is no difference, but what is made
/// anew keeps it.
///
/// Nearly every column, constraint and index has none, which takes no more than a pointer.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(from = "Map", into = "Map")]
pub struct Options(Option<Box<Map>>);

static NONE: Map = Map::with_hasher(FxBuildHasher);

impl Options {
    /// No options.
    pub const fn new() -> Self {
        Self(None)
    }
}

impl Deref for Options {
    type Target = Map;

    fn deref(&self) -> &Map {
        self.0.as_deref().unwrap_or(&NONE)
    }
}

impl DerefMut for Options {
    fn deref_mut(&mut self) -> &mut Map {
        self.0.get_or_insert_default()
    }
}

impl PartialEq for Options {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl Eq for Options {}

impl From<Map> for Options {
    fn from(map: Map) -> Self {
        Self((!map.is_empty()).then(|| Box::new(map)))
    }
}

impl From<Options> for Map {
    fn from(options: Options) -> Self {
        options.0.map_or_else(Self::default, |map| *map)
    }
}

impl FromIterator<(String, String)> for Options {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(pairs: I) -> Self {
        Map::from_iter(pairs).into()
    }
}

impl Extend<(String, String)> for Options {
    fn extend<I: IntoIterator<Item = (String, String)>>(&mut self, pairs: I) {
        for (name, value) in pairs {
            self.insert(name, value);
        }
    }
}

impl IntoIterator for Options {
    type Item = (String, String);
    type IntoIter = indexmap::map::IntoIter<String, String>;

    fn into_iter(self) -> Self::IntoIter {
        Map::from(self).into_iter()
    }
}
