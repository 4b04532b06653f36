//! The nouns: what a database holds, as plain values without any connection.
//!
//! A catalog is flat, so that every stage after it handles a column, a default or a comment the
//! same way as a table: by its ordered key.

mod column;
mod constraint;
mod dependent;
mod expression;
mod ident;
mod index;
mod key;
mod names;
mod object;
mod options;
mod sequence;
mod table;
mod types;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

pub use column::{Column, Generated, Identity, IdentityMode};
pub use constraint::{Constraint, ConstraintKind, Deferrable, ForeignKeyAction, IndexStorage};
pub use dependent::Dependent;
pub use expression::Expression;
pub use ident::{Ident, MAX_IDENT_BYTES, QualifiedName, shortened};
pub use index::{Index, IndexElement, IndexTerm};
pub use key::{FunctionSignature, ObjectKey};
pub use names::{Namespace, OccupiedName};
pub(crate) use names::{domain_object_name, identity_sequence, object_name};
pub use object::Object;
pub use options::Options;
pub use sequence::{Sequence, SequenceOptions, SequenceType};
pub use table::{ReplicaIdentity, Table};
pub use types::{Composite, Domain, DomainConstraint, EnumType, Extension};

/// All objects of a database, or of the part of it that is compared.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Catalog {
    /// The objects by key.
    #[serde(with = "object::entries")]
    pub objects: BTreeMap<ObjectKey, Object>,
    /// What depends on what, as `pg_depend` has it.
    pub dependencies: BTreeSet<Dependency>,
    /// Each table's columns in order. Order is never a difference; it serves new tables.
    #[serde(with = "object::entries")]
    pub column_order: BTreeMap<QualifiedName, Vec<Ident>>,
    /// How columns of each type are stored by themselves, where that isn't `extended`.
    pub type_storage: BTreeMap<String, String>,
    /// Whom types, tables and sequences belong to, where that isn't the role that read them. An owner is
    /// never a difference; it serves types that are replaced, and sequences that tables come to own.
    #[serde(with = "object::entries")]
    pub owners: BTreeMap<ObjectKey, Ident>,
    /// Between which types the database casts, as `format_type` prints them without modifiers. They are
    /// never a difference; they serve changes of type.
    pub casts: BTreeSet<(String, String)>,
    /// Objects of kinds that are not handled, described for reports. They are never dropped.
    pub unhandled: BTreeSet<String>,
    /// What of `unhandled` depends on an object, which can neither go nor be made anew until that does.
    /// Holders are never a difference.
    #[serde(with = "object::entries")]
    pub holders: BTreeMap<ObjectKey, BTreeSet<String>>,
}

/// One object needs another.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Dependency {
    /// What can't be without `referenced`.
    pub dependent: ObjectKey,
    /// What is needed.
    pub referenced: ObjectKey,
}

impl Catalog {
    /// The tables in name order.
    pub fn tables(&self) -> impl Iterator<Item = &QualifiedName> {
        self.objects.keys().filter_map(|key| match key {
            ObjectKey::Table { name } => Some(name),
            _ => None,
        })
    }

