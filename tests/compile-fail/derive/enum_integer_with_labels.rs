//! An integer has no labels.

use migrate_core::DbEnum;

#[derive(DbEnum)]
#[db(rename_all = "snake_case")]
#[repr(i32)]
enum Status {
    Draft,
    #[db(rename = "live")]
    Live,
}

fn main() {}
