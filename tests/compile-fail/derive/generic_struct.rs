//! A generic struct is no single table.

use migrate_core::DbModel;

#[derive(DbModel)]
struct Article<T> {
    id: T,
}

fn main() {}
