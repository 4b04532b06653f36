//! The verbs of `up` and `down`, one for each action.

use std::ops::RangeInclusive;

use crate::catalog::{Composite, DomainConstraint, EnumType, Extension, Ident, QualifiedName};
use crate::plan::{Action, IndexBuild, LabelPosition, TableChange, TableDefinition};

use super::{
    AddEnumValue, AlterComposite, AlterTable, Column, Constraint, CreateTable, Domain, Index,
    Migrator, On, ReplaceEnum, RequireUnusedLabels, Run, Sequence,
};

/// Schemas and extensions.
impl Migrator {
    /// `CREATE SCHEMA`.
    #[track_caller]
    pub fn create_schema(&mut self, name: &str) -> Run<'_> {
        self.action(Action::CreateSchema { name: name.into() })
    }

    /// `DROP SCHEMA`.
    #[track_caller]
    pub fn drop_schema(&mut self, name: &str) -> Run<'_> {
        self.action(Action::DropSchema { name: name.into() })
    }

    /// `CREATE EXTENSION`, in the target schema.
    #[track_caller]
    pub fn create_extension(&mut self, name: &str) -> Run<'_> {
        let extension = Extension { schema: None };
        self.action(Action::CreateExtension { name: name.into(), extension })
    }

    /// `CREATE EXTENSION … SCHEMA`.
    #[track_caller]
    pub fn create_extension_in(&mut self, name: &str, schema: &str) -> Run<'_> {
        let extension = Extension { schema: Some(schema.into()) };
        self.action(Action::CreateExtension { name: name.into(), extension })
    }

    /// `ALTER EXTENSION … SET SCHEMA`; without one it moves to the target schema.
    #[track_caller]
    pub fn move_extension(&mut self, name: &str, schema: Option<&str>) -> Run<'_> {
        self.action(Action::MoveExtension { name: name.into(), schema: schema.map(Ident::new) })
    }

    /// `DROP EXTENSION`.
    #[track_caller]
    pub fn drop_extension(&mut self, name: &str) -> Run<'_> {
        self.action(Action::DropExtension { name: name.into() })
    }
}

