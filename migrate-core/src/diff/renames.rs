//! The renames that apply, in an order that works: a name that another gives up is free after it.

use std::collections::BTreeSet;

use rustc_hash::FxHashMap;

use crate::catalog::{Catalog, Ident, Object, ObjectKey, QualifiedName};
use crate::model::objects::DeclaredRename;
use crate::plan::Action;

use super::{AnswerError, Answers, ColumnRename, Rename};

/// The renames of one plan.
#[derive(Debug, Default)]
pub struct Renames {
    /// The actions, in an order that works.
    pub actions: Vec<Action>,
    /// Declared renames whose current name is gone already.
    pub stale: Vec<DeclaredRename>,
}

/// The renames that apply: their current name exists, their desired one doesn't yet.
///
/// # Errors
/// Where an answer speaks of nothing, or a rename can't be made since its desired name is taken.
pub fn renames(
    declared: &[DeclaredRename],
    answers: &Answers,
    current: &Catalog,
    desired: &Catalog,
) -> Result<Renames, AnswerError> {
    let answers = answers.meant(declared, current);
    answers.require_known(declared, current, desired)?;
    let answered = answers.renames.iter().map(|one| declared_form(one, declared, current));
    let wanted: BTreeSet<DeclaredRename> = declared.iter().cloned().chain(answered).collect();
    let mut open: Vec<&DeclaredRename> = wanted.iter().collect();
    let mut actions = Vec::new();
    let mut names = Names { current, after: FxHashMap::default(), owners: FxHashMap::default() };
    // What columns and labels belong to has its own new name before they get theirs.
    for of_owners in [true, false] {
        while let Some(next) =
            open.iter().position(|one| is_of_owner(one) == of_owners && names.allow(one))
        {
            let rename = open.remove(next);
            names.make(rename);
            for step in steps(rename, current) {
                // Several tables may move to one new schema.
                if !actions.contains(&step) {
                    actions.push(step);
                }
            }
        }
    }
    for rename in &open {
        names.require_stale(rename, &open, desired)?;
    }
    Ok(Renames { actions, stale: open.into_iter().cloned().collect() })
}

fn declared_form(
    rename: &Rename,
    declared: &[DeclaredRename],
    current: &Catalog,
) -> DeclaredRename {
    match rename {
        Rename::Column(ColumnRename { table: composite, current: name, desired })
            if attributes(current, before(composite, declared)).is_some() =>
        {
            let (composite, current) = (composite.clone(), name.clone());
            DeclaredRename::Attribute { composite, current, desired: desired.clone() }
        }
        Rename::Table { current, desired } => {
            DeclaredRename::Table { current: current.clone(), desired: desired.clone() }
        }
        Rename::Column(ColumnRename { table, current, desired }) => DeclaredRename::Column {
            table: table.clone(),
            current: current.clone(),
            desired: desired.clone(),
        },
    }
}

fn is_of_owner(rename: &DeclaredRename) -> bool {
    matches!(rename, DeclaredRename::Table { .. } | DeclaredRename::Type { .. })
}

/// The statements of a rename. A table moves under its current name, or where that is taken under the
/// one that it gets; the schema that it moves to is made where it is missing.
fn steps(rename: &DeclaredRename, current: &Catalog) -> Vec<Action> {
    let DeclaredRename::Table { current: from, desired } = rename else {
        return vec![action(rename)];
    };
    if from.schema == desired.schema {
        return vec![action(rename)];
    }
    let has = |key: &ObjectKey| current.objects.contains_key(key);
    let schema = desired.schema.clone();
    let missing = schema.clone().filter(|name| !has(&ObjectKey::Schema { name: name.clone() }));
    let mut steps: Vec<Action> =
        missing.into_iter().map(|name| Action::CreateSchema { name }).collect();
    let moved = QualifiedName { schema: schema.clone(), name: from.name.clone() };
    let to = desired.name.clone();
    if from.name != desired.name && has(&ObjectKey::Table { name: moved.clone() }) {
        let renamed = from.sibling(to.clone());
        steps.push(Action::RenameTable { name: from.clone(), desired: to });
        steps.push(Action::MoveTable { name: renamed, schema });
        return steps;
    }
    steps.push(Action::MoveTable { name: from.clone(), schema });
    if moved != *desired {
        steps.push(Action::RenameTable { name: moved, desired: to });
    }
    steps
}

fn action(rename: &DeclaredRename) -> Action {
    match rename {
        DeclaredRename::Table { current, desired } => {
            Action::RenameTable { name: current.clone(), desired: desired.name.clone() }
        }
        DeclaredRename::Column { table, current, desired } => Action::RenameColumn {
            table: table.clone(),
            name: current.clone(),
            desired: desired.clone(),
        },
        DeclaredRename::Attribute { composite, current, desired } => Action::RenameAttribute {
            composite: composite.clone(),
            name: current.clone(),
            desired: desired.clone(),
        },
        DeclaredRename::Type { current, desired } => {
            Action::RenameType { name: current.clone(), desired: desired.name.clone() }
        }
        DeclaredRename::EnumValue { name, current, desired } => Action::RenameEnumValue {
            name: name.clone(),
            current: current.clone(),
            desired: desired.clone(),
        },
        DeclaredRename::Index { current, desired } => {
            Action::RenameIndex { name: current.clone(), desired: desired.name.clone() }
        }
    }
}

