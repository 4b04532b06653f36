//! A referenced column is a field of the model.

use migrate_core::DbModel;

#[derive(DbModel)]
struct Author {
    #[db(unique)]
    email: String,
}

#[derive(DbModel)]
struct Article {
    id: i64,
    #[db(references(Author, column = emial))]
    author: String,
}

fn main() {}
