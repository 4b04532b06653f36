//! Checks are of a domain.

use migrate_core::DbType;

#[derive(DbType)]
#[db(check("value > 0"), not_null)]
struct Positive(i64);

fn main() {}
