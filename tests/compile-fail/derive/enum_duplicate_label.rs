//! Labels differ.

use migrate_core::DbEnum;

#[derive(DbEnum)]
enum Status {
    Draft,
    #[db(rename = "Draft")]
    Live,
}

fn main() {}
