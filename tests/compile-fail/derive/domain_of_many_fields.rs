//! A domain is over one value.

use migrate_core::DbType;

#[derive(DbType)]
#[db(domain = "pair", transparent)]
struct Pair {
    left: i64,
    right: i64,
}

fn main() {}
