//! A casing is one of a few.

use migrate_core::DbModel;

#[derive(DbModel)]
#[db(rename_all = "camelcase")]
struct Article {
    id: i64,
}

fn main() {}
