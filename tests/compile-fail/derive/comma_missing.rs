//! Entries are separated by commas.

use migrate_core::DbModel;

#[derive(DbModel)]
#[db(table = "a" schema = "b", unique(idd))]
struct Article {
    id: i64,
}

fn main() {}
