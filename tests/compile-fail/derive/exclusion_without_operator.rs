//! An element of an exclusion constraint has an operator.

use migrate_core::DbModel;

#[derive(DbModel)]
#[db(exclude(using = "gist", id))]
struct Article {
    id: i64,
}

fn main() {}
