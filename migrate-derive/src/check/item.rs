//! Constraints and indexes: their columns exist, and what they need is there.

use std::collections::BTreeSet;

use crate::parse::{
    Action, ColumnRef, ElementKind, Exclusion, FieldKind, ForeignKey, Index, Item, ItemKind, Key,
    Model, Slot, unrawed,
};
use crate::scope::Scope;
use crate::suggest;

pub(super) fn check_item(item: &Item, model: &Model, scope: &Scope) {
    let item_check = ItemCheck { item, model, scope };
    match &item.kind {
        ItemKind::PrimaryKey(key) | ItemKind::Unique(key) => item_check.key(key),
        ItemKind::ForeignKey(key) => item_check.foreign_key(key),
        ItemKind::Exclusion(exclusion) => item_check.exclusion(exclusion),
        ItemKind::Index(index) => item_check.index(index),
        ItemKind::Check(_) => {}
    }
}

/// One item under check, and what it is checked against.
struct ItemCheck<'a> {
    item: &'a Item,
    model: &'a Model,
    scope: &'a Scope,
}

impl ItemCheck<'_> {
    fn key(&self, key: &Key) {
        self.needs(!key.columns.is_empty(), "columns; name their fields");
        self.distinct_columns(&key.columns);
        self.included(&key.include);
    }

    fn foreign_key(&self, key: &ForeignKey) {
        self.needs(!key.columns.is_empty(), "columns; name their fields");
        self.needs(key.target.is_set(), "a target; write `references(Model)`");
        self.distinct_columns(&key.columns);
        self.target(key);
        self.actions(key);
    }

    fn exclusion(&self, exclusion: &Exclusion) {
        self.needs(!exclusion.elements.is_empty(), "elements; write `field with \"=\"`");
        self.needs(exclusion.method.is_set(), "an index method; write `using = \"gist\"`");
        for (element, _) in &exclusion.elements {
            self.element(&element.kind);
        }
        self.included(&exclusion.include);
    }

    fn index(&self, index: &Index) {
        self.needs(!index.elements.is_empty(), "elements; name a field or write an expression");
        for element in &index.elements {
            self.element(&element.kind);
        }
        self.included(&index.include);
    }

    fn needs(&self, is_there: bool, what: &str) {
        if !is_there {
            let key = &self.item.key;
            self.scope.error(key.span(), format!("`{key}` needs {what}"));
        }
    }

    fn element(&self, kind: &ElementKind) {
        match kind {
            ElementKind::Column(column) => self.column(column),
            ElementKind::Expression(text) if text.value().trim().is_empty() => {
                self.scope.error(text.span(), "an expression cannot be empty");
            }
            ElementKind::Expression(_) => {}
        }
    }

    fn included(&self, include: &Slot<Vec<ColumnRef>>) {
        self.distinct_columns(include.value().map_or(&[], Vec::as_slice));
    }

    fn distinct_columns(&self, columns: &[ColumnRef]) {
        let mut seen = BTreeSet::new();
        for column in columns {
            self.column(column);
            let name = self.model.resolve(column);
            if !seen.insert(name.text.clone()) {
                let message = format!("column `{}` is there twice; remove one of them", name.text);
                self.scope.error(column.span(), message);
            }
        }
    }

    fn column(&self, column: &ColumnRef) {
        let ColumnRef::Field(ident) = column else {
            return;
        };
        let Some(field) = self.model.field(ident) else {
            let fields: Vec<String> =
                self.model.columns().map(|field| unrawed(&field.ident)).collect();
            let error = suggest::unknown("field", ident, fields.iter().map(String::as_str));
            return self.scope.push(error);
        };
        let message = match field.kind() {
            FieldKind::Column => return,
            FieldKind::Skip => format!("field `{ident}` is skipped and no column"),
            FieldKind::Flatten => {
                format!("field `{ident}` is flattened; name one of its columns: `column(\"…\")`")
            }
        };
        self.scope.error(ident.span(), message);
    }

    fn target(&self, key: &ForeignKey) {
        if let (Some(_), Some(table)) = (&key.target.model, key.target.table.key()) {
            let message = "a foreign key references one table; remove the model or `table`";
            self.scope.error(table.span(), message);
        }
        let Some(columns) = key.target.columns.key() else {
            if key.target.table.is_set() {
                self.needs(false, "the columns of the table; name them beside `table`");
            }
            return;
        };
        let referenced = key.target.columns.value().map_or(0, Vec::len);
        if referenced != key.columns.len() {
            let message = format!(
                "{referenced} referenced columns cannot pair with {} of this table",
                key.columns.len(),
            );
            self.scope.error(columns.span(), message);
        }
    }

    fn actions(&self, key: &ForeignKey) {
        let own: Vec<String> =
            key.columns.iter().map(|column| self.model.resolve(column).text).collect();
        for column in action_columns(&key.on_delete) {
            self.column(column);
            if !own.contains(&self.model.resolve(column).text) {
                self.scope.error(column.span(), "this column is not one of the foreign key's");
            }
        }
        for column in action_columns(&key.on_update) {
            let message = "PostgreSQL takes columns here only for `on_delete`; remove them";
            self.scope.error(column.span(), message);
        }
    }
}

fn action_columns(action: &Slot<Action>) -> &[ColumnRef] {
    match action.value() {
        Some(Action::SetNull(columns) | Action::SetDefault(columns)) => columns,
        Some(Action::NoAction | Action::Restrict | Action::Cascade) | None => &[],
    }
}
