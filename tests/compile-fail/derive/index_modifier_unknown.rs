//! An element's modifiers are a few.

use migrate_core::DbModel;

#[derive(DbModel)]
#[db(index(id descending), index(id, using = "gin") with(fillfactor = 1))]
struct Article {
    id: i64,
}

fn main() {}
