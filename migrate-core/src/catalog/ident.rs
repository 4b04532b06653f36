//! Names as PostgreSQL has them: raw inside, quoted the same way wherever they enter SQL.

use std::borrow::Borrow;
use std::cmp::Ordering;
use std::fmt;
use std::hash::{BuildHasher, Hash, Hasher};

use arrayvec::ArrayString;
use internment::Intern;
use rustc_hash::FxBuildHasher;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::{Digest, Sha256};

/// The longest name that PostgreSQL keeps, in bytes (`NAMEDATALEN - 1`).
pub const MAX_IDENT_BYTES: usize = 63;

/// A name. `Display` quotes it where SQL needs that.
///
/// The same name is in memory once and stays there, so that a catalog's many mentions of it are
/// copied and compared as pointers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ident(Intern<Name>);

/// What is in memory once.
#[derive(PartialEq, Eq)]
struct Name {
    text: ArrayString<MAX_IDENT_BYTES>,
    /// Of the text, which is read only once for it.
    hash: u64,
}

impl Ident {
    /// A name that is kept as it is; one over 63 bytes is shortened with a hash.
    pub fn new(name: impl AsRef<str>) -> Self {
        let name = name.as_ref();
        if name.len() > MAX_IDENT_BYTES {
            return Self(Intern::from_ref(shortened(name.to_owned()).as_str()));
        }
        Self(Intern::from_ref(name))
    }

    /// The name without quotes.
    pub fn as_str(&self) -> &str {
        &self.0.text
    }

    /// What sorts before every name.
    pub(crate) fn first() -> Self {
        Self::new("")
    }
}

/// By the text, so that what is gathered by name comes in the same order on every run.
impl Hash for Ident {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.0.hash);
    }
}

impl From<&str> for Name {
    fn from(text: &str) -> Self {
        let mut kept = ArrayString::new();
        kept.push_str(text);
        Self { text: kept, hash: FxBuildHasher.hash_one(text) }
    }
}

impl Borrow<str> for Name {
    fn borrow(&self) -> &str {
        &self.text
    }
}

impl Hash for Name {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.text.as_str().hash(state);
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.text.as_str(), f)
    }
}

impl Ord for Ident {
    fn cmp(&self, other: &Self) -> Ordering {
        if self == other {
            return Ordering::Equal;
        }
        self.as_str().cmp(other.as_str())
    }
}

impl PartialOrd for Ident {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Serialize for Ident {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Ident {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::new)
    }
}

impl<T: AsRef<str>> From<T> for Ident {
    fn from(name: T) -> Self {
        Self::new(name)
    }
}

impl fmt::Display for Ident {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.as_str();
        if is_plain(text) && KEYWORDS.binary_search(&text).is_err() {
            return f.write_str(text);
        }
        write!(f, "\"{}\"", text.replace('"', "\"\""))
    }
}

/// The name that a text begins with, and what is after it.
fn leading_ident(sql: &str) -> Option<(Ident, &str)> {
    let Some(quoted) = sql.strip_prefix('"') else {
        let end = sql.find(|c: char| !is_plain_char(c)).unwrap_or(sql.len());
        let (name, rest) = sql.split_at(end);
        return (!name.is_empty()).then(|| (Ident::new(name), rest));
    };
    let mut end = 0;
    loop {
        end += quoted[end..].find('"')?;
        match quoted[end + 1..].starts_with('"') {
            true => end += 2,
            false => break,
        }
    }
    Some((Ident::new(quoted[..end].replace("\"\"", "\"")), &quoted[end + 1..]))
}

fn is_plain_char(c: char) -> bool {
    c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_'
}

fn is_plain(name: &str) -> bool {
    let starts = name.starts_with(|c: char| c.is_ascii_lowercase() || c == '_');
    starts && name.chars().all(is_plain_char)
}

/// Shortens a name that PostgreSQL would cut, so that two long names never become one.
///
/// ```
/// use migrate_core::catalog::shortened;
/// assert_eq!(shortened("article".into()), "article");
/// assert_eq!(shortened("é".repeat(40)).len(), 63);
/// ```
pub fn shortened(name: String) -> String {
    if name.len() <= MAX_IDENT_BYTES {
        return name;
    }
    let digest = Sha256::digest(name.as_bytes());
    let hash = format!("_{:02x}{:02x}{:02x}{:02x}", digest[0], digest[1], digest[2], digest[3]);
    let mut end = MAX_IDENT_BYTES - hash.len();
    while !name.is_char_boundary(end) {
        end -= 1;
    }
    let padding = "_".repeat(MAX_IDENT_BYTES - hash.len() - end);
    format!("{}{padding}{hash}", &name[..end])
}

/// A name in a schema; without one it is in the target schema.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct QualifiedName {
    /// The schema, where it isn't the target.
    pub schema: Option<Ident>,
    /// The object's own name.
    pub name: Ident,
}

impl QualifiedName {
    /// A name in the target schema.
    pub fn local(name: impl Into<Ident>) -> Self {
        Self { schema: None, name: name.into() }
    }

    /// The name that SQL writes, as of a type; nothing where it is more than a name, as with modifiers.
    pub(crate) fn written(sql: &str) -> Option<Self> {
        let (first, rest) = leading_ident(sql)?;
        match rest.strip_prefix('.').map(leading_ident) {
            None => rest.is_empty().then_some(Self { schema: None, name: first }),
            Some(second) => {
                let (name, rest) = second?;
                rest.is_empty().then_some(Self { schema: Some(first), name })
            }
        }
    }

