//! An array of a newtype needs an array of its value.

use migrate_core::model::SqlType;
use migrate_core::{DbModel, DbType};

struct Opaque;

impl DbType for Opaque {
    const SQL_TYPE: SqlType = SqlType::Written("opaque");
}

#[derive(DbType)]
struct Newtype(Opaque);

#[derive(DbModel)]
struct Article {
    one: Newtype,
    many: Vec<Newtype>,
}

fn main() {}
