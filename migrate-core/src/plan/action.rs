//! What is run, as plain data: the one source of its SQL, its Rust source and its hazards.

use crate::catalog::{
    Column, Composite, Constraint, Deferrable, Domain, DomainConstraint, EnumType, Expression,
    Extension, Ident, Identity, Index, ObjectKey, Options, QualifiedName, ReplicaIdentity,
    SequenceOptions, Table,
};

/// One change of a database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// `CREATE SCHEMA`.
    CreateSchema { name: Ident },
    /// `DROP SCHEMA`.
    DropSchema { name: Ident },
    /// `CREATE EXTENSION`.
    CreateExtension { name: Ident, extension: Extension },
    /// `DROP EXTENSION`.
    DropExtension { name: Ident },
    /// `ALTER EXTENSION … SET SCHEMA`; without one it moves to the target schema.
    MoveExtension { name: Ident, schema: Option<Ident> },
    /// `CREATE TYPE … AS ENUM`.
    CreateEnum { name: QualifiedName, definition: EnumType },
    /// `ALTER TYPE … ADD VALUE`.
    AddEnumValue { name: QualifiedName, value: String, position: LabelPosition },
    /// `ALTER TYPE … RENAME VALUE`.
    RenameEnumValue { name: QualifiedName, current: String, desired: String },
    /// A new enum in the place of the current one, with every column that uses it.
    ReplaceEnum {
        name: QualifiedName,
        definition: EnumType,
        mapping: Vec<(String, String)>,
        columns: Vec<EnumColumn>,
    },
    /// Refuses to go on where rows hold a label that an enum loses within another type.
    RequireUnusedLabels { name: QualifiedName, labels: Vec<String>, within: Vec<LabelPath> },
    /// `CREATE TYPE … AS (…)`.
    CreateComposite { name: QualifiedName, definition: Composite },
    /// `ALTER TYPE … ADD | DROP | ALTER ATTRIBUTE`.
    AlterComposite { name: QualifiedName, changes: Vec<AttributeChange> },
    /// `ALTER TYPE … RENAME ATTRIBUTE`.
    RenameAttribute { composite: QualifiedName, name: Ident, desired: Ident },
    /// `DROP TYPE`, of an enum or a composite.
    DropType { name: QualifiedName },
    /// `ALTER TYPE … RENAME TO`, of an enum, a composite or a domain.
    RenameType { name: QualifiedName, desired: Ident },
    /// `CREATE DOMAIN`.
    CreateDomain { name: QualifiedName, definition: Domain },
    /// `ALTER DOMAIN … SET | DROP DEFAULT`.
    SetDomainDefault { name: QualifiedName, default: Option<Expression> },
    /// `ALTER DOMAIN … SET NOT NULL`.
    SetDomainNotNull { name: QualifiedName },
    /// `ALTER DOMAIN … DROP NOT NULL`.
    DropDomainNotNull { name: QualifiedName },
    /// `ALTER DOMAIN … ADD CONSTRAINT`.
    AddDomainConstraint { domain: QualifiedName, name: Ident, constraint: DomainConstraint },
    /// `ALTER DOMAIN … VALIDATE CONSTRAINT`.
    ValidateDomainConstraint { domain: QualifiedName, name: Ident },
    /// `ALTER DOMAIN … DROP CONSTRAINT`.
    DropDomainConstraint { domain: QualifiedName, name: Ident },
    /// `ALTER DOMAIN … RENAME CONSTRAINT`.
    RenameDomainConstraint { domain: QualifiedName, name: Ident, desired: Ident },
    /// `DROP DOMAIN`.
    DropDomain { name: QualifiedName },
    /// `CREATE SEQUENCE`.
    CreateSequence { name: QualifiedName, options: SequenceOptions },
    /// `ALTER SEQUENCE` with every option.
    AlterSequence { name: QualifiedName, options: SequenceOptions },
    /// `ALTER SEQUENCE … OWNED BY`.
    SetSequenceOwner { name: QualifiedName, owner: Option<(QualifiedName, Ident)> },
    /// `ALTER SEQUENCE … SET LOGGED`.
    SetSequenceLogged { name: QualifiedName },
    /// `ALTER SEQUENCE … SET UNLOGGED`.
    SetSequenceUnlogged { name: QualifiedName },
    /// `ALTER SEQUENCE … RENAME TO`.
    RenameSequence { name: QualifiedName, desired: Ident },
    /// Lets a sequence begin again whose count lies outside of a range.
    RestartSequence { name: QualifiedName, start: i64, min: i64, max: i64 },
    /// Lets a column's sequence go on after the last value in the column, in its direction.
    SyncSequence { table: QualifiedName, column: Ident },
    /// Lets a sequence go on after the last value in a column, in its direction; it never goes back.
    AdvanceSequence { name: QualifiedName, table: QualifiedName, column: Ident },
    /// Lets a sequence go on where another is.
    ContinueSequence { name: QualifiedName, from: QualifiedName },
    /// The same, after which the other goes.
    TakeOverSequence { name: QualifiedName, from: QualifiedName },
    /// `DROP SEQUENCE`.
    DropSequence { name: QualifiedName },
    /// `CREATE TABLE`.
    CreateTable { name: QualifiedName, definition: TableDefinition },
    /// `ALTER TABLE`: changes that run as one statement.
    AlterTable { table: QualifiedName, changes: Vec<TableChange> },
    /// `ALTER TABLE … RENAME TO`.
    RenameTable { name: QualifiedName, desired: Ident },
    /// `ALTER TABLE … SET SCHEMA`, to the target schema where there is none.
    MoveTable { name: QualifiedName, schema: Option<Ident> },
    /// `ALTER TABLE … RENAME COLUMN`.
    RenameColumn { table: QualifiedName, name: Ident, desired: Ident },
    /// `ALTER TABLE … RENAME CONSTRAINT`.
    RenameConstraint { table: QualifiedName, name: Ident, desired: Ident },
    /// `DROP TABLE`.
    DropTable { name: QualifiedName },
    /// `CREATE INDEX`.
    CreateIndex { name: QualifiedName, index: Index, build: IndexBuild },
    /// `ALTER INDEX … RENAME TO`.
    RenameIndex { name: QualifiedName, desired: Ident },
    /// `DROP INDEX`.
    DropIndex { name: QualifiedName, build: IndexBuild },
    /// `COMMENT ON`; without a text it removes the comment.
    SetComment { on: ObjectKey, text: Option<String> },
    /// Gives rows in which a column is null a value, in batches.
    Backfill { table: QualifiedName, column: Ident, value: Expression },
    /// The statements that make a view, function, trigger, policy or rule.
    CreateDependent { key: ObjectKey, statements: Vec<String> },
    /// The statement that drops one.
    DropDependent { key: ObjectKey, statement: String },
}

