//! A statistics target keeps within the limits of PostgreSQL.

use migrate_core::DbModel;

#[derive(DbModel)]
struct Article {
    id: i64,
    #[db(statistics = 20000)]
    title: String,
}

fn main() {}
