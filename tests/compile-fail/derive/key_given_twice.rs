//! A key that may stand once is not given twice.

use migrate_core::DbModel;

#[derive(DbModel)]
#[db(table = "a", table = "b")]
struct Article {
    id: i64,
    #[db(varchar = 10, type = "text")]
    title: String,
}

fn main() {}
