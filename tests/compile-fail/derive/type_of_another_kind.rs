//! A number is no text, and a float no exact number.

use migrate_core::DbModel;

#[derive(DbModel)]
struct Product {
    #[db(primary_key, varchar = 20)]
    id: i64,
    #[db(numeric(10, 2))]
    price: Option<f64>,
    #[db(char = 2)]
    country: String,
}

fn main() {}
