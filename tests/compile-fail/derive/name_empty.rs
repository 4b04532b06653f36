//! A name is not empty.

use migrate_core::DbModel;

#[derive(DbModel)]
#[db(table = "")]
struct Article {
    id: i64,
}

fn main() {}
