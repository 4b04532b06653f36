//! The rows that the queries give, before they are a catalog.

use std::collections::BTreeMap;
use std::marker::PhantomData;
use std::vec::IntoIter;

use sqlx::FromRow;
use sqlx::postgres::PgRow;
use sqlx::postgres::types::Oid;
use sqlx::types::Json;
use tokio::sync::mpsc::Receiver;

use super::address::Address;

#[derive(Debug, FromRow)]
pub(super) struct SchemaRow {
    pub(super) oid: Oid,
    pub(super) name: String,
}

#[derive(Debug, FromRow)]
pub(super) struct ExtensionRow {
    pub(super) oid: Oid,
    pub(super) name: String,
    pub(super) schema: String,
    pub(super) relocatable: bool,
}

#[derive(Debug, FromRow)]
pub(super) struct TypeRow {
    pub(super) oid: Oid,
    pub(super) array_oid: Oid,
    pub(super) relation_oid: Oid,
    pub(super) schema: String,
    pub(super) name: String,
    pub(super) kind: String,
    /// The owner, where that isn't the role that reads.
    pub(super) other_owner: Option<String>,
    pub(super) base: Option<String>,
    pub(super) not_null: bool,
    pub(super) default_expression: Option<String>,
    pub(super) collation_schema: Option<String>,
    pub(super) collation_name: Option<String>,
    pub(super) labels: Option<Vec<String>>,
    pub(super) attribute_types: Option<Vec<String>>,
    pub(super) attribute_numbers: Option<Vec<i16>>,
}

#[derive(Debug, FromRow)]
pub(super) struct RelationRow {
    pub(super) oid: Oid,
    pub(super) type_oid: Oid,
    pub(super) array_oid: Oid,
    pub(super) schema: String,
    pub(super) name: String,
    pub(super) other_owner: Option<String>,
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
    pub(super) relation_oid: Oid,
    pub(super) number: i16,
    pub(super) name: String,
    pub(super) sql_type: String,
    pub(super) not_null: bool,
    pub(super) collation_oid: Oid,
    pub(super) collation_schema: Option<String>,
    pub(super) collation_name: Option<String>,
    pub(super) identity: String,
    pub(super) generated: String,
    pub(super) storage: Option<String>,
    pub(super) type_storage: String,
    pub(super) compression: String,
    pub(super) statistics: Option<i16>,
    pub(super) options: Option<Vec<String>>,
    pub(super) default_oid: Option<Oid>,
    pub(super) default_expression: Option<String>,
}

#[derive(Debug, FromRow)]
pub(super) struct SequenceRow {
    pub(super) oid: Oid,
    pub(super) schema: String,
    pub(super) name: String,
    pub(super) other_owner: Option<String>,
    pub(super) data_type: String,
    pub(super) start: i64,
    pub(super) increment: i64,
    pub(super) min: i64,
    pub(super) max: i64,
    pub(super) cache: i64,
    pub(super) cycle: bool,
    pub(super) unlogged: Option<bool>,
    pub(super) owner_kind: Option<String>,
    pub(super) owner_oid: Option<Oid>,
    pub(super) owner_number: Option<i32>,
}

#[derive(Debug, FromRow)]
pub(super) struct ConstraintRow {
    pub(super) oid: Oid,
    pub(super) name: String,
    pub(super) kind: String,
    pub(super) relation_oid: Oid,
    pub(super) domain_oid: Oid,
    pub(super) index_oid: Oid,
    pub(super) target_oid: Oid,
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
    pub(super) oid: Oid,
    pub(super) schema: String,
    pub(super) name: String,
    pub(super) relation_oid: Oid,
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
    pub(super) opclasses: Vec<Oid>,
    pub(super) collations: Vec<Oid>,
    pub(super) expressions: Option<Vec<String>>,
    pub(super) opclass_options: Option<Json<BTreeMap<usize, Vec<String>>>>,
}

#[derive(Debug, FromRow)]
pub(super) struct OpclassRow {
    pub(super) oid: Oid,
    pub(super) schema: String,
    pub(super) name: String,
    pub(super) is_default: bool,
}

#[derive(Debug, FromRow)]
pub(super) struct CastRow {
    pub(super) source: String,
    pub(super) target: String,
}

