//! An unknown key is an error with the nearest known one.

use migrate_core::DbModel;

#[derive(DbModel)]
#[db(tabel = "articles")]
struct Article {
    id: i64,
    #[db(uniqe)]
    title: String,
}

fn main() {}
