//! A generated column has no default.

use migrate_core::DbModel;

#[derive(DbModel)]
struct Article {
    id: i64,
    #[db(generated = "upper(slug)", default = "x")]
    title: String,
}

fn main() {}
