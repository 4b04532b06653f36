//! Constraints and indexes have different names.

use migrate_core::DbModel;

#[derive(DbModel)]
#[db(unique(id, name = "a"), index(id, name = "a"))]
struct Article {
    id: i64,
}

fn main() {}
