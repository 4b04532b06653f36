//! A table has one primary key.

use migrate_core::DbModel;

#[derive(DbModel)]
#[db(primary_key(id))]
struct Article {
    #[db(primary_key)]
    id: i64,
}

fn main() {}
