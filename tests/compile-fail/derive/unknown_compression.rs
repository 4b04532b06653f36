//! A compression is one of a few.

use migrate_core::DbModel;

#[derive(DbModel)]
struct Article {
    id: i64,
    #[db(compression = "zstd")]
    title: String,
}

fn main() {}