#[derive(Debug, FromRow)]
pub(super) struct CollationRow {
    pub(super) oid: Oid,
    pub(super) schema: String,
    pub(super) name: String,
}

#[derive(Debug, FromRow)]
pub(super) struct FunctionRow {
    pub(super) oid: Oid,
    pub(super) schema: String,
    pub(super) name: String,
    pub(super) arguments: String,
    pub(super) aggregate: bool,
    pub(super) create: Vec<String>,
    pub(super) drop: String,
}

#[derive(Debug, FromRow)]
pub(super) struct ViewRow {
    pub(super) oid: Oid,
    pub(super) rule_oid: Oid,
    pub(super) type_oid: Oid,
    pub(super) array_oid: Oid,
    pub(super) schema: String,
    pub(super) name: String,
    pub(super) materialized: bool,
    pub(super) create: Vec<String>,
    pub(super) drop: String,
    pub(super) indexes: Vec<String>,
}

#[derive(Debug, FromRow)]
pub(super) struct TableDependentRow {
    pub(super) class_oid: Oid,
    pub(super) oid: Oid,
    pub(super) kind: String,
    pub(super) relation_oid: Oid,
    /// That of its own name; the table's where it has none.
    pub(super) schema: String,
    pub(super) name: String,
    pub(super) create: Vec<String>,
    pub(super) drop: String,
}

#[derive(Debug, FromRow)]
pub(super) struct PrivilegesRow {
    pub(super) class_oid: Oid,
    pub(super) oid: Oid,
    pub(super) number: i32,
    pub(super) create: Vec<String>,
    pub(super) drop: String,
}

#[derive(Debug, FromRow)]
pub(super) struct CommentRow {
    pub(super) class_oid: Oid,
    pub(super) oid: Oid,
    pub(super) number: i32,
    pub(super) text: String,
}

#[derive(Debug, FromRow)]
pub(super) struct UnhandledRow {
    pub(super) class_oid: Oid,
    pub(super) oid: Oid,
    /// None for what the database holds as a whole.
    pub(super) schema: Option<String>,
    pub(super) kind: String,
    pub(super) identity: String,
}

#[derive(Debug, FromRow)]
pub(super) struct DependencyRow {
    pub(super) class_oid: Oid,
    pub(super) oid: Oid,
    pub(super) number: i32,
    pub(super) target_class_oid: Oid,
    pub(super) target_oid: Oid,
    pub(super) target_number: i32,
    /// `pg_depend.deptype`.
    pub(super) kind: i8,
}

impl DependencyRow {
    pub(super) fn dependent(&self) -> Address {
        Address { class: self.class_oid, oid: self.oid, number: self.number }
    }

    pub(super) fn referenced(&self) -> Address {
        let (class, oid) = (self.target_class_oid, self.target_oid);
        Address { class, oid, number: self.target_number }
    }
}

/// The rows of one query after the other, in batches as they are read; an empty one ends a query.
pub(super) struct Batches(pub(super) Receiver<Vec<PgRow>>);

impl Batches {
    /// The rows of the next query, each decoded when it is asked for.
    pub(super) fn rows<T>(&mut self) -> Rows<'_, T> {
        Rows { batches: &mut self.0, batch: Vec::new().into_iter(), row: PhantomData }
    }

    /// All rows of the next query.
    pub(super) fn all<T: for<'r> FromRow<'r, PgRow>>(&mut self) -> Result<Vec<T>, sqlx::Error> {
        self.rows().collect()
    }
}

/// What is left of a query's rows.
pub(super) struct Rows<'a, T> {
    batches: &'a mut Receiver<Vec<PgRow>>,
    batch: IntoIter<PgRow>,
    row: PhantomData<T>,
}

impl<T: for<'r> FromRow<'r, PgRow>> Iterator for Rows<'_, T> {
    type Item = Result<T, sqlx::Error>;

    fn next(&mut self) -> Option<Self::Item> {
        if let Some(row) = self.batch.next() {
            return Some(T::from_row(&row));
        }
        match self.batches.blocking_recv() {
            None => Some(Err(sqlx::Error::WorkerCrashed)),
            Some(batch) if batch.is_empty() => None,
            Some(batch) => {
                self.batch = batch.into_iter();
                self.next()
            }
        }
    }
}
