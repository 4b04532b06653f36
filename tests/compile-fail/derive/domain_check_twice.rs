//! Checks of a domain have different names.

use migrate_core::DbType;

#[derive(DbType)]
#[db(domain = "positive", check(a = "value > 0"), check(a = "value < 9"))]
struct Positive(i64);

fn main() {}