/// A name, and among which names it is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Name<'a> {
    Table(&'a QualifiedName),
    Column(&'a QualifiedName, &'a str),
    Type(&'a QualifiedName),
    Attribute(&'a QualifiedName, &'a str),
    Label(&'a QualifiedName, &'a str),
    Index(&'a QualifiedName),
}

/// The attributes of a composite type, where there is one of the name.
pub(super) fn attributes<'a>(
    catalog: &'a Catalog,
    name: &QualifiedName,
) -> Option<impl Iterator<Item = &'a Ident>> {
    match catalog.objects.get(&ObjectKey::Composite { name: name.clone() })? {
        Object::Composite(one) => Some(one.attributes.iter().map(|(name, _)| name)),
        _ => None,
    }
}

/// The name that a type has before the renames which models declare.
pub(super) fn before<'a>(
    desired: &'a QualifiedName,
    declared: &'a [DeclaredRename],
) -> &'a QualifiedName {
    let former = declared.iter().find_map(|rename| match rename {
        DeclaredRename::Type { current, desired: name } if name == desired => Some(current),
        _ => None,
    });
    former.unwrap_or(desired)
}

/// The current and the desired name.
fn ends(rename: &DeclaredRename) -> (Name<'_>, Name<'_>) {
    match rename {
        DeclaredRename::Table { current, desired } => (Name::Table(current), Name::Table(desired)),
        DeclaredRename::Column { table, current, desired } => {
            (Name::Column(table, current.as_str()), Name::Column(table, desired.as_str()))
        }
        DeclaredRename::Attribute { composite, current, desired } => {
            let [from, to] =
                [current, desired].map(|name| Name::Attribute(composite, name.as_str()));
            (from, to)
        }
        DeclaredRename::Type { current, desired } => (Name::Type(current), Name::Type(desired)),
        DeclaredRename::EnumValue { name, current, desired } => {
            (Name::Label(name, current), Name::Label(name, desired))
        }
        DeclaredRename::Index { current, desired } => (Name::Index(current), Name::Index(desired)),
    }
}

/// The names that are there after the renames made so far.
struct Names<'a> {
    current: &'a Catalog,
    /// Those that renames took or gave up, and whether they are there.
    after: FxHashMap<Name<'a>, bool>,
    /// The name that a renamed table or type had.
    owners: FxHashMap<&'a QualifiedName, &'a QualifiedName>,
}

impl<'a> Names<'a> {
    fn make(&mut self, rename: &'a DeclaredRename) {
        let (from, to) = ends(rename);
        self.after.extend([(from, false), (to, true)]);
        if let DeclaredRename::Table { current, desired }
        | DeclaredRename::Type { current, desired } = rename
        {
            self.owners.insert(desired, current);
        }
    }

    fn allow(&self, rename: &DeclaredRename) -> bool {
        let (from, to) = ends(rename);
        self.has(&from) && !self.has(&to)
    }

    fn has(&self, name: &Name<'_>) -> bool {
        if let Some(is_there) = self.after.get(name) {
            return *is_there;
        }
        let before = |owner| self.owners.get(owner).copied().unwrap_or(owner);
        match name {
            Name::Column(table, column) => has(self.current, &Name::Column(before(table), column)),
            Name::Label(owner, label) => has(self.current, &Name::Label(before(owner), label)),
            Name::Attribute(owner, name) => {
                has(self.current, &Name::Attribute(before(owner), name))
            }
            name => has(self.current, name),
        }
    }

    /// Whether there is what the name would belong to; a chain that begins anew has nothing.
    fn is_of_something(&self, name: &Name<'_>) -> bool {
        match name {
            Name::Column(table, _) => self.has(&Name::Table(table)),
            Name::Attribute(owner, _) => self.has(&Name::Type(owner)),
            Name::Label(owner, _) => self.has(&Name::Type(owner)) || self.moves(owner),
            Name::Table(_) | Name::Type(_) => self.current.tables().next().is_some(),
            // Nothing is lost with an index.
            Name::Index(_) => false,
        }
    }

    /// Whether an enum of the name is in another schema, whose labels would go by their current names
    /// to the one that comes.
    fn moves(&self, owner: &QualifiedName) -> bool {
        self.current.objects.keys().any(|key| {
            matches!(key, ObjectKey::Enum { name } if name.name == owner.name && name != owner)
        })
    }

