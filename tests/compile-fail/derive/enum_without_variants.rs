//! An enum has labels.

use migrate_core::DbEnum;

#[derive(DbEnum)]
enum Status {
}

fn main() {}
