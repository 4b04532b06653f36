//! PostgreSQL has three integers.

use migrate_core::DbEnum;

#[derive(DbEnum)]
#[repr(u8)]
enum Status {
    Draft,
    Live,
}

fn main() {}