/// Enums and composite types.
impl Migrator {
    /// `CREATE TYPE … AS ENUM`.
    #[track_caller]
    pub fn create_enum<'l>(
        &mut self,
        name: impl Into<QualifiedName>,
        labels: impl IntoIterator<Item = &'l str>,
    ) -> Run<'_> {
        let definition = EnumType { labels: labels.into_iter().map(str::to_owned).collect() };
        self.action(Action::CreateEnum { name: name.into(), definition })
    }

    /// `ALTER TYPE … ADD VALUE`. The label can be used when its step has committed.
    #[track_caller]
    pub fn add_enum_value(
        &mut self,
        name: impl Into<QualifiedName>,
        value: &str,
    ) -> AddEnumValue<'_> {
        let (name, value) = (name.into(), value.to_owned());
        AddEnumValue(self.action(Action::AddEnumValue {
            name,
            value,
            position: LabelPosition::Last,
        }))
    }

    /// `ALTER TYPE … RENAME VALUE`.
    #[track_caller]
    pub fn rename_enum_value(
        &mut self,
        name: impl Into<QualifiedName>,
        current: &str,
        desired: &str,
    ) -> Run<'_> {
        let (current, desired) = (current.to_owned(), desired.to_owned());
        self.action(Action::RenameEnumValue { name: name.into(), current, desired })
    }

    /// A new enum in the place of the current one, for labels that go or change their order.
    #[track_caller]
    pub fn replace_enum<'l>(
        &mut self,
        name: impl Into<QualifiedName>,
        labels: impl IntoIterator<Item = &'l str>,
    ) -> ReplaceEnum<'_> {
        let definition = EnumType { labels: labels.into_iter().map(str::to_owned).collect() };
        let (mapping, columns) = (Vec::new(), Vec::new());
        ReplaceEnum(self.action(Action::ReplaceEnum {
            name: name.into(),
            definition,
            mapping,
            columns,
        }))
    }

    /// Refuses to go on where rows hold one of these labels of an enum within another type, such as a
    /// composite or a domain; before the first of the changes that take the labels away.
    #[track_caller]
    pub fn require_unused_labels<'l>(
        &mut self,
        name: impl Into<QualifiedName>,
        labels: impl IntoIterator<Item = &'l str>,
    ) -> RequireUnusedLabels<'_> {
        let labels = labels.into_iter().map(str::to_owned).collect();
        let (name, within) = (name.into(), Vec::new());
        RequireUnusedLabels(self.action(Action::RequireUnusedLabels { name, labels, within }))
    }

    /// `CREATE TYPE … AS (…)`.
    #[track_caller]
    pub fn create_composite<'l>(
        &mut self,
        name: impl Into<QualifiedName>,
        attributes: impl IntoIterator<Item = (&'l str, &'l str)>,
    ) -> Run<'_> {
        let attributes = attributes.into_iter().map(|(name, ty)| (name.into(), ty.to_owned()));
        let definition = Composite { attributes: attributes.collect() };
        self.action(Action::CreateComposite { name: name.into(), definition })
    }

    /// `ALTER TYPE`, with the clauses that follow as one statement.
    #[track_caller]
    pub fn alter_composite(&mut self, name: impl Into<QualifiedName>) -> AlterComposite<'_> {
        AlterComposite(
            self.action(Action::AlterComposite { name: name.into(), changes: Vec::new() }),
        )
    }

    /// `ALTER TYPE … ADD ATTRIBUTE`.
    #[track_caller]
    pub fn add_attribute(
        &mut self,
        composite: impl Into<QualifiedName>,
        name: &str,
        sql_type: &str,
    ) -> AlterComposite<'_> {
        self.alter_composite(composite).add_attribute(name, sql_type)
    }

    /// `ALTER TYPE … DROP ATTRIBUTE`.
    #[track_caller]
    pub fn drop_attribute(
        &mut self,
        composite: impl Into<QualifiedName>,
        name: &str,
    ) -> AlterComposite<'_> {
        self.alter_composite(composite).drop_attribute(name)
    }

    /// `ALTER TYPE … ALTER ATTRIBUTE … TYPE`.
    #[track_caller]
    pub fn set_attribute_type(
        &mut self,
        composite: impl Into<QualifiedName>,
        name: &str,
        sql_type: &str,
    ) -> AlterComposite<'_> {
        self.alter_composite(composite).set_attribute_type(name, sql_type)
    }

    /// `ALTER TYPE … RENAME ATTRIBUTE`. Values keep what they have in it.
    #[track_caller]
    pub fn rename_attribute(
        &mut self,
        composite: impl Into<QualifiedName>,
        name: &str,
        desired: &str,
    ) -> Run<'_> {
        let (name, desired) = (name.into(), desired.into());
        self.action(Action::RenameAttribute { composite: composite.into(), name, desired })
    }

    /// `DROP TYPE`, of an enum or a composite type.
    #[track_caller]
    pub fn drop_type(&mut self, name: impl Into<QualifiedName>) -> Run<'_> {
        self.action(Action::DropType { name: name.into() })
    }

    /// `ALTER TYPE … RENAME TO`, of an enum, a composite type or a domain.
    #[track_caller]
    pub fn rename_type(&mut self, name: impl Into<QualifiedName>, desired: &str) -> Run<'_> {
        self.action(Action::RenameType { name: name.into(), desired: desired.into() })
    }
}

