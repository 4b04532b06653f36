//! Referencing and referenced columns pair up.

use migrate_core::DbModel;

#[derive(DbModel)]
#[db(foreign_key(id, references(table = "a", columns("x", "y"))))]
struct Article {
    id: i64,
}

fn main() {}
