//! Enums, domains and composite types.

use crate::catalog::{Composite, Domain, EnumType, Expression, Ident, Object, ObjectKey};

use super::address::{Address, NONE, class};
use super::assemble::Assembly;
use super::rows::TypeRow;

pub(super) fn add_types(assembly: &mut Assembly<'_>, rows: Vec<TypeRow>) {
    for row in rows {
        if !assembly.is_extension_member(class::TYPE, row.oid) {
            add_type(assembly, row);
        }
    }
}

fn add_type(assembly: &mut Assembly<'_>, row: TypeRow) {
    let name = assembly.name(&row.schema, &row.name);
    let owner = row.other_owner.clone();
    let addresses =
        [Address::of(class::TYPE, row.array_oid), Address::of(class::CLASS, row.relation_oid)];
    let address = Address::of(class::TYPE, row.oid);
    let (key, object) = match row.kind.as_str() {
        "e" => {
            let labels = row.labels.unwrap_or_default();
            (ObjectKey::Enum { name }, Object::Enum(EnumType { labels }))
        }
        "d" => (ObjectKey::Domain { name }, Object::Domain(domain(assembly, row))),
        "c" => (ObjectKey::Composite { name }, Object::Composite(composite(assembly, row))),
        _ => {
            assembly.note_unhandled(address, format!("range type `{}`", name.plain()));
            return;
        }
    };
    assembly.note_owner(&key, owner);
    for part in addresses.into_iter().filter(|part| part.oid != NONE) {
        assembly.addresses.insert(part, &key);
    }
    assembly.add(address, key, object);
}

fn domain(assembly: &Assembly<'_>, row: TypeRow) -> Domain {
    Domain {
        base: row.base.unwrap_or_default(),
        collation: assembly
            .visible_name(row.collation_schema.as_deref(), row.collation_name.as_deref()),
        not_null: row.not_null,
        default: row.default_expression.map(Expression::new),
    }
}

fn composite(assembly: &mut Assembly<'_>, row: TypeRow) -> Composite {
    let names: Vec<Ident> = row.labels.unwrap_or_default().into_iter().map(Ident::new).collect();
    for (number, name) in row.attribute_numbers.unwrap_or_default().into_iter().zip(&names) {
        assembly.columns.insert((row.relation_oid, number), name.clone());
    }
    Composite {
        attributes: names.into_iter().zip(row.attribute_types.unwrap_or_default()).collect(),
    }
}
