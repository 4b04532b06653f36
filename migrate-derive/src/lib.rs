//! The derives `DbModel`, `DbEnum` and `DbType`, which describe tables and types to migrate-core.
//!
//! A derive parses its attributes, checks what needs no types, and expands to const data. What
//! needs types is left to the compiler, at the span of the field that is at fault.

mod casing;
mod check;
mod derive;
mod expand;
mod parse;
mod revisions;
mod scope;
mod sql_files;
mod suggest;

use proc_macro::TokenStream;
use syn::spanned::Spanned;
use syn::{DeriveInput, parse_macro_input};

/// Makes a struct a table.
///
/// The attribute `#[db(…)]` stands on the struct and on its fields; names in keys and indexes are
/// those of the Rust fields, and `column("name")` names a column of a flattened struct.
///
/// On the struct: `table`, `schema`, `renamed_from`, `rename_all`, `no_table`, `primary_key(a, b)`,
/// `unique(a, b)`, `foreign_key(a, references(Model), on_delete = cascade)`, `check("…")`,
/// `check(name = "…")`, `exclude(using = "gist", a with "=")`, `index(a desc, "lower(b)", …)`,
/// `sequence(name = "…")`, `with(fillfactor = 70)`, `unlogged`, `tablespace`, `comment`, `comments`.
///
/// On a field: `column` or `rename`, `renamed_from`, `primary_key`, `identity`, `identity(always)`,
/// `serial`, `unique`, `index`, `references(Model)`, `check = "…"`, `default = value`,
/// `default = sql("…")`, `type`, `varchar = 200`, `char = 2`, `numeric(10, 2)`, `json`, `collate`,
/// `generated = "…"`, `virtual`, `storage`, `compression`, `statistics`, `comment`, `nullable`,
/// `not_null`, `skip`, `flatten`.
///
/// Further keys stand in the parentheses, such as `references(Author, on_delete = cascade)`:
///
/// | of | keys |
/// |---|---|
/// | `primary_key`, `unique` | `name`, `include(a)`, `deferrable`, `initially_deferred`; `unique` also `nulls_not_distinct` |
/// | `references`, `foreign_key` | `name`, `on_delete`, `on_update` (`no_action`, `restrict`, `cascade`, `set_null`, `set_default`), `match_full`, `deferrable`, `initially_deferred`, `not_valid`; `references` also `column`, and `table = "…"` in the place of a model |
/// | `check` | `no_inherit`, `not_valid` |
/// | `exclude` | `name`, `using`, `where`, `include(a)`, `deferrable`, `initially_deferred` |
/// | `index` | `name`, `renamed_from`, `unique`, `using`, `where`, `include(a)`, `nulls_not_distinct`, `with(…)`, `tablespace`; on a field also what stands behind a column: `asc`, `desc`, `nulls_first`, `nulls_last`, `collate`, `opclass` |
/// | `identity` | `always`, `by_default`, `start`, `increment`, `min`, `max`, `cache`, `cycle` |
/// | `sequence` | `name`, `as`, and those of `identity` from `start` on |
#[proc_macro_derive(DbModel, attributes(db, sqlx))]
pub fn db_model(input: TokenStream) -> TokenStream {
    derive::model(&parse_macro_input!(input as DeriveInput)).into()
}

/// Makes an enum a PostgreSQL enum, or an integer where it has a `#[repr(i32)]` and no name.
///
/// On the enum: `name`, `schema`, `renamed_from`, `rename_all`, `removed("old" = Variant)`,
/// `comment`, `comments`. On a variant: `rename`, `renamed_from`.
#[proc_macro_derive(DbEnum, attributes(db, sqlx))]
pub fn db_enum(input: TokenStream) -> TokenStream {
    derive::enumeration(&parse_macro_input!(input as DeriveInput)).into()
}

/// Makes a newtype a column type or a domain, and a struct with named fields a composite type.
///
/// On a newtype: `transparent`, or `domain = "name"` with `schema`, `check("…")`,
/// `check(name = "…")`, `not_null`, `default`, `collate`, `renamed_from`, `comment`, `comments`; on its
/// field `type`, `varchar`, `char`, `numeric`, `json`.
/// On a composite type: `name`, `schema`, `renamed_from`, `rename_all`, `comment`, `comments`, and on
/// its fields `rename`, `renamed_from`, `type`, `varchar`, `char`, `numeric`, `json`, `comment`.
#[proc_macro_derive(DbType, attributes(db, sqlx))]
pub fn db_type(input: TokenStream) -> TokenStream {
    derive::custom_type(&parse_macro_input!(input as DeriveInput)).into()
}

/// Declares the revisions of a folder; the tool writes the `mod.rs` that holds it.
///
/// Each name is that of a module with a `REVISION`, an `up` and a `down`. Before them may stand the
/// packages whose models the last generated revision saw: `models from ["app"];`.
#[proc_macro]
pub fn revisions(input: TokenStream) -> TokenStream {
    parse_macro_input!(input as revisions::Revisions).expand().into()
}

/// The SQL files of a folder of the package, and of the folders in it, for `Chain::of_sql_files`:
/// `sql_files!("migrations")`.
///
/// A changed file is compiled again by itself; for one that is new or gone, the package's build
/// script says `println!("cargo::rerun-if-changed=migrations")`.
#[proc_macro]
pub fn sql_files(input: TokenStream) -> TokenStream {
    sql_files::sql_files(&parse_macro_input!(input as syn::LitStr)).into()
}

/// Makes a `Direction` of a function.
#[doc(hidden)]
#[proc_macro]
pub fn direction(input: TokenStream) -> TokenStream {
    let function = parse_macro_input!(input as syn::Path);
    revisions::direction(&function, function.span()).into()
}
