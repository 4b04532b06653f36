//! What a revision says of itself before it runs.

/// The header of a revision: its id, the revision before it, and what it may destroy.
///
/// ```
/// use migrate_core::revision::{Header, drops_column};
/// const REVISION: Header = Header::new("m20261122_101500_drop_author")
///     .after("m20261120_090000_create_article")
///     .allow(&[drops_column("article.author")]);
/// assert_eq!(REVISION.parent, Some("m20261120_090000_create_article"));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header {
    /// The id, which is also the file's name.
    pub id: &'static str,
    /// The revision before it; the first one has none.
    pub parent: Option<&'static str>,
    /// What `up` may destroy.
    pub allowances: &'static [Allowance],
}

/// Something that a revision may destroy. `apply` refuses a loss that isn't allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Allowance {
    /// A schema.
    DropSchema(&'static str),
    /// A table, as `table` or `schema.table`.
    DropTable(&'static str),
    /// A column, as `table.column` or `schema.table.column`.
    DropColumn(&'static str),
    /// A sequence.
    DropSequence(&'static str),
}

/// Allows the drop of a schema.
pub const fn drops_schema(name: &'static str) -> Allowance {
    Allowance::DropSchema(name)
}

/// Allows the drop of a table.
pub const fn drops_table(name: &'static str) -> Allowance {
    Allowance::DropTable(name)
}

/// Allows the drop of a column.
pub const fn drops_column(name: &'static str) -> Allowance {
    Allowance::DropColumn(name)
}

/// Allows the drop of a sequence.
pub const fn drops_sequence(name: &'static str) -> Allowance {
    Allowance::DropSequence(name)
}

impl Header {
    /// The header of a first revision.
    pub const fn new(id: &'static str) -> Self {
        Self { id, parent: None, allowances: &[] }
    }

    /// Names the revision before it.
    #[must_use]
    pub const fn after(mut self, parent: &'static str) -> Self {
        self.parent = Some(parent);
        self
    }

    /// Says what `up` may destroy.
    #[must_use]
    pub const fn allow(mut self, allowances: &'static [Allowance]) -> Self {
        self.allowances = allowances;
        self
    }
}
