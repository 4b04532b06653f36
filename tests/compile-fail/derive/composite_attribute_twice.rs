//! Attributes of a composite type have different names.

use migrate_core::DbType;

#[derive(DbType)]
struct Pair {
    left: i64,
    #[db(rename = "left")]
    right: i64,
}

fn main() {}
