//! A foreign key references something.

use migrate_core::DbModel;

#[derive(DbModel)]
#[db(foreign_key(id, on_delete = cascade))]
struct Article {
    id: i64,
}

fn main() {}
