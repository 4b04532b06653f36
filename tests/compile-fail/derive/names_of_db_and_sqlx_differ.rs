//! `db` and `sqlx` agree on a column's name.

use migrate_core::DbModel;

#[derive(DbModel)]
struct Article {
    #[db(column = "heading")]
    #[sqlx(rename = "title")]
    title: String,
}

fn main() {}