/// Domains.
impl Migrator {
    /// `CREATE DOMAIN`.
    #[track_caller]
    pub fn create_domain(&mut self, name: impl Into<QualifiedName>, domain: Domain) -> Run<'_> {
        let definition = domain.into_definition();
        self.action(Action::CreateDomain { name: name.into(), definition })
    }

    /// `ALTER DOMAIN … SET DEFAULT`.
    #[track_caller]
    pub fn set_domain_default(&mut self, name: impl Into<QualifiedName>, sql: &str) -> Run<'_> {
        self.action(Action::SetDomainDefault { name: name.into(), default: Some(sql.into()) })
    }

    /// `ALTER DOMAIN … DROP DEFAULT`.
    #[track_caller]
    pub fn drop_domain_default(&mut self, name: impl Into<QualifiedName>) -> Run<'_> {
        self.action(Action::SetDomainDefault { name: name.into(), default: None })
    }

    /// `ALTER DOMAIN … SET NOT NULL`.
    #[track_caller]
    pub fn set_domain_not_null(&mut self, name: impl Into<QualifiedName>) -> Run<'_> {
        self.action(Action::SetDomainNotNull { name: name.into() })
    }

    /// `ALTER DOMAIN … DROP NOT NULL`.
    #[track_caller]
    pub fn drop_domain_not_null(&mut self, name: impl Into<QualifiedName>) -> Run<'_> {
        self.action(Action::DropDomainNotNull { name: name.into() })
    }

    /// `ALTER DOMAIN … ADD CONSTRAINT … CHECK`.
    #[track_caller]
    pub fn add_domain_check(
        &mut self,
        domain: impl Into<QualifiedName>,
        name: &str,
        check: &str,
    ) -> Run<'_> {
        let constraint = DomainConstraint { expression: check.into(), validated: true };
        self.action(Action::AddDomainConstraint {
            domain: domain.into(),
            name: name.into(),
            constraint,
        })
    }

    /// `ALTER DOMAIN … ADD CONSTRAINT … CHECK … NOT VALID`.
    #[track_caller]
    pub fn add_domain_check_not_valid(
        &mut self,
        domain: impl Into<QualifiedName>,
        name: &str,
        check: &str,
    ) -> Run<'_> {
        let constraint = DomainConstraint { expression: check.into(), validated: false };
        self.action(Action::AddDomainConstraint {
            domain: domain.into(),
            name: name.into(),
            constraint,
        })
    }

    /// `ALTER DOMAIN … VALIDATE CONSTRAINT`.
    #[track_caller]
    pub fn validate_domain_constraint(
        &mut self,
        domain: impl Into<QualifiedName>,
        name: &str,
    ) -> Run<'_> {
        self.action(Action::ValidateDomainConstraint { domain: domain.into(), name: name.into() })
    }

    /// `ALTER DOMAIN … DROP CONSTRAINT`.
    #[track_caller]
    pub fn drop_domain_constraint(
        &mut self,
        domain: impl Into<QualifiedName>,
        name: &str,
    ) -> Run<'_> {
        self.action(Action::DropDomainConstraint { domain: domain.into(), name: name.into() })
    }

    /// `ALTER DOMAIN … RENAME CONSTRAINT`.
    #[track_caller]
    pub fn rename_domain_constraint(
        &mut self,
        domain: impl Into<QualifiedName>,
        name: &str,
        desired: &str,
    ) -> Run<'_> {
        let (name, desired) = (name.into(), desired.into());
        self.action(Action::RenameDomainConstraint { domain: domain.into(), name, desired })
    }

    /// `DROP DOMAIN`.
    #[track_caller]
    pub fn drop_domain(&mut self, name: impl Into<QualifiedName>) -> Run<'_> {
        self.action(Action::DropDomain { name: name.into() })
    }
}

