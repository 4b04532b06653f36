//! A serial column is no identity.

use migrate_core::DbModel;

#[derive(DbModel)]
struct Article {
    #[db(serial, identity)]
    id: i64,
}

fn main() {}
