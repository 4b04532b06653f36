//! A label carries no data.

use migrate_core::DbEnum;

#[derive(DbEnum)]
enum Status {
    Draft,
    Live(i64),
    Gone { at: i64 },
}

fn main() {}
