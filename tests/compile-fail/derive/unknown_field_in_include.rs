//! Included columns are fields that exist.

use migrate_core::DbModel;

#[derive(DbModel)]
#[db(index(id, include(titel)))]
struct Article {
    id: i64,
    title: String,
}

fn main() {}
