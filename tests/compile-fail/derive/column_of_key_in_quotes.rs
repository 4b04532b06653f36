//! A key names fields as Rust does.

use migrate_core::DbModel;

#[derive(DbModel)]
#[db(primary_key("productId", line))]
struct OrderItem {
    product_id: i64,
    line: i16,
}

fn main() {}
