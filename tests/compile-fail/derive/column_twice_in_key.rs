//! A key names each column once.

use migrate_core::DbModel;

#[derive(DbModel)]
#[db(primary_key(id, id))]
struct Article {
    id: i64,
}

fn main() {}