    /// The columns of a table in name order.
    pub fn columns<'a>(
        &'a self,
        table: &QualifiedName,
    ) -> impl Iterator<Item = (&'a Ident, &'a Column)> {
        let start = ObjectKey::Column { table: table.clone(), name: Ident::first() };
        self.objects.range(start..).map_while({
            let table = table.clone();
            move |(key, object)| match (key, object) {
                (ObjectKey::Column { table: owner, name }, Object::Column(column))
                    if *owner == table =>
                {
                    Some((name, column))
                }
                _ => None,
            }
        })
    }

    /// The constraints of a table in name order.
    pub fn constraints<'a>(
        &'a self,
        table: &QualifiedName,
    ) -> impl Iterator<Item = (&'a Ident, &'a Constraint)> {
        let start = ObjectKey::Constraint { table: table.clone(), name: Ident::first() };
        self.objects.range(start..).map_while({
            let table = table.clone();
            move |(key, object)| match (key, object) {
                (ObjectKey::Constraint { table: owner, name }, Object::Constraint(constraint))
                    if *owner == table =>
                {
                    Some((name, constraint))
                }
                _ => None,
            }
        })
    }

    /// What an object needs.
    pub(crate) fn dependencies_on<'a>(
        &'a self,
        dependent: &'a ObjectKey,
    ) -> impl Iterator<Item = &'a Dependency> {
        let referenced = ObjectKey::Schema { name: Ident::first() };
        let start = Dependency { dependent: dependent.clone(), referenced };
        self.dependencies.range(start..).take_while(move |one| one.dependent == *dependent)
    }

    /// The dependencies of the objects that are wanted, by object.
    pub(crate) fn dependencies_of(
        &self,
        is_wanted: impl Fn(&ObjectKey) -> bool,
    ) -> impl Iterator<Item = &Dependency> {
        let mut last: Option<(&ObjectKey, bool)> = None;
        self.dependencies.iter().filter(move |one| match last {
            Some((same, is_wanted)) if *same == one.dependent => is_wanted,
            _ => {
                let is_wanted = is_wanted(&one.dependent);
                last = Some((&one.dependent, is_wanted));
                is_wanted
            }
        })
    }

    /// The domain of this name, as SQL writes it.
    pub(crate) fn domain(&self, name: &str) -> Option<&Domain> {
        let name = QualifiedName::written(name)?;
        match self.objects.get(&ObjectKey::Domain { name })? {
            Object::Domain(domain) => Some(domain),
            _ => None,
        }
    }

    /// The enum of this name, as SQL writes it.
    pub(crate) fn enum_type(&self, name: &str) -> Option<&EnumType> {
        let name = QualifiedName::written(name)?;
        match self.objects.get(&ObjectKey::Enum { name })? {
            Object::Enum(one) => Some(one),
            _ => None,
        }
    }

    /// The composite type of this name, as SQL writes it.
    pub(crate) fn composite(&self, name: &str) -> Option<&Composite> {
        let name = QualifiedName::written(name)?;
        match self.objects.get(&ObjectKey::Composite { name })? {
            Object::Composite(one) => Some(one),
            _ => None,
        }
    }

    /// What a domain is built on in the end; any other type itself.
    pub(crate) fn base_type<'a>(&'a self, sql_type: &'a str) -> &'a str {
        self.domain(sql_type).map_or(sql_type, |domain| self.base_type(&domain.base))
    }

    /// A column, where there is one.
    pub fn column(&self, table: &QualifiedName, name: &Ident) -> Option<&Column> {
        let key = ObjectKey::Column { table: table.clone(), name: name.clone() };
        match self.objects.get(&key)? {
            Object::Column(column) => Some(column),
            _ => None,
        }
    }

    /// The default of a column, where there is one.
    pub fn default_of(&self, table: &QualifiedName, column: &Ident) -> Option<&Expression> {
        let key = ObjectKey::Default { table: table.clone(), column: column.clone() };
        match self.objects.get(&key)? {
            Object::Default(expression) => Some(expression),
            _ => None,
        }
    }

    /// What a column holds in rows that say nothing of it: its default, or that of its domain.
    pub(crate) fn given_by_default(
        &self,
        table: &QualifiedName,
        column: &Ident,
    ) -> Option<&Expression> {
        let of_domain = || {
            let sql_type = &self.column(table, column)?.sql_type;
            self.domain(sql_type)?.default.as_ref()
        };
        self.default_of(table, column).or_else(of_domain)
    }

    /// Whether a type is a domain with a check, itself or by its base.
    pub(crate) fn is_checked_domain(&self, sql_type: &str) -> bool {
        let Some((written, domain)) = QualifiedName::written(sql_type).zip(self.domain(sql_type))
        else {
            return false;
        };
        let first = ObjectKey::DomainConstraint { domain: written.clone(), name: Ident::first() };
        let next = self.objects.range(first..).next();
        let is_check = |(key, _): (&ObjectKey, _)| match key {
            ObjectKey::DomainConstraint { domain, .. } => *domain == written,
            _ => false,
        };
        next.is_some_and(is_check) || self.is_checked_domain(&domain.base)
    }

    /// Whether a type is a domain that takes no null, itself or by its base.
    pub(crate) fn refuses_null(&self, sql_type: &str) -> bool {
        let domain = self.domain(sql_type);
        domain.is_some_and(|domain| domain.not_null || self.refuses_null(&domain.base))
    }

    /// The same without views, functions, triggers, policies and rules.
    #[must_use]
    pub fn without_dependents(mut self) -> Self {
        let dependents =
            self.objects.extract_if(.., |_, object| matches!(object, Object::Dependent(_)));
        let dependents: BTreeSet<ObjectKey> = dependents.map(|(key, _)| key).collect();
        if dependents.is_empty() {
            return self;
        }
        let is_one = |key: &ObjectKey| dependents.contains(key);
        self.objects.retain(|key, _| !matches!(key, ObjectKey::Comment { on } if is_one(on)));
        self.dependencies.retain(|one| !is_one(&one.dependent) && !is_one(&one.referenced));
        self
    }

    /// Whether the catalog holds nothing.
    pub fn is_empty(&self) -> bool {
        self.objects.is_empty()
    }
}
