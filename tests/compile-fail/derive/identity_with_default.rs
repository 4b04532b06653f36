//! An identity has no default.

use migrate_core::DbModel;

#[derive(DbModel)]
struct Article {
    #[db(identity, default = 1)]
    id: i64,
}

fn main() {}
