//! What a foreign key references is a model.

use migrate_core::DbModel;

struct Author;

#[derive(DbModel)]
struct Article {
    id: i64,
    #[db(references(Author))]
    author_id: i64,
}

fn main() {}
