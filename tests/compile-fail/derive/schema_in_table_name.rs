//! A schema is a key of its own.

use migrate_core::DbModel;

#[derive(DbModel)]
#[db(table = "auth.users")]
struct Article {
    id: i64,
}

fn main() {}
