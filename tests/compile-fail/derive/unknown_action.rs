//! What happens to referencing rows is one of a few.

use migrate_core::DbModel;

#[derive(DbModel)]
struct Article {
    id: i64,
    #[db(references(Article, column = id, on_delete = cascad))]
    author_id: i64,
}

fn main() {}
