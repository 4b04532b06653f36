//! An exclusion constraint says its index method.

use migrate_core::DbModel;

#[derive(DbModel)]
#[db(exclude(id with "="))]
struct Article {
    id: i64,
}

fn main() {}
