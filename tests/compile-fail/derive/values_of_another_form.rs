//! A value takes the form of its key.

use migrate_core::DbModel;

#[derive(DbModel)]
#[db(check = "id > 1")]
struct Article {
    #[db(primary_key = "id")]
    id: i64,
    #[db(varchar = "200")]
    title: String,
    #[db(varchar(30))]
    slug: String,
    #[db(references = Author)]
    author_id: i64,
    #[db(index = true)]
    kind: i32,
    #[db(comment = 1)]
    body: String,
}

fn main() {}
