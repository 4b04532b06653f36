//! The PostgreSQL type of each Rust type that sqlx can store, crate by crate.

use super::{DbArrayElement, DbType, SqlType};

/// Builtin types, each also usable in arrays.
macro_rules! builtin {
    ($($(#[$attribute:meta])* $type:ty => $name:literal;)*) => {$(
        $(#[$attribute])*
        impl DbType for $type {
            const SQL_TYPE: SqlType = SqlType::Builtin($name);
        }
        $(#[$attribute])*
        impl DbArrayElement for $type {}
    )*};
}

/// Types that an extension brings.
macro_rules! extension {
    ($($(#[$attribute:meta])* $type:ty => $extension:literal $name:literal;)*) => {$(
        $(#[$attribute])*
        impl DbType for $type {
            const SQL_TYPE: SqlType = SqlType::Extension { extension: $extension, name: $name };
        }
        $(#[$attribute])*
        impl DbArrayElement for $type {}
    )*};
}

builtin! {
    bool => "boolean";
    i8 => "\"char\"";
    i16 => "smallint";
    i32 => "integer";
    i64 => "bigint";
    std::num::NonZeroI16 => "smallint";
    std::num::NonZeroI32 => "integer";
    std::num::NonZeroI64 => "bigint";
    f32 => "real";
    f64 => "double precision";
    String => "text";
    Box<str> => "text";
    std::borrow::Cow<'_, str> => "text";
    &str => "text";
    Vec<u8> => "bytea";
    Box<[u8]> => "bytea";
    std::time::Duration => "interval";
    sqlx::postgres::types::PgInterval => "interval";
    sqlx::postgres::types::PgMoney => "money";
    sqlx::postgres::types::Oid => "oid";
    sqlx::postgres::types::PgPoint => "point";
    sqlx::postgres::types::PgLine => "line";
    sqlx::postgres::types::PgLSeg => "lseg";
    sqlx::postgres::types::PgBox => "box";
    sqlx::postgres::types::PgPath => "path";
    sqlx::postgres::types::PgPolygon => "polygon";
    sqlx::postgres::types::PgCircle => "circle";
    sqlx::postgres::types::PgRange<i32> => "int4range";
    sqlx::postgres::types::PgRange<i64> => "int8range";
    serde_json::Value => "jsonb";
}

impl<T> DbType for sqlx::types::Json<T> {
    const SQL_TYPE: SqlType = SqlType::Builtin("jsonb");
}
impl<T> DbArrayElement for sqlx::types::Json<T> {}

impl<T> DbType for sqlx::types::Text<T> {
    const SQL_TYPE: SqlType = SqlType::Builtin("text");
}
impl<T> DbArrayElement for sqlx::types::Text<T> {}

extension! {
    sqlx::postgres::types::PgCiText => "citext" "citext";
    sqlx::postgres::types::PgLTree => "ltree" "ltree";
    sqlx::postgres::types::PgLQuery => "ltree" "lquery";
    sqlx::postgres::types::PgHstore => "hstore" "hstore";
    sqlx::postgres::types::PgCube => "cube" "cube";
    #[cfg(feature = "pgvector")]
    pgvector::Vector => "vector" "vector";
}

#[cfg(feature = "chrono")]
builtin! {
    chrono::NaiveDate => "date";
    chrono::NaiveTime => "time without time zone";
    chrono::NaiveDateTime => "timestamp without time zone";
    chrono::DateTime<chrono::Utc> => "timestamp with time zone";
    chrono::DateTime<chrono::FixedOffset> => "timestamp with time zone";
    chrono::Duration => "interval";
    sqlx::postgres::types::PgTimeTz<chrono::NaiveTime, chrono::FixedOffset> => "time with time zone";
    sqlx::postgres::types::PgRange<chrono::NaiveDate> => "daterange";
    sqlx::postgres::types::PgRange<chrono::NaiveDateTime> => "tsrange";
    sqlx::postgres::types::PgRange<chrono::DateTime<chrono::Utc>> => "tstzrange";
    sqlx::postgres::types::PgRange<chrono::DateTime<chrono::FixedOffset>> => "tstzrange";
}

#[cfg(feature = "time")]
builtin! {
    time::Date => "date";
    time::Time => "time without time zone";
    time::PrimitiveDateTime => "timestamp without time zone";
    time::OffsetDateTime => "timestamp with time zone";
    time::Duration => "interval";
    sqlx::postgres::types::PgTimeTz<time::Time, time::UtcOffset> => "time with time zone";
    sqlx::postgres::types::PgRange<time::Date> => "daterange";
    sqlx::postgres::types::PgRange<time::PrimitiveDateTime> => "tsrange";
    sqlx::postgres::types::PgRange<time::OffsetDateTime> => "tstzrange";
}

#[cfg(feature = "jiff")]
builtin! {
    jiff::civil::Date => "date";
    jiff::civil::Time => "time without time zone";
    jiff::civil::DateTime => "timestamp without time zone";
    jiff::Timestamp => "timestamp with time zone";
    jiff::Span => "interval";
    jiff::SignedDuration => "interval";
}

#[cfg(feature = "uuid")]
builtin! {
    uuid::Uuid => "uuid";
    uuid::fmt::Hyphenated => "uuid";
    uuid::fmt::Simple => "uuid";
}

#[cfg(feature = "rust_decimal")]
builtin! {
    rust_decimal::Decimal => "numeric";
    sqlx::postgres::types::PgRange<rust_decimal::Decimal> => "numrange";
}

#[cfg(feature = "bigdecimal")]
builtin! {
    bigdecimal::BigDecimal => "numeric";
    sqlx::postgres::types::PgRange<bigdecimal::BigDecimal> => "numrange";
}

#[cfg(feature = "ipnetwork")]
builtin! {
    ipnetwork::IpNetwork => "inet";
}

#[cfg(feature = "ipnet")]
builtin! {
    ipnet::IpNet => "cidr";
}

#[cfg(any(feature = "ipnetwork", feature = "ipnet"))]
builtin! {
    std::net::IpAddr => "inet";
}

#[cfg(feature = "mac_address")]
builtin! {
    mac_address::MacAddress => "macaddr";
}

#[cfg(feature = "bit-vec")]
builtin! {
    bit_vec::BitVec => "bit varying";
}
