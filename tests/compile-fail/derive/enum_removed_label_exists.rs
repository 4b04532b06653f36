//! A removed label is gone.

use migrate_core::DbEnum;

#[derive(DbEnum)]
#[db(removed("Draft" = Live))]
enum Status {
    Draft,
    Live,
}

fn main() {}
