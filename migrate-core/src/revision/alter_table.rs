//! `alter_table`: changes of one table that run as one statement.

use std::future::IntoFuture;

use crate::catalog::{Deferrable, Options, QualifiedName, ReplicaIdentity};
use crate::plan::{Action, IndexKey, TableChange};

use super::{Column, Constraint, Identity, Result, Run};

/// `alter_table`, with its clauses in order.
#[must_use = "a verb runs when it is awaited"]
pub struct AlterTable<'a>(pub(super) Run<'a>);

impl AlterTable<'_> {
    fn with(mut self, change: TableChange) -> Self {
        if let Action::AlterTable { changes, .. } = &mut self.0.action {
            changes.push(change);
        }
        self
    }

    /// `ADD COLUMN`.
    pub fn add_column(self, column: Column) -> Self {
        self.with(TableChange::AddColumn { column: column.into_definition() })
    }

    /// `DROP COLUMN`.
    pub fn drop_column(self, name: &str) -> Self {
        self.with(TableChange::DropColumn { name: name.into() })
    }

    /// `ALTER COLUMN … TYPE`, by PostgreSQL's own cast.
    pub fn set_type(self, column: &str, sql_type: &str) -> Self {
        let sql_type = sql_type.to_owned();
        self.with(TableChange::SetType {
            column: column.into(),
            sql_type,
            collation: None,
            using: None,
        })
    }

    /// `ALTER COLUMN … TYPE … USING`.
    pub fn set_type_using(self, column: &str, sql_type: &str, using: &str) -> Self {
        let (sql_type, using) = (sql_type.to_owned(), Some(using.to_owned()));
        self.with(TableChange::SetType { column: column.into(), sql_type, collation: None, using })
    }

    /// `ALTER COLUMN … TYPE … COLLATE`.
    pub fn set_collation(
        self,
        column: &str,
        sql_type: &str,
        collation: impl Into<QualifiedName>,
    ) -> Self {
        let (sql_type, collation) = (sql_type.to_owned(), Some(collation.into()));
        self.with(TableChange::SetType { column: column.into(), sql_type, collation, using: None })
    }

    /// `ALTER COLUMN … TYPE … COLLATE … USING`.
    pub fn set_collation_using(
        self,
        column: &str,
        sql_type: &str,
        collation: impl Into<QualifiedName>,
        using: &str,
    ) -> Self {
        let (collation, using) = (Some(collation.into()), Some(using.to_owned()));
        let (column, sql_type) = (column.into(), sql_type.to_owned());
        self.with(TableChange::SetType { column, sql_type, collation, using })
    }

    /// `SET DEFAULT`.
    pub fn set_default(self, column: &str, sql: &str) -> Self {
        self.with(TableChange::SetDefault { column: column.into(), default: sql.into() })
    }

    /// `DROP DEFAULT`.
    pub fn drop_default(self, column: &str) -> Self {
        self.with(TableChange::DropDefault { column: column.into() })
    }

    /// `SET NOT NULL`.
    pub fn set_not_null(self, column: &str) -> Self {
        self.with(TableChange::SetNotNull { column: column.into() })
    }

    /// `DROP NOT NULL`.
    pub fn drop_not_null(self, column: &str) -> Self {
        self.with(TableChange::DropNotNull { column: column.into() })
    }

    /// `ADD GENERATED … AS IDENTITY`, to a column of this type.
    pub fn add_identity(self, column: &str, sql_type: &str, identity: Identity) -> Self {
        let identity = identity.of_type(sql_type);
        self.with(TableChange::AddIdentity { column: column.into(), identity })
    }

    /// `SET GENERATED …`, of a column of this type.
    pub fn alter_identity(self, column: &str, sql_type: &str, identity: Identity) -> Self {
        let identity = identity.of_type(sql_type);
        self.with(TableChange::AlterIdentity { column: column.into(), identity })
    }

    /// `DROP IDENTITY`.
    pub fn drop_identity(self, column: &str) -> Self {
        self.with(TableChange::DropIdentity { column: column.into() })
    }

    /// `DROP EXPRESSION`: a generated column keeps its values as plain ones.
    pub fn drop_expression(self, column: &str) -> Self {
        self.with(TableChange::DropExpression { column: column.into() })
    }

    /// `SET STORAGE`.
    pub fn set_storage(self, column: &str, storage: &str) -> Self {
        self.with(TableChange::SetStorage { column: column.into(), storage: storage.to_owned() })
    }

    /// `SET COMPRESSION`; `default` for the server's own.
    pub fn set_compression(self, column: &str, method: &str) -> Self {
        let compression = (method != "default").then(|| method.to_owned());
        self.with(TableChange::SetCompression { column: column.into(), compression })
    }

    /// `SET STATISTICS`; -1 for the server's own.
    pub fn set_statistics(self, column: &str, target: i16) -> Self {
        let target = (target >= 0).then_some(target);
        self.with(TableChange::SetStatistics { column: column.into(), target })
    }

    /// `ALTER COLUMN … SET (…)`.
    pub fn set_column_options<'a>(
        self,
        column: &str,
        options: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Self {
        let options = pairs(options);
        self.with(TableChange::SetColumnOptions { column: column.into(), options })
    }

    /// `ALTER COLUMN … RESET (…)`.
    pub fn reset_column_options<'a>(
        self,
        column: &str,
        names: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        let names = names.into_iter().map(str::to_owned).collect();
        self.with(TableChange::ResetColumnOptions { column: column.into(), names })
    }

    /// `ADD CONSTRAINT`.
    pub fn add_constraint(self, name: &str, constraint: Constraint) -> Self {
        let constraint = constraint.into_constraint();
        self.with(TableChange::AddConstraint { name: name.into(), constraint })
    }

    /// `ADD CONSTRAINT … PRIMARY KEY USING INDEX`.
    pub fn add_primary_key_using_index(
        self,
        name: &str,
        index: &str,
        deferrable: Deferrable,
    ) -> Self {
        let (name, index) = (name.into(), index.into());
        self.with(TableChange::AddConstraintUsingIndex {
            name,
            key: IndexKey::Primary,
            index,
            deferrable,
        })
    }

    /// `ADD CONSTRAINT … UNIQUE USING INDEX`.
    pub fn add_unique_using_index(self, name: &str, index: &str, deferrable: Deferrable) -> Self {
        let (name, index) = (name.into(), index.into());
        self.with(TableChange::AddConstraintUsingIndex {
            name,
            key: IndexKey::Unique,
            index,
            deferrable,
        })
    }

    /// `DROP CONSTRAINT`.
    pub fn drop_constraint(self, name: &str) -> Self {
        self.with(TableChange::DropConstraint { name: name.into() })
    }

    /// `VALIDATE CONSTRAINT`.
    pub fn validate_constraint(self, name: &str) -> Self {
        self.with(TableChange::ValidateConstraint { name: name.into() })
    }

    /// `ALTER CONSTRAINT … [NOT] DEFERRABLE`.
    pub fn set_deferrable(self, name: &str, deferrable: Deferrable) -> Self {
        self.with(TableChange::SetDeferrable { name: name.into(), deferrable })
    }

    /// `SET (…)`.
    pub fn set_options<'a>(self, options: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        self.with(TableChange::SetOptions { options: pairs(options) })
    }

    /// `RESET (…)`.
    pub fn reset_options<'a>(self, names: impl IntoIterator<Item = &'a str>) -> Self {
        let names = names.into_iter().map(str::to_owned).collect();
        self.with(TableChange::ResetOptions { names })
    }

    /// `SET LOGGED`.
    pub fn set_logged(self) -> Self {
        self.with(TableChange::SetLogged)
    }

    /// `SET UNLOGGED`.
    pub fn set_unlogged(self) -> Self {
        self.with(TableChange::SetUnlogged)
    }

    /// `SET TABLESPACE`.
    pub fn set_tablespace(self, tablespace: &str) -> Self {
        self.with(TableChange::SetTablespace { tablespace: tablespace.into() })
    }

    /// `SET ACCESS METHOD`.
    pub fn set_access_method(self, method: &str) -> Self {
        self.with(TableChange::SetAccessMethod { method: method.into() })
    }

    /// `REPLICA IDENTITY`.
    pub fn set_replica_identity(self, identity: ReplicaIdentity) -> Self {
        self.with(TableChange::SetReplicaIdentity { identity })
    }

    /// `CLUSTER ON`.
    pub fn cluster_on(self, index: &str) -> Self {
        self.with(TableChange::SetCluster { index: Some(index.into()) })
    }

    /// `SET WITHOUT CLUSTER`.
    pub fn without_cluster(self) -> Self {
        self.with(TableChange::SetCluster { index: None })
    }
}

fn pairs<'a>(options: impl IntoIterator<Item = (&'a str, &'a str)>) -> Options {
    options.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

impl<'a> IntoFuture for AlterTable<'a> {
    type Output = Result<()>;
    type IntoFuture = <Run<'a> as IntoFuture>::IntoFuture;

    fn into_future(self) -> Self::IntoFuture {
        self.0.into_future()
    }
}
