//! A flattened field is no column.

use migrate_core::DbModel;

#[derive(DbModel)]
#[db(no_table)]
struct Stamps {
    at: i64,
}

#[derive(DbModel)]
struct Article {
    id: i64,
    #[db(flatten, unique, column = "x")]
    stamps: Stamps,
}

fn main() {}
