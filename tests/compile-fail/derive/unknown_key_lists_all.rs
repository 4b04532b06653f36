//! An unknown key that is near to none lists all.

use migrate_core::DbModel;

#[derive(DbModel)]
#[db(index(id, colour = "red"))]
struct Article {
    id: i64,
}

fn main() {}
