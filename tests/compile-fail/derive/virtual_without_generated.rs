//! Only a generated column is virtual.

use migrate_core::DbModel;

#[derive(DbModel)]
struct Article {
    id: i64,
    #[db(virtual)]
    title: String,
}

fn main() {}
