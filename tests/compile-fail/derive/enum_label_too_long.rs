//! A label fits into 63 bytes.

use migrate_core::DbEnum;

#[derive(DbEnum)]
enum Status {
    Draft,
    #[db(rename = "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx")]
    Live,
}

fn main() {}