/// Where a new label stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LabelPosition {
    /// After all others.
    Last,
    /// Before a label.
    Before(String),
    /// After a label.
    After(String),
}

/// A column that holds an enum or an array of it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct EnumColumn {
    /// The table.
    pub table: QualifiedName,
    /// The column.
    pub column: Ident,
    /// Whether it is an array.
    pub array: bool,
}

/// Where the values of a column have an enum in them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct LabelPath {
    /// The table.
    pub table: QualifiedName,
    /// The column.
    pub column: Ident,
    /// The expression over a row that gives its labels, such as `(step).status` or
    /// `unnest(steps)`.
    pub labels: String,
}

/// How an index is built or dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IndexBuild {
    /// In the transaction, with writes to the table blocked.
    Plain,
    /// Outside a transaction, with writes going on.
    Concurrently,
}

/// A change of a composite type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AttributeChange {
    /// `ADD ATTRIBUTE`.
    Add { name: Ident, sql_type: String },
    /// `DROP ATTRIBUTE`.
    Drop { name: Ident },
    /// `ALTER ATTRIBUTE … TYPE`.
    SetType { name: Ident, sql_type: String },
}

/// A table with everything that `CREATE TABLE` can say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TableDefinition {
    /// Columns in order.
    pub columns: Vec<ColumnDefinition>,
    /// Constraints in order.
    pub constraints: Vec<(Ident, Constraint)>,
    /// The table's own properties.
    pub table: Table,
}

