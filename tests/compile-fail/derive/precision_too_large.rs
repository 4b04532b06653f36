//! A precision keeps within the limits of PostgreSQL.

use migrate_core::DbModel;

#[derive(DbModel)]
struct Article {
    id: i64,
    #[db(numeric(2000, 2))]
    price: f64,
}

fn main() {}
