//! Columns have different names.

use migrate_core::DbModel;

#[derive(DbModel)]
struct Article {
    id: i64,
    #[db(column = "id")]
    title: String,
}

fn main() {}
