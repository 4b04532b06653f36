//! A column is nullable or not.

use migrate_core::DbModel;

#[derive(DbModel)]
struct Article {
    id: i64,
    #[db(nullable, not_null)]
    title: String,
}

fn main() {}
