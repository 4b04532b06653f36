//! A struct as a whole.

use syn::Ident;

use super::column::check_field;
use super::item::check_item;
use super::name::{check_distinct, check_length, check_not_generic};
use super::sequence::check_sequence;
use crate::parse::{Item, ItemKind, Model, Name};
use crate::scope::Scope;

pub(crate) fn model(model: &Model, scope: &Scope) {
    check_not_generic(&model.generics, "table", scope);
    check_length(&model.table_name(), scope);
    check_no_table(model, scope);
    check_distinct("column", model.columns().map(|field| model.column_name(field)), scope);
    check_one_primary_key(model, scope);
    for field in &model.fields {
        check_field(field, scope);
    }
    for item in items(model) {
        check_item(item, model, scope);
    }
    check_distinct("name", items(model).filter_map(given_name), scope);
    for (_, sequence) in &model.table.sequences {
        check_sequence(sequence, scope);
    }
}

fn items(model: &Model) -> impl Iterator<Item = &Item> {
    model.table.items.iter().chain(model.columns().flat_map(|field| &field.column.items))
}

fn given_name(item: &Item) -> Option<Name> {
    match &item.kind {
        ItemKind::PrimaryKey(key) | ItemKind::Unique(key) => key.name.value().cloned(),
        ItemKind::ForeignKey(key) => key.name.value().cloned(),
        ItemKind::Check(check) => check.name.clone(),
        ItemKind::Exclusion(exclusion) => exclusion.name.value().cloned(),
        ItemKind::Index(index) => index.name.value().cloned(),
    }
}

/// Without a table of its own a struct has columns, keys and indexes, and nothing else.
fn check_no_table(model: &Model, scope: &Scope) {
    if !model.table.columns_only.is_true() {
        return;
    }
    for key in table_keys(model) {
        let message = format!("a struct with `no_table` has no table; remove `{key}`");
        scope.error(key.span(), message);
    }
}

fn table_keys(model: &Model) -> impl Iterator<Item = &Ident> {
    let table = &model.table;
    let slots = [
        table.name.key(),
        table.schema.key(),
        table.renamed_from.key(),
        table.options.key(),
        table.unlogged.key(),
        table.tablespace.key(),
        table.comment.key(),
    ];
    slots.into_iter().flatten().chain(table.sequences.iter().map(|(key, _)| key))
}

/// Several fields with `primary_key` are one key; beside them the struct can't declare another.
fn check_one_primary_key(model: &Model, scope: &Scope) {
    let on_struct = model
        .table
        .items
        .iter()
        .filter(|item| matches!(item.kind, ItemKind::PrimaryKey(_)))
        .map(|item| &item.key);
    let on_fields = model.key_fields().filter_map(|field| field.column.primary_key.key()).take(1);
    for second in on_struct.chain(on_fields).skip(1) {
        scope.error(second.span(), "a table has one primary key; remove one of them");
    }
}
