//! A field has a type that PostgreSQL knows.

use migrate_core::DbModel;

struct Opaque;

#[derive(DbModel)]
struct Article {
    id: i64,
    tags: Vec<Opaque>,
    opaque: Opaque,
}

fn main() {}
