//! The rows of a removed label get a variant.

use migrate_core::DbEnum;

#[derive(DbEnum)]
#[db(removed("Old" = Drafd, "Old" = Live))]
enum Status {
    Draft,
    Live,
}

fn main() {}
