//! A misspelt flag is not taken for a column.

use migrate_core::DbModel;

#[derive(DbModel)]
#[db(unique(id, nulls_not_distnct))]
struct Article {
    id: i64,
}

fn main() {}
