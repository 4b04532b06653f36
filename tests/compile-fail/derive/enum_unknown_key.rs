//! An unknown key is an error with the nearest known one.

use migrate_core::DbEnum;

#[derive(DbEnum)]
#[db(nane = "status")]
enum Status {
    #[db(column = "draft")]
    Draft,
}

fn main() {}
