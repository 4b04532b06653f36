//! A foreign key references a model or a table.

use migrate_core::DbModel;

#[derive(DbModel)]
struct Article {
    id: i64,
    #[db(references(Article, table = "articles", column = "id"))]
    author_id: i64,
}

fn main() {}
