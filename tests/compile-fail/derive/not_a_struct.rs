//! A table is a struct with named fields.

use migrate_core::DbModel;

#[derive(DbModel)]
struct Pair(i64, i64);

#[derive(DbModel)]
struct Nothing;

#[derive(DbModel)]
enum Choice {
    This,
}

fn main() {}