/// Sequences.
impl Migrator {
    /// `CREATE SEQUENCE`.
    #[track_caller]
    pub fn create_sequence(
        &mut self,
        name: impl Into<QualifiedName>,
        sequence: Sequence,
    ) -> Run<'_> {
        let options = sequence.into_options();
        self.action(Action::CreateSequence { name: name.into(), options })
    }

    /// `ALTER SEQUENCE`, with every option.
    #[track_caller]
    pub fn alter_sequence(
        &mut self,
        name: impl Into<QualifiedName>,
        sequence: Sequence,
    ) -> Run<'_> {
        let options = sequence.into_options();
        self.action(Action::AlterSequence { name: name.into(), options })
    }

    /// `ALTER SEQUENCE … OWNED BY`.
    #[track_caller]
    pub fn set_sequence_owner(
        &mut self,
        name: impl Into<QualifiedName>,
        table: impl Into<QualifiedName>,
        column: &str,
    ) -> Run<'_> {
        let owner = Some((table.into(), column.into()));
        self.action(Action::SetSequenceOwner { name: name.into(), owner })
    }

    /// `ALTER SEQUENCE … OWNED BY NONE`.
    #[track_caller]
    pub fn drop_sequence_owner(&mut self, name: impl Into<QualifiedName>) -> Run<'_> {
        self.action(Action::SetSequenceOwner { name: name.into(), owner: None })
    }

    /// `ALTER SEQUENCE … SET LOGGED`, since PostgreSQL 15.
    #[track_caller]
    pub fn set_sequence_logged(&mut self, name: impl Into<QualifiedName>) -> Run<'_> {
        self.action(Action::SetSequenceLogged { name: name.into() })
    }

    /// `ALTER SEQUENCE … SET UNLOGGED`, since PostgreSQL 15.
    #[track_caller]
    pub fn set_sequence_unlogged(&mut self, name: impl Into<QualifiedName>) -> Run<'_> {
        self.action(Action::SetSequenceUnlogged { name: name.into() })
    }

    /// Lets a sequence whose count lies outside of a range begin again, so that the range can become
    /// its own.
    #[track_caller]
    pub fn restart_sequence_outside(
        &mut self,
        name: impl Into<QualifiedName>,
        range: RangeInclusive<i64>,
        start: i64,
    ) -> Run<'_> {
        let (min, max) = range.into_inner();
        self.action(Action::RestartSequence { name: name.into(), start, min, max })
    }

    /// Lets a column's sequence go on after the last value in the column, in its direction.
    #[track_caller]
    pub fn sync_sequence(&mut self, table: impl Into<QualifiedName>, column: &str) -> Run<'_> {
        self.action(Action::SyncSequence { table: table.into(), column: column.into() })
    }

    /// Lets a sequence go on where another is.
    #[track_caller]
    pub fn continue_sequence(
        &mut self,
        name: impl Into<QualifiedName>,
        from: impl Into<QualifiedName>,
    ) -> Run<'_> {
        self.action(Action::ContinueSequence { name: name.into(), from: from.into() })
    }

    /// Lets a sequence go on where another is, and drops that other.
    #[track_caller]
    pub fn take_over_sequence(
        &mut self,
        name: impl Into<QualifiedName>,
        from: impl Into<QualifiedName>,
    ) -> Run<'_> {
        self.action(Action::TakeOverSequence { name: name.into(), from: from.into() })
    }

    /// Lets a sequence that columns share go on after the last value in one of them, in its
    /// direction; it never goes back.
    #[track_caller]
    pub fn advance_sequence(
        &mut self,
        name: impl Into<QualifiedName>,
        table: impl Into<QualifiedName>,
        column: &str,
    ) -> Run<'_> {
        let (name, table, column) = (name.into(), table.into(), column.into());
        self.action(Action::AdvanceSequence { name, table, column })
    }

    /// `ALTER SEQUENCE … RENAME TO`.
    #[track_caller]
    pub fn rename_sequence(&mut self, name: impl Into<QualifiedName>, desired: &str) -> Run<'_> {
        self.action(Action::RenameSequence { name: name.into(), desired: desired.into() })
    }

    /// `DROP SEQUENCE`.
    #[track_caller]
    pub fn drop_sequence(&mut self, name: impl Into<QualifiedName>) -> Run<'_> {
        self.action(Action::DropSequence { name: name.into() })
    }
}