/// A column with its name and default.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnDefinition {
    /// The name.
    pub name: Ident,
    /// The properties.
    pub column: Column,
    /// The default.
    pub default: Option<Expression>,
}

/// One clause of an `ALTER TABLE`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TableChange {
    /// `ADD COLUMN`.
    AddColumn { column: ColumnDefinition },
    /// `DROP COLUMN`.
    DropColumn { name: Ident },
    /// `ALTER COLUMN … TYPE`.
    SetType {
        column: Ident,
        sql_type: String,
        collation: Option<QualifiedName>,
        using: Option<String>,
    },
    /// `ALTER COLUMN … SET DEFAULT`.
    SetDefault { column: Ident, default: Expression },
    /// `ALTER COLUMN … DROP DEFAULT`.
    DropDefault { column: Ident },
    /// `ALTER COLUMN … SET NOT NULL`.
    SetNotNull { column: Ident },
    /// `ALTER COLUMN … DROP NOT NULL`.
    DropNotNull { column: Ident },
    /// `ALTER COLUMN … ADD GENERATED … AS IDENTITY`.
    AddIdentity { column: Ident, identity: Identity },
    /// `ALTER COLUMN … SET GENERATED …` with every option.
    AlterIdentity { column: Ident, identity: Identity },
    /// `ALTER COLUMN … DROP IDENTITY`.
    DropIdentity { column: Ident },
    /// `ALTER COLUMN … DROP EXPRESSION`: a generated column keeps its values as plain ones.
    DropExpression { column: Ident },
    /// `ALTER COLUMN … SET STORAGE`.
    SetStorage { column: Ident, storage: String },
    /// `ALTER COLUMN … SET COMPRESSION`.
    SetCompression { column: Ident, compression: Option<String> },
    /// `ALTER COLUMN … SET STATISTICS`.
    SetStatistics { column: Ident, target: Option<i16> },
    /// `ALTER COLUMN … SET (…)`.
    SetColumnOptions { column: Ident, options: Options },
    /// `ALTER COLUMN … RESET (…)`.
    ResetColumnOptions { column: Ident, names: Vec<String> },
    /// `ADD CONSTRAINT`.
    AddConstraint { name: Ident, constraint: Constraint },
    /// `ADD CONSTRAINT … USING INDEX`: the index takes the constraint's name.
    AddConstraintUsingIndex { name: Ident, key: IndexKey, index: Ident, deferrable: Deferrable },
    /// `DROP CONSTRAINT`.
    DropConstraint { name: Ident },
    /// `VALIDATE CONSTRAINT`.
    ValidateConstraint { name: Ident },
    /// `ALTER CONSTRAINT … [NOT] DEFERRABLE`, of a foreign key.
    SetDeferrable { name: Ident, deferrable: Deferrable },
    /// `SET (…)`.
    SetOptions { options: Options },
    /// `RESET (…)`.
    ResetOptions { names: Vec<String> },
    /// `SET LOGGED`.
    SetLogged,
    /// `SET UNLOGGED`.
    SetUnlogged,
    /// `SET TABLESPACE`.
    SetTablespace { tablespace: Ident },
    /// `SET ACCESS METHOD`.
    SetAccessMethod { method: Ident },
    /// `REPLICA IDENTITY`.
    SetReplicaIdentity { identity: ReplicaIdentity },
    /// `CLUSTER ON`, or `SET WITHOUT CLUSTER`.
    SetCluster { index: Option<Ident> },
}

/// Which constraint takes over an index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IndexKey {
    /// `PRIMARY KEY`.
    Primary,
    /// `UNIQUE`.
    Unique,
}

impl Action {
    /// An `ALTER TABLE` of one clause.
    pub fn alter(table: &QualifiedName, change: TableChange) -> Self {
        Self::AlterTable { table: table.clone(), changes: vec![change] }
    }

    /// Whether PostgreSQL refuses it inside a transaction, or batches need their own.
    pub fn runs_outside_transaction(&self) -> bool {
        match self {
            Self::CreateIndex { build, .. } | Self::DropIndex { build, .. } => {
                *build == IndexBuild::Concurrently
            }
            Self::Backfill { .. } => true,
            _ => false,
        }
    }
}
