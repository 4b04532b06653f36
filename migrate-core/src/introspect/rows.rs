//! The rows that the queries give, before they are a catalog.

use std::collections::BTreeMap;
use std::sync::mpsc::Receiver;

use sqlx::FromRow;
use sqlx::postgres::PgRow;
use sqlx::types::Json;

#[derive(Debug, FromRow)]
pub(super) struct SchemaRow {
    pub(super) oid: i64,
    pub(super) name: String,
}

#[derive(Debug, FromRow)]
pub(super) struct ExtensionRow {
    pub(super) oid: i64,
    pub(super) name: String,
    pub(super) schema: String,
    pub(super) relocatable: bool,
}

#[derive(Debug, FromRow)]
pub(super) struct TypeRow {
    pub(super) oid: i64,
    pub(super) array_oid: i64,
    pub(super) relation_oid: i64,
    pub(super) schema: String,
    pub(super) name: String,
    pub(super) kind: String,
    pub(super) base: Option<String>,
    pub(super) not_null: bool,
    pub(super) default_expression: Option<String>,
    pub(super) collation_schema: Option<String>,
    pub(super) collation_name: Option<String>,
    pub(super) labels: Option<Vec<String>>,
    pub(super) attribute_types: Option<Vec<String>>,
}

#[derive(Debug, FromRow)]
pub(super) struct RelationRow {
    pub(super) oid: i64,
    pub(super) type_oid: i64,
    pub(super) array_oid: i64,
    pub(super) schema: String,
    pub(super) name: String,
    pub(super) kind: String,
    pub(super) persistence: String,
    pub(super) options: Option<Vec<String>>,
    pub(super) tablespace: Option<String>,
    pub(super) access_method: Option<String>,
    pub(super) replica_identity: String,
    pub(super) replica_index: Option<String>,
    pub(super) cluster_index: Option<String>,
}

#[derive(Debug, FromRow)]
pub(super) struct ColumnRow {
    pub(super) relation_oid: i64,
    pub(super) number: i16,
    pub(super) name: String,
    pub(super) sql_type: String,
    pub(super) not_null: bool,
    pub(super) collation_oid: i64,
    pub(super) collation_schema: Option<String>,
    pub(super) collation_name: Option<String>,
    pub(super) identity: String,
    pub(super) generated: String,
    pub(super) storage: Option<String>,
    pub(super) type_storage: String,
    pub(super) compression: String,
    pub(super) statistics: Option<i16>,
    pub(super) options: Option<Vec<String>>,
    pub(super) default_oid: Option<i64>,
    pub(super) default_expression: Option<String>,
}

#[derive(Debug, FromRow)]
pub(super) struct SequenceRow {
    pub(super) oid: i64,
    pub(super) schema: String,
    pub(super) name: String,
    pub(super) data_type: String,
    pub(super) start: i64,
    pub(super) increment: i64,
    pub(super) min: i64,
    pub(super) max: i64,
    pub(super) cache: i64,
    pub(super) cycle: bool,
    pub(super) unlogged: Option<bool>,
    pub(super) owner_kind: Option<String>,
    pub(super) owner_oid: Option<i64>,
    pub(super) owner_number: Option<i32>,
}

#[derive(Debug, FromRow)]
pub(super) struct ConstraintRow {
    pub(super) oid: i64,
    pub(super) name: String,
    pub(super) kind: String,
    pub(super) relation_oid: i64,
    pub(super) domain_oid: i64,
    pub(super) index_oid: i64,
    pub(super) target_oid: i64,
    pub(super) deferrable: bool,
    pub(super) deferred: bool,
    pub(super) validated: bool,
    pub(super) no_inherit: bool,
    pub(super) expression: Option<String>,
    pub(super) columns: Option<Vec<i16>>,
    pub(super) target_columns: Option<Vec<i16>>,
    pub(super) on_delete: String,
    pub(super) on_update: String,
    pub(super) match_type: String,
    pub(super) delete_columns: Option<Vec<i16>>,
    /// What kind it is, where it is of none that is handled.
    pub(super) unhandled: Option<String>,
    pub(super) operators: Option<Vec<String>>,
}

#[derive(Debug, FromRow)]
pub(super) struct IndexRow {
    pub(super) oid: i64,
    pub(super) schema: String,
    pub(super) name: String,
    pub(super) relation_oid: i64,
    pub(super) is_unique: bool,
    pub(super) method: String,
    pub(super) valid: bool,
    pub(super) nulls_not_distinct: bool,
    pub(super) predicate: Option<String>,
    pub(super) options: Option<Vec<String>>,
    pub(super) tablespace: Option<String>,
    pub(super) key_count: i16,
    pub(super) numbers: Vec<i16>,
    pub(super) sorting: Vec<i16>,
    pub(super) opclasses: Vec<i64>,
    pub(super) collations: Vec<i64>,
    pub(super) expressions: Option<Vec<String>>,
    pub(super) opclass_options: Option<Json<BTreeMap<usize, Vec<String>>>>,
}

#[derive(Debug, FromRow)]
pub(super) struct OpclassRow {
    pub(super) oid: i64,
    pub(super) schema: String,
    pub(super) name: String,
    pub(super) is_default: bool,
}

#[derive(Debug, FromRow)]
pub(super) struct CollationRow {
    pub(super) oid: i64,
    pub(super) schema: String,
    pub(super) name: String,
}

#[derive(Debug, FromRow)]
pub(super) struct FunctionRow {
    pub(super) oid: i64,
    pub(super) schema: String,
    pub(super) name: String,
    pub(super) arguments: String,
    pub(super) aggregate: bool,
    pub(super) create: Vec<String>,
    pub(super) drop: String,
}

#[derive(Debug, FromRow)]
pub(super) struct ViewRow {
    pub(super) oid: i64,
    pub(super) rule_oid: i64,
    pub(super) type_oid: i64,
    pub(super) array_oid: i64,
    pub(super) schema: String,
    pub(super) name: String,
    pub(super) materialized: bool,
    pub(super) create: Vec<String>,
    pub(super) drop: String,
}

#[derive(Debug, FromRow)]
pub(super) struct TableDependentRow {
    pub(super) class_oid: i64,
    pub(super) oid: i64,
    pub(super) kind: String,
    pub(super) relation_oid: i64,
    pub(super) name: String,
    pub(super) create: Vec<String>,
    pub(super) drop: String,
}

#[derive(Debug, FromRow)]
pub(super) struct CommentRow {
    pub(super) class_oid: i64,
    pub(super) oid: i64,
    pub(super) number: i32,
    pub(super) text: String,
}

#[derive(Debug, FromRow)]
pub(super) struct DependencyRow {
    pub(super) class_oid: i64,
    pub(super) oid: i64,
    pub(super) number: i32,
    pub(super) target_class_oid: i64,
    pub(super) target_oid: i64,
    pub(super) target_number: i32,
    /// `pg_depend.deptype`.
    pub(super) kind: i8,
}

/// The rows of one query after the other, in batches as they are read; an empty one ends a query.
pub(super) struct Batches(pub(super) Receiver<Vec<PgRow>>);

impl Batches {
    /// The rows of the next query.
    pub(super) fn next<T: for<'r> FromRow<'r, PgRow>>(&self) -> Result<Vec<T>, sqlx::Error> {
        let mut all = Vec::new();
        loop {
            let rows = self.0.recv().map_err(|_| sqlx::Error::WorkerCrashed)?;
            if rows.is_empty() {
                return Ok(all);
            }
            for row in rows {
                all.push(T::from_row(&row)?);
            }
        }
    }
}
