//! Models as the objects that introspection would give, before PostgreSQL has seen them.

mod item;
mod names;
mod sql_type;
mod table;

use std::collections::BTreeMap;

use thiserror::Error;

use crate::catalog::{Catalog, Dependency, Ident, Object, ObjectKey, QualifiedName};

use super::{Part, Registry, TableName};
use names::Names;

/// What the models ask for.
#[derive(Debug, Default)]
pub struct ModelObjects {
    /// The objects, with expressions as their authors wrote them.
    pub catalog: Catalog,
    /// Renames that models declare.
    pub renames: Vec<DeclaredRename>,
    /// For each enum, what rows get that hold a removed label.
    pub enum_mappings: BTreeMap<QualifiedName, Vec<(String, String)>>,
}

/// `renamed_from`, as a model has it. It is stale once the revision with the rename exists.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum DeclaredRename {
    /// An enum, composite type or domain.
    Type { current: QualifiedName, desired: QualifiedName },
    /// A label of an enum.
    EnumValue { name: QualifiedName, current: String, desired: String },
    /// A table.
    Table { current: QualifiedName, desired: QualifiedName },
    /// A column, in the table's desired name.
    Column { table: QualifiedName, current: Ident, desired: Ident },
    /// An attribute, in the composite type's desired name.
    Attribute { composite: QualifiedName, current: Ident, desired: Ident },
    /// An index.
    Index { current: QualifiedName, desired: QualifiedName },
}

impl std::fmt::Display for DeclaredRename {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Type { current, desired }
            | Self::Table { current, desired }
            | Self::Index { current, desired } => {
                write!(f, "of `{}` to `{}`", current.plain(), desired.plain())
            }
            Self::EnumValue { name, current, desired } => {
                write!(f, "of label `{current}` of `{}` to `{desired}`", name.plain())
            }
            Self::Column { table: owner, current, desired }
            | Self::Attribute { composite: owner, current, desired } => {
                write!(f, "of `{}` to `{}`", owner.plain_part(current), desired.as_str())
            }
        }
    }
}

/// Two models that can't both be.
#[derive(Debug, Error)]
pub enum ObjectsError {
    /// Two Rust types claim one name in PostgreSQL with different definitions.
    #[error(
        "{key} is defined twice, differently; give one of the Rust types another name with `#[db(name = \"…\")]`"
    )]
    Conflict {
        /// The object.
        key: ObjectKey,
    },
    /// A flattened struct or attribute repeats a column.
    #[error(
        "table `{table}` has two columns named `{column}`; rename one with `#[db(column = \"…\")]`"
    )]
    DuplicateColumn {
        /// The table.
        table: String,
        /// The column.
        column: String,
    },
    /// A default that was meant to be another moment for each row.
    #[error(
        "the default of `{place}` is the text {default}, which PostgreSQL reads once, when the column is made; write `default = sql(\"now()\")` for the moment of each insert"
    )]
    FixedMoment {
        /// The column.
        place: String,
        /// The default.
        default: String,
    },
    /// What tenants share builds on what each of them has.
    #[error(
        "{common} is shared by all tenants and refers to {tenant}, which each has for itself; put both into the common schema, or neither"
    )]
    CommonOnTenant {
        /// What is shared.
        common: ObjectKey,
        /// What isn't.
        tenant: ObjectKey,
    },
    /// A key or index names a column that the table lacks.
    #[error("table `{table}` has no column `{column}`, which {item} names")]
    UnknownColumn {
        /// The table.
        table: String,
        /// The column.
        column: String,
        /// The key or index.
        item: String,
    },
}

/// Turns every model into objects; names without a schema, or in the target schema, are local.
pub fn objects(registry: &Registry, target: &Ident) -> Result<ModelObjects, ObjectsError> {
    let mut builder = Builder {
        target,
        part: registry.meant(),
        objects: ModelObjects::default(),
        names: Names::default(),
        error: None,
    };
    for extension in registry.extensions() {
        builder.add_extension(extension.name, extension.schema);
    }
    for model in registry.models() {
        table::add(&mut builder, model)?;
    }
    match builder.error.take() {
        Some(error) => Err(error),
        None => part_of(builder.objects, registry.meant()),
    }
}

