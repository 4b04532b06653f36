//! A length on an array is written out.

use migrate_core::DbModel;

#[derive(DbModel)]
struct Article {
    id: i64,
    #[db(varchar = 20)]
    tags: Option<Vec<String>>,
}

fn main() {}
