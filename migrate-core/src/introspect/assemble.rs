//! Rows to a catalog, without a connection.

use rustc_hash::FxHashMap;
use sqlx::postgres::types::Oid;

use crate::catalog::{
    Catalog, Dependency, Extension, Ident, Object, ObjectKey, Options, QualifiedName,
};

use super::Scope;
use super::address::{Address, Addresses, class};
use super::rows::{
    Batches, CastRow, CollationRow, CommentRow, DependencyRow, ExtensionRow, IndexRow, OpclassRow,
    SchemaRow, SequenceRow, UnhandledRow,
};
use super::{dependent, relation, table_object, user_type};

/// What assembling has gathered so far.
pub(super) struct Assembly<'a> {
    pub(super) scope: &'a Scope,
    pub(super) catalog: Catalog,
    /// The objects so far, which become a map at once: that takes half the memory of one that grows.
    pub(super) objects: Vec<(ObjectKey, Object)>,
    dependencies: Vec<Dependency>,
    pub(super) addresses: Addresses,
    /// Names of tables by oid.
    pub(super) tables: FxHashMap<Oid, QualifiedName>,
    /// Names of columns, and of the attributes of composite types, by relation oid and number.
    pub(super) columns: FxHashMap<(Oid, i16), Ident>,
    /// Collations of columns by table oid and number.
    pub(super) column_collations: FxHashMap<(Oid, i16), Oid>,
    pub(super) opclasses: FxHashMap<Oid, OpclassRow>,
    pub(super) collations: FxHashMap<Oid, CollationRow>,
    /// Addresses that an extension brought, which are no objects of their own.
    extension_members: FxHashMap<Address, Oid>,
    /// Where what isn't handled is, as it is described.
    unhandled: FxHashMap<Address, String>,
}

/// The catalog that these rows describe, taken in the order in which they are read.
pub(super) fn catalog(batches: &mut Batches, scope: &Scope) -> Result<Catalog, sqlx::Error> {
    let schemas: Vec<SchemaRow> = batches.all()?;
    let dependencies: Vec<DependencyRow> = batches.all()?;
    let mut assembly = Assembly::new(scope, extension_members(&dependencies));
    assembly.add_schemas(schemas);
    assembly.add_extensions(batches.all()?);
    let casts: Vec<CastRow> = batches.all()?;
    assembly.catalog.casts = casts.into_iter().map(|cast| (cast.source, cast.target)).collect();
    user_type::add_types(&mut assembly, batches.all()?);
    relation::add_relations(&mut assembly, batches.all()?);
    let sequences: Vec<SequenceRow> = batches.all()?;
    relation::add_columns(&mut assembly, batches.rows(), &sequences)?;
    relation::add_sequences(&mut assembly, sequences);
    assembly.opclasses = by_oid(batches.all()?, |row: &OpclassRow| row.oid);
    assembly.collations = by_oid(batches.all()?, |row: &CollationRow| row.oid);
    let indexes = by_oid(batches.all()?, |row: &IndexRow| row.oid);
    table_object::add_constraints_and_indexes(&mut assembly, batches.rows(), indexes)?;
    dependent::add_functions(&mut assembly, batches.all()?);
    dependent::add_views(&mut assembly, batches.all()?);
    dependent::add_table_dependents(&mut assembly, batches.all()?);
    dependent::add_privileges(&mut assembly, batches.all()?);
    assembly.add_comments(batches.all()?);
    assembly.add_unhandled(batches.all()?);
    assembly.catalog.objects = std::mem::take(&mut assembly.objects).into_iter().collect();
    assembly.add_parts_of_unhandled(&dependencies);
    assembly.add_dependencies(&dependencies);
    assembly.catalog.dependencies = assembly.dependencies.into_iter().collect();
    Ok(assembly.catalog)
}

fn by_oid<T>(rows: Vec<T>, oid: fn(&T) -> Oid) -> FxHashMap<Oid, T> {
    rows.into_iter().map(|row| (oid(&row), row)).collect()
}

/// The `deptype` of what stands in the way where the other goes.
const NORMAL: i8 = b'n'.cast_signed();

/// The `deptype` of what goes with the other.
const AUTO: i8 = b'a'.cast_signed();

/// The `deptype` of what an extension brought.
const EXTENSION_MEMBER: i8 = b'e'.cast_signed();

fn extension_members(dependencies: &[DependencyRow]) -> FxHashMap<Address, Oid> {
    dependencies
        .iter()
        .filter(|row| row.kind == EXTENSION_MEMBER)
        .map(|row| (Address::of(row.class_oid, row.oid), row.target_oid))
        .collect()
}

impl<'a> Assembly<'a> {
    fn new(scope: &'a Scope, extension_members: FxHashMap<Address, Oid>) -> Self {
        Self {
            scope,
            catalog: Catalog::default(),
            objects: Vec::new(),
            dependencies: Vec::new(),
            addresses: Addresses::default(),
            tables: FxHashMap::default(),
            columns: FxHashMap::default(),
            column_collations: FxHashMap::default(),
            opclasses: FxHashMap::default(),
            collations: FxHashMap::default(),
            extension_members,
            unhandled: FxHashMap::default(),
        }
    }

    fn add_schemas(&mut self, rows: Vec<SchemaRow>) {
        for schema in rows {
            if schema.name != self.scope.target.as_str() {
                let key = ObjectKey::Schema { name: schema.name.into() };
                self.add(Address::of(class::NAMESPACE, schema.oid), key, Object::Schema);
            }
        }
    }

    /// Adds an object unless an extension brought it.
    pub(super) fn add(&mut self, address: Address, key: ObjectKey, object: Object) {
        self.addresses.insert(address, &key);
        self.objects.push((key, object));
    }

