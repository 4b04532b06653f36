use migrate_core::DbType;

/// An address to send mail to, as it was written.
#[derive(Debug, Clone, PartialEq, Eq, DbType, sqlx::Type)]
#[sqlx(transparent)]
#[db(
    domain = "email",
    check(has_one_at = "value ~ '^[^@[:space:]]+@[^@[:space:]]+$'"),
    check(not_too_long = "length(value) <= 254"),
    comments
)]
pub struct Email(pub String);