/// Tables.
impl Migrator {
    /// `CREATE TABLE`.
    #[track_caller]
    pub fn create_table(
        &mut self,
        name: impl Into<QualifiedName>,
        columns: impl IntoIterator<Item = Column>,
    ) -> CreateTable<'_> {
        let columns = columns.into_iter().map(Column::into_definition).collect();
        let definition = TableDefinition { columns, ..TableDefinition::default() };
        CreateTable(self.action(Action::CreateTable { name: name.into(), definition }))
    }

    /// `ALTER TABLE`, with the clauses that follow as one statement.
    #[track_caller]
    pub fn alter_table(&mut self, table: impl Into<QualifiedName>) -> AlterTable<'_> {
        AlterTable(self.action(Action::AlterTable { table: table.into(), changes: Vec::new() }))
    }

    /// `ALTER TABLE … RENAME TO`.
    #[track_caller]
    pub fn rename_table(&mut self, name: impl Into<QualifiedName>, desired: &str) -> Run<'_> {
        self.action(Action::RenameTable { name: name.into(), desired: desired.into() })
    }

    /// `ALTER TABLE … SET SCHEMA`; without one it moves to the target schema. Its indexes, constraints
    /// and sequences go along.
    #[track_caller]
    pub fn move_table(&mut self, name: impl Into<QualifiedName>, schema: Option<&str>) -> Run<'_> {
        self.action(Action::MoveTable { name: name.into(), schema: schema.map(Ident::new) })
    }

    /// `DROP TABLE`.
    #[track_caller]
    pub fn drop_table(&mut self, name: impl Into<QualifiedName>) -> Run<'_> {
        self.action(Action::DropTable { name: name.into() })
    }
}

/// Columns.
impl Migrator {
    /// `ADD COLUMN`.
    #[track_caller]
    pub fn add_column(
        &mut self,
        table: impl Into<QualifiedName>,
        column: Column,
    ) -> AlterTable<'_> {
        self.alter_table(table).add_column(column)
    }

    /// `DROP COLUMN`.
    #[track_caller]
    pub fn drop_column(&mut self, table: impl Into<QualifiedName>, name: &str) -> AlterTable<'_> {
        self.alter_table(table).drop_column(name)
    }

    /// `RENAME COLUMN`.
    #[track_caller]
    pub fn rename_column(
        &mut self,
        table: impl Into<QualifiedName>,
        name: &str,
        desired: &str,
    ) -> Run<'_> {
        let (name, desired) = (name.into(), desired.into());
        self.action(Action::RenameColumn { table: table.into(), name, desired })
    }

    /// `ALTER COLUMN … TYPE`, by PostgreSQL's own cast.
    #[track_caller]
    pub fn set_type(
        &mut self,
        table: impl Into<QualifiedName>,
        column: &str,
        sql_type: &str,
    ) -> AlterTable<'_> {
        self.alter_table(table).set_type(column, sql_type)
    }

    /// `ALTER COLUMN … TYPE … USING`.
    #[track_caller]
    pub fn set_type_using(
        &mut self,
        table: impl Into<QualifiedName>,
        column: &str,
        sql_type: &str,
        using: &str,
    ) -> AlterTable<'_> {
        self.alter_table(table).set_type_using(column, sql_type, using)
    }

    /// `SET DEFAULT`.
    #[track_caller]
    pub fn set_default(
        &mut self,
        table: impl Into<QualifiedName>,
        column: &str,
        sql: &str,
    ) -> AlterTable<'_> {
        self.alter_table(table).set_default(column, sql)
    }

    /// `DROP DEFAULT`.
    #[track_caller]
    pub fn drop_default(
        &mut self,
        table: impl Into<QualifiedName>,
        column: &str,
    ) -> AlterTable<'_> {
        self.alter_table(table).drop_default(column)
    }

    /// `SET NOT NULL`.
    #[track_caller]
    pub fn set_not_null(
        &mut self,
        table: impl Into<QualifiedName>,
        column: &str,
    ) -> AlterTable<'_> {
        self.alter_table(table).set_not_null(column)
    }

    /// `DROP NOT NULL`.
    #[track_caller]
    pub fn drop_not_null(
        &mut self,
        table: impl Into<QualifiedName>,
        column: &str,
    ) -> AlterTable<'_> {
        self.alter_table(table).drop_not_null(column)
    }

    /// Gives rows in which a column is null a value, in batches, each its own transaction.
    #[track_caller]
    pub fn backfill(
        &mut self,
        table: impl Into<QualifiedName>,
        column: &str,
        value: &str,
    ) -> Run<'_> {
        let (table, column, value) = (table.into(), column.into(), value.into());
        self.action(Action::Backfill { table, column, value })
    }
}

