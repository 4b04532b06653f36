//! `sql` takes one string.

use migrate_core::DbModel;

#[derive(DbModel)]
struct Article {
    id: i64,
    #[db(default = sql(now))]
    title: String,
}

fn main() {}