/// What belongs to a part. What is shared can't build on what a tenant has.
fn part_of(mut objects: ModelObjects, part: &Part) -> Result<ModelObjects, ObjectsError> {
    let of_tenant = objects.catalog.dependencies.iter().find(|dependency| {
        part.has(&dependency.dependent) && Part::is_of_tenant(&dependency.referenced)
    });
    if let Some(Dependency { dependent, referenced }) = of_tenant {
        let (common, tenant) = (dependent.clone(), referenced.clone());
        return Err(ObjectsError::CommonOnTenant { common, tenant });
    }
    objects.catalog.objects.retain(|key, _| part.has(key));
    objects.catalog.dependencies.retain(|dependency| part.has(&dependency.dependent));
    objects.renames.retain(|rename| match rename {
        DeclaredRename::Type { desired: name, .. }
        | DeclaredRename::EnumValue { name, .. }
        | DeclaredRename::Table { desired: name, .. }
        | DeclaredRename::Column { table: name, .. }
        | DeclaredRename::Attribute { composite: name, .. }
        | DeclaredRename::Index { desired: name, .. } => {
            part.has(&ObjectKey::Table { name: name.clone() })
        }
    });
    objects.enum_mappings.retain(|name, _| part.has(&ObjectKey::Enum { name: name.clone() }));
    Ok(objects)
}

struct Builder<'a> {
    target: &'a Ident,
    part: &'a Part,
    objects: ModelObjects,
    names: Names,
    error: Option<ObjectsError>,
}

impl Builder<'_> {
    /// A name as seen from the target schema; a schema of its own becomes an object.
    fn name(&mut self, name: TableName) -> QualifiedName {
        let schema = match name.schema.map(Ident::new) {
            Some(schema) => Some(schema).filter(|schema| schema != self.target),
            None => self.part.schema_of_local_names(),
        };
        if let Some(schema) = &schema {
            let key = ObjectKey::Schema { name: schema.clone() };
            self.objects.catalog.objects.insert(key, Object::Schema);
        }
        QualifiedName { schema, name: name.name.into() }
    }

    fn add_extension(&mut self, name: &str, schema: Option<&str>) -> ObjectKey {
        let key = ObjectKey::Extension { name: name.into() };
        let schema = schema.map(Ident::new).filter(|schema| schema != self.target);
        if let Some(schema) = &schema {
            let key = ObjectKey::Schema { name: schema.clone() };
            self.objects.catalog.objects.insert(key, Object::Schema);
        }
        let object = Object::Extension(crate::catalog::Extension { schema });
        self.objects.catalog.objects.entry(key.clone()).or_insert(object);
        key
    }

    /// Adds an object; one that is there already has to be the same.
    fn add(&mut self, key: ObjectKey, object: Object) {
        match self.objects.catalog.objects.get(&key) {
            Some(present) if *present != object => {
                self.error.get_or_insert(ObjectsError::Conflict { key });
            }
            _ => {
                self.objects.catalog.objects.insert(key, object);
            }
        }
    }

    fn depend(&mut self, dependent: &ObjectKey, referenced: ObjectKey) {
        let dependency = Dependency { dependent: dependent.clone(), referenced };
        self.objects.catalog.dependencies.insert(dependency);
    }

    fn comment(&mut self, on: &ObjectKey, text: Option<&str>) -> Option<ObjectKey> {
        let text = text?.to_owned();
        let key = ObjectKey::Comment { on: Box::new(on.clone()) };
        self.add(key.clone(), Object::Comment(text));
        Some(key)
    }

    fn rename(&mut self, rename: DeclaredRename) {
        if !self.objects.renames.contains(&rename) {
            self.objects.renames.push(rename);
        }
    }
}
