//! A default is a value that SQL can write.

use migrate_core::DbModel;

struct Opaque;

#[derive(DbModel)]
struct Article {
    id: i64,
    #[db(default = Opaque)]
    title: String,
}

fn main() {}
