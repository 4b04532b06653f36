//! A sequence moves within its range.

use migrate_core::DbModel;

#[derive(DbModel)]
#[db(sequence(name = "a", increment = 0, min = 5, max = 1, start = 7, cache = 0))]
struct Article {
    id: i64,
}

fn main() {}
