//! A composite type has names.

use migrate_core::DbType;

#[derive(DbType)]
struct Pair(i64, i64);

fn main() {}
