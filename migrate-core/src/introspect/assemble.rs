//! Rows to a catalog, without a connection.

use std::collections::{BTreeMap, HashMap};

use crate::catalog::{Catalog, Dependency, Extension, Ident, Object, ObjectKey, QualifiedName};

use super::Scope;
use super::address::{Address, Addresses, class};
use super::rows::{CollationRow, CommentRow, DependencyRow, ExtensionRow, OpclassRow, Rows};
use super::{dependent, relation, table_object, user_type};

/// What assembling has gathered so far.
pub(super) struct Assembly<'a> {
    pub(super) scope: &'a Scope,
    pub(super) catalog: Catalog,
    pub(super) addresses: Addresses,
    /// Names of tables by oid.
    pub(super) tables: HashMap<i64, QualifiedName>,
    /// Names of columns by table oid and number.
    pub(super) columns: HashMap<(i64, i16), Ident>,
    /// Collations of columns by table oid and number.
    pub(super) column_collations: HashMap<(i64, i16), i64>,
    pub(super) opclasses: HashMap<i64, OpclassRow>,
    pub(super) collations: HashMap<i64, CollationRow>,
    /// Addresses that an extension brought, which are no objects of their own.
    extension_members: HashMap<Address, i64>,
}

/// The catalog that these rows describe.
pub(super) fn catalog(rows: Rows, scope: &Scope) -> Catalog {
    let mut assembly = Assembly {
        scope,
        catalog: Catalog::default(),
        addresses: Addresses::default(),
        tables: HashMap::new(),
        columns: HashMap::new(),
        column_collations: HashMap::new(),
        opclasses: rows.opclasses.into_iter().map(|row| (row.oid, row)).collect(),
        collations: rows.collations.into_iter().map(|row| (row.oid, row)).collect(),
        extension_members: extension_members(&rows.dependencies),
    };
    for schema in rows.schemas {
        if schema.name != scope.target.as_str() {
            let key = ObjectKey::Schema { name: schema.name.into() };
            assembly.add(Address::of(class::NAMESPACE, schema.oid), key, Object::Schema);
        }
    }
    assembly.add_extensions(rows.extensions);
    user_type::add_types(&mut assembly, rows.types);
    relation::add_relations(&mut assembly, rows.relations);
    relation::add_columns(&mut assembly, rows.columns, &rows.sequences);
    relation::add_sequences(&mut assembly, rows.sequences);
    table_object::add_constraints_and_indexes(&mut assembly, rows.constraints, rows.indexes);
    dependent::add_functions(&mut assembly, rows.functions);
    dependent::add_views(&mut assembly, rows.views);
    dependent::add_table_dependents(&mut assembly, rows.table_dependents);
    assembly.add_comments(rows.comments);
    assembly.add_dependencies(&rows.dependencies);
    assembly.catalog
}

fn extension_members(dependencies: &[DependencyRow]) -> HashMap<Address, i64> {
    dependencies
        .iter()
        .filter(|row| row.kind == "e")
        .map(|row| (Address::of(row.class_oid, row.oid), row.target_oid))
        .collect()
}

impl Assembly<'_> {
    /// Adds an object unless an extension brought it.
    pub(super) fn add(&mut self, address: Address, key: ObjectKey, object: Object) {
        self.addresses.insert(address, &key);
        self.catalog.objects.insert(key, object);
    }

    /// Whether an extension brought what is at this address.
    pub(super) fn is_extension_member(&self, class: i64, oid: i64) -> bool {
        self.extension_members.contains_key(&Address::of(class, oid))
    }

    /// A name as seen from the target schema.
    pub(super) fn name(&self, schema: &str, name: String) -> QualifiedName {
        let schema = (schema != self.scope.target.as_str()).then(|| Ident::new(schema));
        QualifiedName { schema, name: name.into() }
    }

    /// A name of something that `pg_catalog` may hold, such as a collation.
    pub(super) fn visible_name(
        &self,
        schema: Option<String>,
        name: Option<String>,
    ) -> Option<QualifiedName> {
        match (schema, name) {
            (Some(schema), Some(name)) if schema == "pg_catalog" => {
                Some(QualifiedName::local(name))
            }
            (Some(schema), Some(name)) => Some(self.name(&schema, name)),
            _ => None,
        }
    }

    fn add_extensions(&mut self, rows: Vec<ExtensionRow>) {
        for row in rows {
            let key = ObjectKey::Extension { name: row.name.into() };
            let elsewhere = row.relocatable && row.schema != self.scope.target.as_str();
            let schema = elsewhere.then(|| Ident::new(row.schema));
            let address = Address::of(class::EXTENSION, row.oid);
            self.add(address, key.clone(), Object::Extension(Extension { schema }));
            for (member, extension) in &self.extension_members {
                if *extension == row.oid {
                    self.addresses.insert(*member, &key);
                }
            }
        }
    }

    fn add_comments(&mut self, rows: Vec<CommentRow>) {
        for row in rows {
            let address = Address { class: row.class_oid, oid: row.oid, number: row.number };
            let member = self.is_extension_member(row.class_oid, row.oid);
            let Some(on) = self.addresses.exact(address).filter(|_| !member) else { continue };
            let on = on.clone();
            match &on {
                // Its text is its own.
                ObjectKey::Extension { .. } => {}
                ObjectKey::Constraint { table, name } if row.class_oid == class::CLASS => {
                    let index = ObjectKey::Index { name: table.sibling(name.clone()) };
                    let key = self.add_comment(index, row.text);
                    let dependency = Dependency { dependent: key, referenced: on };
                    self.catalog.dependencies.insert(dependency);
                }
                _ => {
                    self.add_comment(on, row.text);
                }
            }
        }
    }

    fn add_comment(&mut self, on: ObjectKey, text: String) -> ObjectKey {
        let key = ObjectKey::Comment { on: Box::new(on) };
        self.catalog.objects.insert(key.clone(), Object::Comment(text));
        key
    }

    fn add_dependencies(&mut self, rows: &[DependencyRow]) {
        for row in rows {
            let dependent = Address { class: row.class_oid, oid: row.oid, number: row.number };
            let referenced = Address {
                class: row.target_class_oid,
                oid: row.target_oid,
                number: row.target_number,
            };
            let pair = (self.addresses.find(dependent), self.addresses.find(referenced));
            let (Some(dependent), Some(referenced)) = pair else { continue };
            let is_ownership = matches!(dependent, ObjectKey::Sequence { .. })
                && matches!(referenced, ObjectKey::Column { .. } | ObjectKey::Table { .. });
            if dependent != referenced
                && !is_ownership
                && self.catalog.objects.contains_key(dependent)
            {
                let dependency =
                    Dependency { dependent: dependent.clone(), referenced: referenced.clone() };
                self.catalog.dependencies.insert(dependency);
            }
        }
    }
}

/// `name=value` texts as a map.
pub(super) fn options(texts: Option<Vec<String>>) -> BTreeMap<String, String> {
    texts
        .unwrap_or_default()
        .into_iter()
        .map(|text| match text.split_once('=') {
            Some((name, value)) => (name.to_owned(), value.to_owned()),
            None => (text, String::new()),
        })
        .collect()
}