/// Constraints, indexes and comments.
impl Migrator {
    /// `ADD CONSTRAINT`.
    #[track_caller]
    pub fn add_constraint(
        &mut self,
        table: impl Into<QualifiedName>,
        name: &str,
        constraint: Constraint,
    ) -> AlterTable<'_> {
        self.alter_table(table).add_constraint(name, constraint)
    }

    /// `VALIDATE CONSTRAINT`.
    #[track_caller]
    pub fn validate_constraint(
        &mut self,
        table: impl Into<QualifiedName>,
        name: &str,
    ) -> AlterTable<'_> {
        self.alter_table(table).validate_constraint(name)
    }

    /// `DROP CONSTRAINT`.
    #[track_caller]
    pub fn drop_constraint(
        &mut self,
        table: impl Into<QualifiedName>,
        name: &str,
    ) -> AlterTable<'_> {
        self.alter_table(table).drop_constraint(name)
    }

    /// `RENAME CONSTRAINT`.
    #[track_caller]
    pub fn rename_constraint(
        &mut self,
        table: impl Into<QualifiedName>,
        name: &str,
        desired: &str,
    ) -> Run<'_> {
        let (name, desired) = (name.into(), desired.into());
        self.action(Action::RenameConstraint { table: table.into(), name, desired })
    }

    /// `CREATE INDEX`, in the transaction.
    #[track_caller]
    pub fn create_index(&mut self, name: impl Into<QualifiedName>, index: Index) -> Run<'_> {
        let (name, index) = (name.into(), index.into_index());
        self.action(Action::CreateIndex { name, index, build: IndexBuild::Plain })
    }

    /// `CREATE INDEX CONCURRENTLY`, in a step outside a transaction.
    #[track_caller]
    pub fn create_index_concurrently(
        &mut self,
        name: impl Into<QualifiedName>,
        index: Index,
    ) -> Run<'_> {
        let (name, index) = (name.into(), index.into_index());
        self.action(Action::CreateIndex { name, index, build: IndexBuild::Concurrently })
    }

    /// `ALTER INDEX … RENAME TO`.
    #[track_caller]
    pub fn rename_index(&mut self, name: impl Into<QualifiedName>, desired: &str) -> Run<'_> {
        self.action(Action::RenameIndex { name: name.into(), desired: desired.into() })
    }

    /// `DROP INDEX`, in the transaction.
    #[track_caller]
    pub fn drop_index(&mut self, name: impl Into<QualifiedName>) -> Run<'_> {
        self.action(Action::DropIndex { name: name.into(), build: IndexBuild::Plain })
    }

    /// `DROP INDEX CONCURRENTLY`, in a step outside a transaction.
    #[track_caller]
    pub fn drop_index_concurrently(&mut self, name: impl Into<QualifiedName>) -> Run<'_> {
        self.action(Action::DropIndex { name: name.into(), build: IndexBuild::Concurrently })
    }

    /// `COMMENT ON`.
    #[track_caller]
    pub fn set_comment(&mut self, on: On, text: &str) -> Run<'_> {
        self.action(Action::SetComment { on: on.0, text: Some(text.to_owned()) })
    }

    /// `COMMENT ON … IS NULL`.
    #[track_caller]
    pub fn drop_comment(&mut self, on: On) -> Run<'_> {
        self.action(Action::SetComment { on: on.0, text: None })
    }
}

impl TableChange {
    /// The verb that does this change alone, where there is one on the migrator.
    #[cfg(feature = "generate")]
    pub(crate) fn has_verb(&self) -> bool {
        match self {
            Self::AddColumn { .. }
            | Self::DropColumn { .. }
            | Self::SetDefault { .. }
            | Self::DropDefault { .. }
            | Self::SetNotNull { .. }
            | Self::DropNotNull { .. }
            | Self::AddConstraint { .. }
            | Self::ValidateConstraint { .. }
            | Self::DropConstraint { .. } => true,
            Self::SetType { collation, .. } => collation.is_none(),
            _ => false,
        }
    }
}
