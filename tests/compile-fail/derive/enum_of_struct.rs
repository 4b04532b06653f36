//! `DbEnum` is for enums.

use migrate_core::DbEnum;

#[derive(DbEnum)]
struct Status;

fn main() {}
