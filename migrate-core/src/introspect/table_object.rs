//! Constraints, and indexes that no constraint owns.

use rustc_hash::FxHashMap;
use sqlx::postgres::types::Oid;

use crate::catalog::{
    Constraint, ConstraintKind, Deferrable, DomainConstraint, Expression, ForeignKeyAction, Ident,
    Index, IndexElement, IndexStorage, IndexTerm, Object, ObjectKey, QualifiedName,
};

use super::address::{Address, NONE, class};
use super::assemble::{Assembly, options};
use super::rows::{ConstraintRow, IndexRow, Rows};

pub(super) fn add_constraints_and_indexes(
    assembly: &mut Assembly<'_>,
    constraints: Rows<'_, ConstraintRow>,
    mut indexes: FxHashMap<Oid, IndexRow>,
) -> Result<(), sqlx::Error> {
    for row in constraints {
        let row = row?;
        let index = matches!(row.kind.as_str(), "p" | "u" | "x")
            .then(|| indexes.remove(&row.index_oid))
            .flatten();
        add_constraint(assembly, row, index);
    }
    for index in indexes.into_values() {
        add_index(assembly, index);
    }
    Ok(())
}

fn add_constraint(assembly: &mut Assembly<'_>, row: ConstraintRow, index: Option<IndexRow>) {
    let address = Address::of(class::CONSTRAINT, row.oid);
    if row.domain_oid != NONE {
        add_domain_constraint(assembly, row);
        return;
    }
    let Some(table) = assembly.tables.get(&row.relation_oid).cloned() else { return };
    let key = ObjectKey::Constraint { table, name: Ident::new(&row.name) };
    if let Some(kind) = &row.unhandled {
        assembly.note_unhandled(address, format!("{kind} {key}"));
        return;
    }
    if let Some(index) = &index {
        assembly.addresses.insert(Address::of(class::CLASS, index.oid), &key);
    }
    let deferrable = match (row.deferrable, row.deferred) {
        (false, _) => Deferrable::No,
        (true, false) => Deferrable::InitiallyImmediate,
        (true, true) => Deferrable::InitiallyDeferred,
    };
    let (validated, references) = (row.validated, row.kind == "f");
    if let Some(kind) = constraint_kind(assembly, row, index) {
        let constraint = Constraint { kind, deferrable, validated };
        assembly.add(address, key, Object::Constraint(constraint));
    } else if references {
        // It leads to a table that isn't read.
        assembly.note_unhandled(address, key.to_string());
    }
}

fn add_domain_constraint(assembly: &mut Assembly<'_>, row: ConstraintRow) {
    let domain = assembly.addresses.exact(Address::of(class::TYPE, row.domain_oid)).cloned();
    if let (Some(ObjectKey::Domain { name: domain }), Some(expression)) = (domain, row.expression) {
        let key = ObjectKey::DomainConstraint { domain, name: row.name.into() };
        let constraint =
            DomainConstraint { expression: Expression::new(expression), validated: row.validated };
        assembly.add(
            Address::of(class::CONSTRAINT, row.oid),
            key,
            Object::DomainConstraint(constraint),
        );
    }
}

fn constraint_kind(
    assembly: &Assembly<'_>,
    row: ConstraintRow,
    index: Option<IndexRow>,
) -> Option<ConstraintKind> {
    let columns = names(assembly, row.relation_oid, row.columns.as_deref());
    let kind = match (row.kind.as_str(), index) {
        ("c", _) => ConstraintKind::Check {
            expression: Expression::new(row.expression?),
            no_inherit: row.no_inherit,
        },
        ("f", _) => ConstraintKind::ForeignKey {
            columns,
            table: assembly.tables.get(&row.target_oid)?.clone(),
            target: names(assembly, row.target_oid, row.target_columns.as_deref()),
            on_delete: action(
                &row.on_delete,
                names(assembly, row.relation_oid, row.delete_columns.as_deref()),
            ),
            on_update: action(&row.on_update, Vec::new()),
            match_full: row.match_type == "f",
        },
        ("p", Some(index)) => ConstraintKind::PrimaryKey {
            columns,
            include: include(assembly, &index),
            storage: storage(index),
        },
        ("u", Some(index)) => ConstraintKind::Unique {
            columns,
            include: include(assembly, &index),
            nulls_not_distinct: index.nulls_not_distinct,
            storage: storage(index),
        },
        ("x", Some(index)) => ConstraintKind::Exclusion {
            method: index.method.clone().into(),
            elements: elements(assembly, &index).into_iter().zip(row.operators?).collect(),
            include: include(assembly, &index),
            predicate: index.predicate.clone().map(Expression::new),
            storage: storage(index),
        },
        _ => return None,
    };
    Some(kind)
}

