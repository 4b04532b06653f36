//! An index has elements.

use migrate_core::DbModel;

#[derive(DbModel)]
#[db(index(using = "gin"))]
struct Article {
    id: i64,
}

fn main() {}
