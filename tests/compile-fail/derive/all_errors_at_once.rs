//! Every mistake of a struct is reported in one run.

use migrate_core::DbModel;

#[derive(DbModel)]
#[db(tabel = "a", index(idd, usng = "gin"), unique(titel))]
struct Article {
    #[db(storage = "big", varchar = -1)]
    id: i64,
    #[db(identity, default = 1)]
    title: String,
}

fn main() {}
