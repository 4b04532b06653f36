//! An identity is always generated or by default.

use migrate_core::DbModel;

#[derive(DbModel)]
struct Article {
    #[db(identity(always, by_default))]
    id: i64,
}

fn main() {}
