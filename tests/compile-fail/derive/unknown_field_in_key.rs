//! A key names fields that exist.

use migrate_core::DbModel;

#[derive(DbModel)]
#[db(unique(id, titel))]
struct Article {
    id: i64,
    title: String,
}

fn main() {}
