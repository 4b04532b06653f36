//! The columns of a flattened field are named one by one.

use migrate_core::DbModel;

#[derive(DbModel)]
#[db(no_table)]
struct Stamps {
    at: i64,
}

#[derive(DbModel)]
#[db(index(stamps))]
struct Article {
    id: i64,
    #[db(flatten)]
    stamps: Stamps,
}

fn main() {}