    /// Notes whom an object belongs to, where that isn't the role that reads.
    pub(super) fn note_owner(&mut self, key: &ObjectKey, other_owner: Option<String>) {
        if let Some(owner) = other_owner {
            self.catalog.owners.insert(key.clone(), Ident::new(owner));
        }
    }

    /// Notes what isn't handled.
    pub(super) fn note_unhandled(&mut self, address: Address, description: String) {
        self.catalog.unhandled.insert(description.clone());
        self.unhandled.insert(address, description);
    }

    /// Whether an extension brought what is at this address.
    pub(super) fn is_extension_member(&self, class: Oid, oid: Oid) -> bool {
        self.extension_members.contains_key(&Address::of(class, oid))
    }

    /// A name as seen from the target schema.
    pub(super) fn name(&self, schema: &str, name: &str) -> QualifiedName {
        let schema = (schema != self.scope.target.as_str()).then(|| Ident::new(schema));
        QualifiedName { schema, name: Ident::new(name) }
    }

    /// A name of something that `pg_catalog` may hold, such as a collation.
    pub(super) fn visible_name(
        &self,
        schema: Option<&str>,
        name: Option<&str>,
    ) -> Option<QualifiedName> {
        match (schema?, name?) {
            ("pg_catalog", name) => Some(QualifiedName::local(name)),
            (schema, name) => Some(self.name(schema, name)),
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
            if self.is_extension_member(row.class_oid, row.oid) {
                continue;
            }
            let Some((on, whole)) = self.commented(address) else { continue };
            let key = self.add_comment(on, row.text);
            let dependency = whole.map(|referenced| Dependency { dependent: key, referenced });
            self.dependencies.extend(dependency);
        }
    }

    /// What a comment is on, and the object that this is a part of where it is none itself.
    fn commented(&self, address: Address) -> Option<(ObjectKey, Option<ObjectKey>)> {
        let found = self.addresses.find(address)?;
        let is_whole = address.number == 0;
        match found {
            // Its text is its own.
            ObjectKey::Extension { .. } => None,
            // The sequence of an identity is no object of its own.
            ObjectKey::Column { .. } if is_whole => None,
            ObjectKey::Constraint { table, name } if address.class == class::CLASS => {
                let index = ObjectKey::Index { name: table.sibling(name.clone()) };
                Some((index, Some(found.clone())))
            }
            ObjectKey::Composite { name } if !is_whole => {
                let number = i16::try_from(address.number).ok()?;
                let attribute = self.columns.get(&(address.oid, number))?.clone();
                let on = ObjectKey::Column { table: name.clone(), name: attribute };
                Some((on, Some(found.clone())))
            }
            _ => self.addresses.exact(address).map(|on| (on.clone(), None)),
        }
    }

    fn add_comment(&mut self, on: ObjectKey, text: String) -> ObjectKey {
        let key = ObjectKey::Comment { on: Box::new(on) };
        self.objects.push((key.clone(), Object::Comment(text)));
        key
    }

    /// What only the whole database holds is no part of a few schemas of it.
    fn add_unhandled(&mut self, rows: Vec<UnhandledRow>) {
        let target = format!("{}.", self.scope.target);
        let is_read = |row: &UnhandledRow| row.schema.is_some() || self.scope.schemas.is_none();
        for row in rows.into_iter().filter(is_read) {
            if !self.is_extension_member(row.class_oid, row.oid) {
                let name = row.identity.strip_prefix(&target).unwrap_or(&row.identity);
                let description = format!("{} `{name}`", row.kind);
                self.note_unhandled(Address::of(row.class_oid, row.oid), description);
            }
        }
    }

    /// What goes with something that isn't handled, as its constraints and defaults do, is a part of it.
    fn add_parts_of_unhandled(&mut self, rows: &[DependencyRow]) {
        if self.unhandled.is_empty() {
            return;
        }
        let parts: Vec<(Address, String)> = rows
            .iter()
            .filter(|row| row.kind == AUTO)
            .filter_map(|row| {
                let whole = self.unhandled.get(&row.referenced().whole())?;
                Some((row.dependent().whole(), whole.clone()))
            })
            .collect();
        for (part, whole) in parts {
            self.unhandled.entry(part).or_insert(whole);
        }
    }

    fn add_dependencies(&mut self, rows: &[DependencyRow]) {
        for row in rows {
            let (dependent, referenced) = (row.dependent(), row.referenced());
            let Some(referenced) = self.addresses.find(referenced) else { continue };
            let Some(dependent) = self.addresses.find(dependent) else {
                if let (NORMAL, Some(holder)) = (row.kind, self.unhandled.get(&dependent.whole())) {
                    let holders = self.catalog.holders.entry(referenced.clone());
                    holders.or_default().insert(holder.clone());
                }
                continue;
            };
            let is_ownership = matches!(dependent, ObjectKey::Sequence { .. })
                && matches!(referenced, ObjectKey::Column { .. } | ObjectKey::Table { .. });
            if dependent != referenced
                && !is_ownership
                && self.catalog.objects.contains_key(dependent)
            {
                let dependency =
                    Dependency { dependent: dependent.clone(), referenced: referenced.clone() };
                self.dependencies.push(dependency);
            }
        }
    }
}

/// `name=value` texts as options.
pub(super) fn options(texts: Option<Vec<String>>) -> Options {
    texts
        .unwrap_or_default()
        .into_iter()
        .map(|text| match text.split_once('=') {
            Some((name, value)) => (name.to_owned(), value.to_owned()),
            None => (text, String::new()),
        })
        .collect()
}
