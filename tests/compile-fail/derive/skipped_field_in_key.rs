//! A skipped field is no column of a key.

use migrate_core::DbModel;

#[derive(DbModel)]
#[db(index(cache))]
struct Article {
    id: i64,
    #[db(skip)]
    cache: String,
}

fn main() {}
