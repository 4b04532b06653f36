//! A length is positive.

use migrate_core::DbModel;

#[derive(DbModel)]
struct Article {
    id: i64,
    #[db(varchar = -1)]
    title: String,
}

fn main() {}
