//! A storage is one of a few.

use migrate_core::DbModel;

#[derive(DbModel)]
struct Article {
    id: i64,
    #[db(storage = extnded)]
    title: String,
}

fn main() {}
