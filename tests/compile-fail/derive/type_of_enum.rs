//! `DbType` is for structs.

use migrate_core::DbType;

#[derive(DbType)]
enum Status {
    Draft,
}

fn main() {}
