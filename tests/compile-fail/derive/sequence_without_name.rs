//! A sequence has a name.

use migrate_core::DbModel;

#[derive(DbModel)]
#[db(sequence(start = 1))]
struct Article {
    id: i64,
}

fn main() {}
