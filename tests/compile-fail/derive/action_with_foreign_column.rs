//! `set_null` names columns of the foreign key.

use migrate_core::DbModel;

#[derive(DbModel)]
#[db(foreign_key(parent_id, references(Article, columns(id)), on_delete = set_null(title), on_update = set_null(parent_id)))]
struct Article {
    id: i64,
    parent_id: i64,
    title: String,
}

fn main() {}