    /// Another name in the same schema.
    #[must_use]
    pub fn sibling(&self, name: impl Into<Ident>) -> Self {
        Self { schema: self.schema.clone(), name: name.into() }
    }

    /// The name without quotes, for messages and file names.
    pub fn plain(&self) -> String {
        match &self.schema {
            Some(schema) => format!("{}.{}", schema.as_str(), self.name.as_str()),
            None => self.name.as_str().to_owned(),
        }
    }

    /// `table.column` or `type.attribute` without quotes, as messages, flags and headers have it.
    pub(crate) fn plain_part(&self, part: &Ident) -> String {
        format!("{}.{}", self.plain(), part.as_str())
    }
}

impl fmt::Display for QualifiedName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(schema) = &self.schema {
            write!(f, "{schema}.")?;
        }
        self.name.fmt(f)
    }
}

impl From<&str> for QualifiedName {
    fn from(name: &str) -> Self {
        Self::local(name)
    }
}

impl From<String> for QualifiedName {
    fn from(name: String) -> Self {
        Self::local(name)
    }
}

impl From<(&str, &str)> for QualifiedName {
    fn from((schema, name): (&str, &str)) -> Self {
        Self { schema: Some(schema.into()), name: name.into() }
    }
}

impl From<&QualifiedName> for QualifiedName {
    fn from(name: &QualifiedName) -> Self {
        name.clone()
    }
}

/// Every keyword that can't stand bare as a name, a column or a type: all but the unreserved ones
/// of PostgreSQL 18's `kwlist.h`, sorted.
#[rustfmt::skip]
const KEYWORDS: &[&str] = &[
    "all", "analyse", "analyze", "and", "any", "array", "as", "asc", "asymmetric", "authorization",
    "between", "bigint", "binary", "bit", "boolean", "both", "case", "cast", "char", "character",
    "check", "coalesce", "collate", "collation", "column", "concurrently", "constraint", "create",
    "cross", "current_catalog", "current_date", "current_role", "current_schema", "current_time",
    "current_timestamp", "current_user", "dec", "decimal", "default", "deferrable", "desc",
    "distinct", "do", "else", "end", "except", "exists", "extract", "false", "fetch", "float",
    "for", "foreign", "freeze", "from", "full", "grant", "greatest", "group", "grouping", "having",
    "ilike", "in", "initially", "inner", "inout", "int", "integer", "intersect", "interval", "into",
    "is", "isnull", "join", "json", "json_array", "json_arrayagg", "json_exists", "json_object",
    "json_objectagg", "json_query", "json_scalar", "json_serialize", "json_table", "json_value",
    "lateral", "leading", "least", "left", "like", "limit", "localtime", "localtimestamp",
    "merge_action", "national", "natural", "nchar", "none", "normalize", "not", "notnull", "null",
    "nullif", "numeric", "offset", "on", "only", "or", "order", "out", "outer", "overlaps",
    "overlay", "placing", "position", "precision", "primary", "real", "references", "returning",
    "right", "row", "select", "session_user", "setof", "similar", "smallint", "some", "substring",
    "symmetric", "system_user", "table", "tablesample", "then", "time", "timestamp", "to",
    "trailing", "treat", "trim", "true", "union", "unique", "user", "using", "values", "varchar",
    "variadic", "verbose", "when", "where", "window", "with", "xmlattributes", "xmlconcat",
    "xmlelement", "xmlexists", "xmlforest", "xmlnamespaces", "xmlparse", "xmlpi", "xmlroot",
    "xmlserialize", "xmltable",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keywords_are_sorted_for_the_search() {
        assert!(KEYWORDS.is_sorted());
    }

    #[test]
    fn names_are_quoted_only_where_sql_needs_it() {
        assert_eq!(Ident::new("article").to_string(), "article");
        assert_eq!(Ident::new("order").to_string(), "\"order\"");
        assert_eq!(Ident::new("Order").to_string(), "\"Order\"");
        assert_eq!(Ident::new("a\"b").to_string(), "\"a\"\"b\"");
        assert_eq!(Ident::new("1st").to_string(), "\"1st\"");
        assert_eq!(QualifiedName::from(("Auth", "user")).to_string(), "\"Auth\".\"user\"");
    }

    #[test]
    fn a_written_name_is_read_as_it_was_meant() {
        for name in [
            QualifiedName::local("article"),
            QualifiedName::local("order"),
            QualifiedName::local("a.\"b\""),
            QualifiedName::local("\"\""),
            ("Far 'Away'", "Ünï.x").into(),
        ] {
            assert_eq!(QualifiedName::written(&name.to_string()), Some(name));
        }
        for more in ["numeric(12,2)", "double precision", "mood[]", "\"a", "a.b.c", ".a", "a.", ""]
        {
            assert_eq!(QualifiedName::written(more), None, "{more}");
        }
    }

    #[test]
    fn b26_long_names_stay_distinct_when_shortened() {
        let [first, second] = ["x", "y"].map(|end| Ident::new("long".repeat(20) + end));
        assert_eq!(first.as_str().len(), MAX_IDENT_BYTES);
        assert_ne!(first, second);
    }
}
