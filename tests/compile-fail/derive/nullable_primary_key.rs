//! A primary key takes no nulls.

use migrate_core::DbModel;

#[derive(DbModel)]
struct Article {
    #[db(primary_key)]
    id: Option<i64>,
    #[db(primary_key, nullable)]
    other: i64,
}

fn main() {}
