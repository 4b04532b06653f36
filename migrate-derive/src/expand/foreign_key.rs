//! Foreign keys. What they reference in a model is left to the compiler to look up.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote, quote_spanned};
use syn::Path;
use syn::spanned::Spanned as _;

use super::constraint::deferrable;
use super::literal::{columns, table_name};
use super::sparse::Sparse;
use crate::parse::{Action, ColumnRef, ForeignKey, Model, Slot, TargetColumn, unrawed};

/// The key; none where the attribute names no target, which has been reported.
pub(super) fn foreign_key(key: &ForeignKey, model: &Model) -> Option<TokenStream> {
    let names = columns(&key.columns, model);
    let table = target_table(key)?;
    let target = target_columns(key);
    let mut literal = Sparse::new(
        quote!(__model::ForeignKeyMeta),
        quote!(__model::ForeignKeyMeta::new(#names, #table, #target)),
    );
    literal.some("name", key.name.value());
    set_action(&mut literal, "on_delete", &key.on_delete, model);
    set_action(&mut literal, "on_update", &key.on_update, model);
    literal.flag("match_full", &key.match_full);
    if key.deferrable.is_set() {
        literal.field("deferrable", &deferrable(&key.deferrable));
    }
    literal.flag("not_valid", &key.not_valid);
    Some(literal.into_token_stream())
}

fn target_table(key: &ForeignKey) -> Option<TokenStream> {
    if let Some(model) = &key.target.model {
        return Some(quote_spanned! {model.span()=> <#model as __model::DbModel>::TABLE});
    }
    key.target.table.value().map(table_name)
}

fn target_columns(key: &ForeignKey) -> TokenStream {
    let model = key.target.model.as_ref();
    match (model, key.target.columns.value()) {
        (Some(model), None) => primary_key(model, key.columns.len()),
        (_, None) => quote!(&[]),
        (_, Some(columns)) => {
            let columns = columns.iter().map(|column| target_column(column, model));
            quote!(&[#(#columns),*])
        }
    }
}

/// The primary key of another model, which must have as many columns as the foreign key. A call
/// checks it: a branch in the constant itself would keep what follows from becoming static.
fn primary_key(model: &Path, columns: usize) -> TokenStream {
    quote_spanned! {model.span()=>
        __model::ForeignKeyMeta::pair(<#model as __model::DbModel>::PRIMARY_KEY, #columns)
    }
}

fn target_column(column: &TargetColumn, model: Option<&Path>) -> TokenStream {
    match (column, model) {
        (TargetColumn::Named(name), _) => name.to_token_stream(),
        (TargetColumn::Field(ident), Some(model)) => {
            let field = unrawed(ident);
            let missing = format!("`{}` has no column for a field `{field}`", path_text(model));
            quote_spanned! {ident.span()=>
                __model::column_of::<#model>(#field, #missing)
            }
        }
        (TargetColumn::Field(ident), None) => unrawed(ident).to_token_stream(),
    }
}

fn set_action(literal: &mut Sparse, field: &str, action: &Slot<Action>, model: &Model) {
    let named = |columns: &[ColumnRef]| self::columns(columns, model);
    let action = match action.value() {
        None | Some(Action::NoAction) => return,
        Some(Action::Restrict) => quote!(Restrict),
        Some(Action::Cascade) => quote!(Cascade),
        Some(Action::SetNull(columns)) => {
            let columns = named(columns);
            quote!(SetNull(#columns))
        }
        Some(Action::SetDefault(columns)) => {
            let columns = named(columns);
            quote!(SetDefault(#columns))
        }
    };
    literal.field(field, &quote!(__model::ReferentialAction::#action));
}

fn path_text(path: &Path) -> String {
    path.to_token_stream().to_string().replace(' ', "")
}
