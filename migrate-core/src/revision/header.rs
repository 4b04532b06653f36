//! What a revision says of itself before it runs.

use std::time::Duration;

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
    /// Who runs it, where services have roles of their own.
    pub run_as: RunAs,
    /// How long its statements wait for a lock; as long as the run says, where it doesn't say.
    pub lock_timeout: Option<Duration>,
    /// How long its statements may run; as long as the run says, where it doesn't say.
    pub statement_timeout: Option<Duration>,
    /// The revision of the common schema that it builds on.
    pub requires: Option<&'static str>,
}

/// Who runs a revision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RunAs {
    /// The role of the service, which then owns what is made.
    #[default]
    Service,
    /// The role that logged in, for what the service's role may not do; what it makes in the
    /// target schema is handed to the service's role.
    Privileged,
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
    /// A generated column, whose values are computed again, as `table.column` or
    /// `schema.table.column`.
    RecomputeColumn(&'static str),
    /// A sequence.
    DropSequence(&'static str),
    /// An attribute of a composite type with its values, as `type.attribute` or
    /// `schema.type.attribute`.
    DropAttribute(&'static str),
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

/// Allows the drop of a generated column that comes again.
pub const fn recomputes_column(name: &'static str) -> Allowance {
    Allowance::RecomputeColumn(name)
}

/// Allows the drop of a sequence.
pub const fn drops_sequence(name: &'static str) -> Allowance {
    Allowance::DropSequence(name)
}

/// Allows the drop of an attribute of a composite type.
pub const fn drops_attribute(name: &'static str) -> Allowance {
    Allowance::DropAttribute(name)
}

impl Header {
    /// The header of a first revision.
    pub const fn new(id: &'static str) -> Self {
        Self {
            id,
            parent: None,
            allowances: &[],
            run_as: RunAs::Service,
            lock_timeout: None,
            statement_timeout: None,
            requires: None,
        }
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

    /// Says who runs it.
    #[must_use]
    pub const fn run_as(mut self, run_as: RunAs) -> Self {
        self.run_as = run_as;
        self
    }

    /// Says how long its statements wait for a lock.
    #[must_use]
    pub const fn lock_timeout(mut self, timeout: Duration) -> Self {
        self.lock_timeout = Some(timeout);
        self
    }

    /// Says how long its statements may run; zero for as long as it takes.
    #[must_use]
    pub const fn statement_timeout(mut self, timeout: Duration) -> Self {
        self.statement_timeout = Some(timeout);
        self
    }

    /// Names the revision of the common schema that it builds on.
    #[must_use]
    pub const fn requires(mut self, revision: &'static str) -> Self {
        self.requires = Some(revision);
        self
    }
}
