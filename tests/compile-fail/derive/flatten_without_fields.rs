//! What is flattened has columns.

use migrate_core::DbModel;

struct Stamps;

#[derive(DbModel)]
struct Article {
    id: i64,
    #[db(flatten)]
    stamps: Stamps,
}

fn main() {}
