//! An identity takes no nulls.

use migrate_core::DbModel;

#[derive(DbModel)]
struct Article {
    #[db(identity)]
    id: Option<i64>,
}

fn main() {}
