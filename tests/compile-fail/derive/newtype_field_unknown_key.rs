//! The field of a newtype says only its type.

use migrate_core::DbType;

#[derive(DbType)]
#[db(domain = "price")]
struct Price(#[db(numeric(12, 2), check = "value > 0")] Decimal);

struct Decimal;

fn main() {}
