//! Without a table there is nothing to name.

use migrate_core::DbModel;

#[derive(DbModel)]
#[db(no_table, table = "a", comment = "b")]
struct Article {
    id: i64,
}

fn main() {}