    /// A type that goes with the label or attribute that a new one shall have had.
    fn going_owner(&self, name: &Name<'_>, desired: &Catalog) -> Option<&'a QualifiedName> {
        if self.is_of_something(name) {
            return None;
        }
        let going = self.current.objects.keys().filter(|key| !desired.objects.contains_key(key));
        let mut owners = going.filter_map(|key| match (name, key) {
            (Name::Label(_, label), ObjectKey::Enum { name: owner }) => {
                has(self.current, &Name::Label(owner, label)).then_some(owner)
            }
            (Name::Attribute(_, attribute), ObjectKey::Composite { name: owner }) => {
                has(self.current, &Name::Attribute(owner, attribute)).then_some(owner)
            }
            _ => None,
        });
        owners.next()
    }

    /// The names that one may have meant.
    fn beside(&self, name: &Name<'_>) -> BTreeSet<String> {
        let before = |owner| self.owners.get(owner).copied().unwrap_or(owner);
        let keys = || self.current.objects.keys();
        match name {
            Name::Table(_) => self.current.tables().map(QualifiedName::plain).collect(),
            Name::Column(table, _) => {
                let columns = self.current.columns(before(table));
                columns.map(|(column, _)| plain(&Name::Column(table, column.as_str()))).collect()
            }
            Name::Attribute(composite, _) => {
                let names = attributes(self.current, before(composite)).into_iter().flatten();
                names.map(|name| plain(&Name::Attribute(composite, name.as_str()))).collect()
            }
            Name::Type(_) => keys()
                .filter_map(|key| match key {
                    ObjectKey::Enum { name }
                    | ObjectKey::Composite { name }
                    | ObjectKey::Domain { name } => Some(name.plain()),
                    _ => None,
                })
                .collect(),
            Name::Label(owner, _) => {
                let key = ObjectKey::Enum { name: before(owner).clone() };
                match self.current.objects.get(&key) {
                    Some(Object::Enum(one)) => one.labels.iter().cloned().collect(),
                    _ => BTreeSet::new(),
                }
            }
            Name::Index(_) => BTreeSet::new(),
        }
    }

    /// Refuses a rename that wasn't made before and can't be made now.
    fn require_stale(
        &self,
        rename: &DeclaredRename,
        open: &[&DeclaredRename],
        desired: &Catalog,
    ) -> Result<(), AnswerError> {
        let (from, to) = ends(rename);
        if !self.has(&from) {
            if let Some(former) = self.going_owner(&from, desired) {
                let (rename, former) = (rename.to_string(), former.plain());
                return Err(AnswerError::OwnerIsNew { rename, former });
            }
            return match self.has(&to) || !self.is_of_something(&from) {
                true => Ok(()),
                false => Err(AnswerError::NothingRenamed {
                    rename: rename.to_string(),
                    name: plain(&from),
                    known: self.beside(&from),
                }),
            };
        }
        if is_in_circle(rename, open) {
            return Err(AnswerError::Circle { rename: rename.to_string() });
        }
        if has(desired, &from) {
            return Ok(());
        }
        Err(AnswerError::NameTaken { rename: rename.to_string() })
    }
}

/// Whether each of some renames waits for the next one to give up its name, and the last for this one.
fn is_in_circle(rename: &DeclaredRename, open: &[&DeclaredRename]) -> bool {
    let (from, mut to) = ends(rename);
    for _ in open {
        let Some((_, next)) = open.iter().map(|one| ends(one)).find(|(from, _)| *from == to) else {
            return false;
        };
        if next == from {
            return true;
        }
        to = next;
    }
    false
}

/// The name in a sentence.
fn plain(name: &Name<'_>) -> String {
    match name {
        Name::Table(name) | Name::Type(name) | Name::Index(name) => name.plain(),
        Name::Column(owner, name) | Name::Attribute(owner, name) => {
            format!("{}.{name}", owner.plain())
        }
        Name::Label(_, label) => (*label).to_owned(),
    }
}

/// Whether a catalog has the name.
fn has(catalog: &Catalog, name: &Name<'_>) -> bool {
    let has = |key: &ObjectKey| catalog.objects.contains_key(key);
    match name {
        Name::Table(name) => has(&ObjectKey::Table { name: (*name).clone() }),
        Name::Column(table, column) => catalog.column(table, &(*column).into()).is_some(),
        Name::Type(name) => {
            has(&ObjectKey::Enum { name: (*name).clone() })
                || has(&ObjectKey::Composite { name: (*name).clone() })
                || has(&ObjectKey::Domain { name: (*name).clone() })
        }
        Name::Label(name, label) => {
            match catalog.objects.get(&ObjectKey::Enum { name: (*name).clone() }) {
                Some(Object::Enum(one)) => one.labels.iter().any(|one| one == label),
                _ => false,
            }
        }
        Name::Attribute(composite, name) => attributes(catalog, composite)
            .is_some_and(|mut all| all.any(|one| one.as_str() == *name)),
        Name::Index(name) => has(&ObjectKey::Index { name: (*name).clone() }),
    }
}
