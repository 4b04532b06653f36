use migrate_core::DbType;
use migrate_core::model::SqlType;
use sqlx::error::BoxDynError;
use sqlx::postgres::{PgTypeInfo, PgValueRef};
use sqlx::{Decode, Postgres, Type};

/// A `tsvector`. PostgreSQL makes it and searches it; here only its place in the row matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SearchDocument;

impl DbType for SearchDocument {
    const SQL_TYPE: SqlType = SqlType::Builtin("tsvector");
}

impl Type<Postgres> for SearchDocument {
    fn type_info() -> PgTypeInfo {
        PgTypeInfo::with_name("tsvector")
    }
}

impl Decode<'_, Postgres> for SearchDocument {
    fn decode(_: PgValueRef<'_>) -> Result<Self, BoxDynError> {
        Ok(Self)
    }
}
