//! A name fits into 63 bytes.

use migrate_core::DbModel;

#[derive(DbModel)]
#[db(table = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
struct Article {
    id: i64,
    #[db(column = "ääääääääääääääääääääääääääääääää")]
    title: String,
}

fn main() {}
