//! Keys, checks, exclusions and indexes of a model.

use crate::catalog::{
    Constraint, ConstraintKind, Deferrable, Expression, ForeignKeyAction, Ident, Index,
    IndexElement, IndexStorage, IndexTerm, Object, ObjectKey, QualifiedName,
};
use crate::model::{
    CheckMeta, DeferrableMeta, ExclusionMeta, ForeignKeyMeta, IndexElementMeta, IndexMeta, KeyMeta,
    ReferentialAction, TableItemMeta,
};

use super::{Builder, DeclaredRename, ObjectsError};

/// Adds every item; those with a name of their own first, so that a default name steps aside.
pub(super) fn add_all(
    builder: &mut Builder<'_>,
    table: &QualifiedName,
    items: &[&'static TableItemMeta],
) -> Result<(), ObjectsError> {
    let (named, unnamed): (Vec<_>, Vec<_>) = items.iter().partition(|item| is_named(item));
    for item in named.into_iter().chain(unnamed) {
        add(builder, table, item)?;
    }
    Ok(())
}

fn is_named(item: &TableItemMeta) -> bool {
    match item {
        TableItemMeta::PrimaryKey(key) | TableItemMeta::Unique(key) => key.name,
        TableItemMeta::ForeignKey(key) => key.name,
        TableItemMeta::Check(check) => check.name,
        TableItemMeta::Exclusion(exclusion) => exclusion.name,
        TableItemMeta::Index(index) => index.name,
    }
    .is_some()
}

fn add(
    builder: &mut Builder<'_>,
    table: &QualifiedName,
    item: &TableItemMeta,
) -> Result<(), ObjectsError> {
    match item {
        TableItemMeta::PrimaryKey(key) => add_primary_key(builder, table, key),
        TableItemMeta::Unique(key) => add_unique(builder, table, key),
        TableItemMeta::ForeignKey(key) => add_foreign_key(builder, table, key),
        TableItemMeta::Check(check) => {
            add_check(builder, table, check);
            Ok(())
        }
        TableItemMeta::Exclusion(exclusion) => add_exclusion(builder, table, exclusion),
        TableItemMeta::Index(index) => add_index(builder, table, index),
    }
}

fn add_primary_key(
    builder: &mut Builder<'_>,
    table: &QualifiedName,
    meta: &KeyMeta,
) -> Result<(), ObjectsError> {
    let columns = columns(builder, table, meta.columns, "the primary key")?;
    for column in &columns {
        let key = ObjectKey::Column { table: table.clone(), name: column.clone() };
        if let Some(Object::Column(column)) = builder.objects.catalog.objects.get_mut(&key) {
            column.not_null = true;
        }
    }
    let name = builder.names.relation(table, meta.name, &["pkey"]);
    let kind = ConstraintKind::PrimaryKey {
        columns,
        include: self::columns(builder, table, meta.include, "the primary key")?,
        storage: IndexStorage::default(),
    };
    add_constraint(builder, table, name, kind, meta.deferrable, true);
    Ok(())
}

fn add_unique(
    builder: &mut Builder<'_>,
    table: &QualifiedName,
    meta: &KeyMeta,
) -> Result<(), ObjectsError> {
    let parts: Vec<&str> = meta.columns.iter().copied().chain(["key"]).collect();
    let name = builder.names.relation(table, meta.name, &parts);
    let kind = ConstraintKind::Unique {
        columns: columns(builder, table, meta.columns, "a unique constraint")?,
        include: columns(builder, table, meta.include, "a unique constraint")?,
        nulls_not_distinct: meta.nulls_not_distinct,
        storage: IndexStorage::default(),
    };
    add_constraint(builder, table, name, kind, meta.deferrable, true);
    Ok(())
}

fn add_foreign_key(
    builder: &mut Builder<'_>,
    table: &QualifiedName,
    meta: &ForeignKeyMeta,
) -> Result<(), ObjectsError> {
    let parts: Vec<&str> = meta.columns.iter().copied().chain(["fkey"]).collect();
    let name = builder.names.constraint(table, meta.name, &parts);
    let referenced = builder.name(meta.table);
    let kind = ConstraintKind::ForeignKey {
        columns: columns(builder, table, meta.columns, "a foreign key")?,
        table: referenced.clone(),
        target: meta.target.iter().map(|column| Ident::new(*column)).collect(),
        on_delete: action(meta.on_delete),
        on_update: action(meta.on_update),
        match_full: meta.match_full,
    };
    let key = ObjectKey::Constraint { table: table.clone(), name: name.clone() };
    add_constraint(builder, table, name, kind, meta.deferrable, !meta.not_valid);
    builder.depend(&key, ObjectKey::Table { name: referenced });
    Ok(())
}

fn action(action: ReferentialAction) -> ForeignKeyAction {
    let idents = |columns: &[&str]| columns.iter().map(|column| Ident::new(*column)).collect();
    match action {
        ReferentialAction::NoAction => ForeignKeyAction::NoAction,
        ReferentialAction::Restrict => ForeignKeyAction::Restrict,
        ReferentialAction::Cascade => ForeignKeyAction::Cascade,
        ReferentialAction::SetNull(columns) => ForeignKeyAction::SetNull(idents(columns)),
        ReferentialAction::SetDefault(columns) => ForeignKeyAction::SetDefault(idents(columns)),
    }
}

fn add_check(builder: &mut Builder<'_>, table: &QualifiedName, meta: &CheckMeta) {
    let parts: Vec<&str> = meta.column.into_iter().chain(["check"]).collect();
    let name = builder.names.constraint(table, meta.name, &parts);
    let kind = ConstraintKind::Check {
        expression: Expression::new(meta.expression),
        no_inherit: meta.no_inherit,
    };
    add_constraint(builder, table, name, kind, DeferrableMeta::NotDeferrable, !meta.not_valid);
}

fn add_exclusion(
    builder: &mut Builder<'_>,
    table: &QualifiedName,
    meta: &ExclusionMeta,
) -> Result<(), ObjectsError> {
    let named = meta.elements.iter().map(|(element, _)| element_name(element));
    let parts: Vec<&str> = named.chain(["excl"]).collect();
    let name = builder.names.relation(table, meta.name, &parts);
    let elements = meta
        .elements
        .iter()
        .map(|(element, operator)| (index_element(element), (*operator).to_owned()))
        .collect();
    let kind = ConstraintKind::Exclusion {
        method: meta.method.into(),
        elements,
        include: columns(builder, table, meta.include, "an exclusion constraint")?,
        predicate: meta.predicate.map(Expression::new),
        storage: IndexStorage::default(),
    };
    add_constraint(builder, table, name, kind, meta.deferrable, true);
    Ok(())
}

fn add_constraint(
    builder: &mut Builder<'_>,
    table: &QualifiedName,
    name: Ident,
    kind: ConstraintKind,
    deferrable: DeferrableMeta,
    validated: bool,
) {
    let deferrable = match deferrable {
        DeferrableMeta::NotDeferrable => Deferrable::No,
        DeferrableMeta::InitiallyImmediate => Deferrable::InitiallyImmediate,
        DeferrableMeta::InitiallyDeferred => Deferrable::InitiallyDeferred,
    };
    let key = ObjectKey::Constraint { table: table.clone(), name };
    builder.add(key, Object::Constraint(Constraint { kind, deferrable, validated }));
}

fn add_index(
    builder: &mut Builder<'_>,
    table: &QualifiedName,
    meta: &IndexMeta,
) -> Result<(), ObjectsError> {
    let parts: Vec<&str> = meta.elements.iter().map(element_name).chain(["idx"]).collect();
    let name = table.sibling(builder.names.relation(table, meta.name, &parts));
    if let Some(current) = meta.renamed_from {
        let current = table.sibling(current);
        builder.rename(DeclaredRename::Index { current, desired: name.clone() });
    }
    let index = Index {
        table: table.clone(),
        unique: meta.unique,
        method: meta.method.into(),
        elements: meta.elements.iter().map(index_element).collect(),
        include: columns(builder, table, meta.include, "an index")?,
        nulls_not_distinct: meta.nulls_not_distinct,
        predicate: meta.predicate.map(Expression::new),
        storage: IndexStorage {
            options: pairs(meta.options).into_iter().collect(),
            tablespace: meta.tablespace.map(Ident::new),
        },
        valid: true,
    };
    let key = ObjectKey::Index { name };
    builder.depend(&key, ObjectKey::Table { name: table.clone() });
    builder.add(key, Object::Index(Box::new(index)));
    Ok(())
}

fn element_name(element: &IndexElementMeta) -> &'static str {
    if element.expression { "expr" } else { element.text }
}

fn index_element(meta: &IndexElementMeta) -> IndexElement {
    let term = if meta.expression {
        IndexTerm::Expression(Expression::new(meta.text))
    } else {
        IndexTerm::Column(meta.text.into())
    };
    IndexElement {
        term,
        collation: meta.collation.map(QualifiedName::local),
        opclass: meta.opclass.map(QualifiedName::local),
        opclass_options: pairs(meta.opclass_options),
        descending: meta.descending,
        nulls_first: meta.nulls_first.unwrap_or(meta.descending),
    }
}

fn pairs(options: &[(&str, &str)]) -> Vec<(String, String)> {
    options.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn columns(
    builder: &Builder<'_>,
    table: &QualifiedName,
    names: &[&str],
    item: &str,
) -> Result<Vec<Ident>, ObjectsError> {
    names
        .iter()
        .map(|name| {
            let name = Ident::new(*name);
            if builder.objects.catalog.column(table, &name).is_some() {
                return Ok(name);
            }
            let (table, column) = (table.plain(), name.as_str().to_owned());
            Err(ObjectsError::UnknownColumn { table, column, item: item.to_owned() })
        })
        .collect()
}
