//! A unique constraint has columns.

use migrate_core::DbModel;

#[derive(DbModel)]
#[db(unique())]
struct Article {
    id: i64,
}

fn main() {}
