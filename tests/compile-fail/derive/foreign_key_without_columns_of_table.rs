//! A foreign key to a table names the columns there.

use migrate_core::DbModel;

#[derive(DbModel)]
struct Article {
    id: i64,
    #[db(references(table = "auth.users"))]
    author_id: i64,
}

fn main() {}