fn action(code: &str, columns: Vec<Ident>) -> ForeignKeyAction {
    match code {
        "r" => ForeignKeyAction::Restrict,
        "c" => ForeignKeyAction::Cascade,
        "n" => ForeignKeyAction::SetNull(columns),
        "d" => ForeignKeyAction::SetDefault(columns),
        _ => ForeignKeyAction::NoAction,
    }
}

fn names(assembly: &Assembly<'_>, relation: Oid, numbers: Option<&[i16]>) -> Vec<Ident> {
    let numbers = numbers.unwrap_or_default().iter();
    numbers.filter_map(|number| assembly.columns.get(&(relation, *number)).cloned()).collect()
}

fn add_index(assembly: &mut Assembly<'_>, row: IndexRow) {
    let Some(table) = assembly.tables.get(&row.relation_oid).cloned() else { return };
    let name: QualifiedName = assembly.name(&row.schema, &row.name);
    let index = Index {
        table,
        unique: row.is_unique,
        method: row.method.clone().into(),
        elements: elements(assembly, &row),
        include: include(assembly, &row),
        nulls_not_distinct: row.nulls_not_distinct,
        predicate: row.predicate.clone().map(Expression::new),
        valid: row.valid,
        storage: IndexStorage::default(),
    };
    let address = Address::of(class::CLASS, row.oid);
    let index = Index { storage: storage(row), ..index };
    assembly.add(address, ObjectKey::Index { name }, Object::Index(Box::new(index)));
}

fn storage(row: IndexRow) -> IndexStorage {
    IndexStorage { options: options(row.options), tablespace: row.tablespace.map(Ident::new) }
}

fn include(assembly: &Assembly<'_>, row: &IndexRow) -> Vec<Ident> {
    let included = row.numbers.iter().skip(key_count(row));
    included
        .filter_map(|number| assembly.columns.get(&(row.relation_oid, *number)).cloned())
        .collect()
}

fn key_count(row: &IndexRow) -> usize {
    usize::try_from(row.key_count).unwrap_or_default()
}

fn elements(assembly: &Assembly<'_>, row: &IndexRow) -> Vec<IndexElement> {
    (0..key_count(row)).filter_map(|place| index_element(assembly, row, place)).collect()
}

fn index_element(assembly: &Assembly<'_>, row: &IndexRow, place: usize) -> Option<IndexElement> {
    let column = (row.relation_oid, *row.numbers.get(place)?);
    let term = match column {
        (_, 0) => {
            let expression = row.expressions.as_ref()?.get(place)?;
            IndexTerm::Expression(Expression::new(expression.as_str()))
        }
        column => IndexTerm::Column(assembly.columns.get(&column)?.clone()),
    };
    let options = row.opclass_options.as_ref().and_then(|options| options.get(&(place + 1)));
    let sorting = row.sorting.get(place).copied().unwrap_or_default();
    Some(IndexElement {
        term,
        collation: other_collation(assembly, *row.collations.get(place)?, column),
        opclass: other_opclass(assembly, *row.opclasses.get(place)?, options.is_some()),
        opclass_options: self::options(options.cloned()).into_iter().collect(),
        descending: sorting & 1 != 0,
        nulls_first: sorting & 2 != 0,
    })
}

/// The collation where it isn't that of the column, or the default one of an expression.
fn other_collation(
    assembly: &Assembly<'_>,
    collation: Oid,
    column: (Oid, i16),
) -> Option<QualifiedName> {
    const DEFAULT: Oid = Oid(100);
    let own = assembly.column_collations.get(&column).copied().filter(|own| *own != NONE);
    if collation == own.unwrap_or(DEFAULT) {
        return None;
    }
    let row = assembly.collations.get(&collation)?;
    assembly.visible_name(Some(&row.schema), Some(&row.name))
}

/// The operator class where it isn't the type's default, or has to be named for its options.
fn other_opclass(
    assembly: &Assembly<'_>,
    opclass: Oid,
    has_options: bool,
) -> Option<QualifiedName> {
    let row = assembly.opclasses.get(&opclass)?;
    if row.is_default && !has_options {
        return None;
    }
    assembly.visible_name(Some(&row.schema), Some(&row.name))
}
