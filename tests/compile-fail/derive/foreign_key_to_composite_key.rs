//! One column cannot reference a primary key of two.

use migrate_core::DbModel;

#[derive(DbModel)]
#[db(primary_key(tenant, id))]
struct Author {
    tenant: i64,
    id: i64,
}

#[derive(DbModel)]
struct Article {
    id: i64,
    #[db(references(Author))]
    author_id: i64,
}

fn main() {}
