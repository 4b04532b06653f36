//! Types of columns, and the enums, domains and composites that they bring.

use crate::catalog::{
    Composite, Domain, DomainConstraint, EnumType, Expression, Ident, Object, ObjectKey,
    QualifiedName,
};
use crate::model::{CompositeMeta, DefaultMeta, DomainMeta, EnumMeta, SqlType, TableName};

use super::{Builder, DeclaredRename};

/// The text of a type, and the object that it needs.
pub(super) struct NamedType {
    pub(super) text: String,
    pub(super) needs: Option<ObjectKey>,
}

/// Adds what the type needs and names it.
pub(super) fn add(builder: &mut Builder<'_>, sql_type: &SqlType) -> NamedType {
    match sql_type {
        SqlType::Builtin(name) => NamedType { text: builtin(builder, name), needs: None },
        SqlType::Written(name) => NamedType { text: (*name).to_owned(), needs: None },
        SqlType::Extension { extension, name } => {
            let key = builder.add_extension(extension, None);
            NamedType { text: (*name).to_owned(), needs: Some(key) }
        }
        SqlType::Array(element) => {
            let element = add(builder, element);
            NamedType { text: format!("{}[]", element.text), ..element }
        }
        SqlType::Enum(meta) => add_enum(builder, meta),
        SqlType::Domain(meta) => add_domain(builder, meta),
        SqlType::Composite(meta) => add_composite(builder, meta),
    }
}

/// A builtin type whose name a user's type may shadow is named with its schema. The names that
/// the grammar itself knows can't be shadowed.
fn builtin(builder: &Builder<'_>, name: &str) -> String {
    let local = QualifiedName::local(name);
    let shadowed = [
        ObjectKey::Enum { name: local.clone() },
        ObjectKey::Domain { name: local.clone() },
        ObjectKey::Composite { name: local },
    ];
    if shadowed.iter().any(|key| builder.objects.catalog.objects.contains_key(key)) {
        return format!("pg_catalog.{name}");
    }
    name.to_owned()
}

fn renamed(
    builder: &mut Builder<'_>,
    from: Option<&'static str>,
    name: TableName,
    desired: &QualifiedName,
) {
    if let Some(from) = from {
        let current = builder.name(TableName { schema: name.schema, name: from });
        builder.rename(DeclaredRename::Type { current, desired: desired.clone() });
    }
}

fn add_enum(builder: &mut Builder<'_>, meta: &'static EnumMeta) -> NamedType {
    let name = builder.name(meta.name);
    let key = ObjectKey::Enum { name: name.clone() };
    renamed(builder, meta.renamed_from, meta.name, &name);
    for label in meta.labels {
        if let Some(current) = label.renamed_from {
            let (current, desired) = (current.to_owned(), label.name.to_owned());
            builder.rename(DeclaredRename::EnumValue { name: name.clone(), current, desired });
        }
    }
    let removed = meta.removed.iter().map(|(from, to)| ((*from).to_owned(), (*to).to_owned()));
    builder.objects.enum_mappings.insert(name.clone(), removed.collect());
    let labels = meta.labels.iter().map(|label| label.name.to_owned()).collect();
    builder.add(key.clone(), Object::Enum(EnumType { labels }));
    builder.comment(&key, meta.comment);
    NamedType { text: name.to_string(), needs: Some(key) }
}

fn add_domain(builder: &mut Builder<'_>, meta: &'static DomainMeta) -> NamedType {
    let name = builder.name(meta.name);
    let key = ObjectKey::Domain { name: name.clone() };
    renamed(builder, meta.renamed_from, meta.name, &name);
    let base = add(builder, meta.base);
    if let Some(needed) = base.needs {
        builder.depend(&key, needed);
    }
    let domain = Domain {
        base: base.text,
        collation: meta.collation.map(QualifiedName::local),
        not_null: meta.not_null,
        default: match meta.default {
            DefaultMeta::Sql(sql) => Some(Expression::new(sql)),
            DefaultMeta::Value(literal) => Some(Expression::new(literal())),
            DefaultMeta::None | DefaultMeta::Serial => None,
        },
    };
    builder.add(key.clone(), Object::Domain(domain));
    builder.comment(&key, meta.comment);
    for (index, (given, expression)) in meta.checks.iter().enumerate() {
        let name = domain_constraint_name(&name, given, index);
        let key = ObjectKey::DomainConstraint { domain: builder.name(meta.name), name };
        let expression = Expression::new(*expression);
        builder
            .add(key, Object::DomainConstraint(DomainConstraint { expression, validated: true }));
    }
    NamedType { text: name.to_string(), needs: Some(key) }
}

fn domain_constraint_name(domain: &QualifiedName, given: &str, index: usize) -> Ident {
    match (given, index) {
        ("", 0) => Ident::new(format!("{}_check", domain.name.as_str())),
        ("", index) => Ident::new(format!("{}_check{index}", domain.name.as_str())),
        (given, _) => Ident::new(given),
    }
}

fn add_composite(builder: &mut Builder<'_>, meta: &'static CompositeMeta) -> NamedType {
    let name = builder.name(meta.name);
    let key = ObjectKey::Composite { name: name.clone() };
    renamed(builder, meta.renamed_from, meta.name, &name);
    let mut attributes = Vec::new();
    for attribute in meta.attributes {
        let named = add(builder, &attribute.sql_type);
        if let Some(needed) = named.needs {
            builder.depend(&key, needed);
        }
        attributes.push((Ident::new(attribute.name), named.text));
        if let Some(current) = attribute.renamed_from {
            let (current, desired) = (current.into(), attribute.name.into());
            builder.rename(DeclaredRename::Attribute { composite: name.clone(), current, desired });
        }
        let on = ObjectKey::Column { table: name.clone(), name: attribute.name.into() };
        if let Some(comment) = builder.comment(&on, attribute.comment) {
            builder.depend(&comment, key.clone());
        }
    }
    builder.add(key.clone(), Object::Composite(Composite { attributes }));
    builder.comment(&key, meta.comment);
    NamedType { text: name.to_string(), needs: Some(key) }
}
