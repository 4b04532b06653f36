//! Names that a comparison leaves out.

use crate::catalog::{Catalog, Ident, Object, ObjectKey, QualifiedName};

/// A name in which `*` stands for anything but a dot: `audit_*`, `billing.*`, `article.legacy_*`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern(String);

impl From<&str> for Pattern {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl Pattern {
    fn fits(&self, name: &str) -> bool {
        fits(self.0.as_bytes(), name.as_bytes())
    }

    /// Whether it names all that is in a schema, which then stays too.
    fn covers(&self, schema: &Ident) -> bool {
        self.0.strip_suffix(".*") == Some(schema.as_str())
    }
}

fn fits(pattern: &[u8], name: &[u8]) -> bool {
    match (pattern, name) {
        ([], []) => true,
        ([b'*', rest @ ..], _) => {
            fits(rest, name)
                || matches!(name, [first, ..] if *first != b'.') && fits(pattern, &name[1..])
        }
        ([one, rest @ ..], [first, after @ ..]) => one == first && fits(rest, after),
        ([], _) | (_, []) => false,
    }
}

/// What to say of patterns that leave nothing out, which may be written wrong.
pub(super) fn useless<'a>(
    patterns: &'a [Pattern],
    sides: [&'a Catalog; 2],
) -> impl Iterator<Item = String> + 'a {
    let is_of_use = move |pattern: &Pattern| {
        let pattern = std::slice::from_ref(pattern);
        let excludes =
            |side: &&Catalog| side.objects.keys().any(|key| is_excluded(key, side, pattern));
        sides.iter().any(excludes)
    };
    let useless = patterns.iter().filter(move |pattern| !is_of_use(pattern));
    useless.map(|Pattern(text)| format!("`--exclude {text}` names nothing on either side"))
}

/// Whether a pattern names an object, or what the object belongs to.
pub(super) fn is_excluded(key: &ObjectKey, catalog: &Catalog, patterns: &[Pattern]) -> bool {
    if patterns.is_empty() {
        return false;
    }
    let named = |name: &str| patterns.iter().any(|pattern| pattern.fits(name));
    let whole = |schema: &Ident| patterns.iter().any(|pattern| pattern.covers(schema));
    let schema = match key {
        ObjectKey::Schema { name } => whole(name),
        key => key.schema().is_some_and(|schema| named(schema.as_str())),
    };
    let belongs = owners(key, catalog).iter().any(|owner| is_excluded(owner, catalog, patterns));
    schema || names(key).iter().any(|name| named(name)) || belongs
}

/// What an object belongs to or leans on so closely that it can't stay when that is left out.
fn owners(key: &ObjectKey, catalog: &Catalog) -> Vec<ObjectKey> {
    let table = |name: &QualifiedName| ObjectKey::Table { name: name.clone() };
    let mut owners: Vec<ObjectKey> = key.owner().into_iter().collect();
    match catalog.objects.get(key) {
        Some(Object::Index(index)) => {
            owners.push(table(&index.table));
            owners.extend(columns_below(key, catalog));
        }
        Some(Object::Sequence(sequence)) => {
            let owner = sequence.owned_by.clone();
            owners.extend(owner.map(|(table, name)| ObjectKey::Column { table, name }));
        }
        Some(Object::Constraint(constraint)) => {
            let referenced = constraint.referenced_table();
            let other = |name: &&QualifiedName| key.table() != Some(*name);
            owners.extend(referenced.filter(other).map(table));
            owners.extend(columns_below(key, catalog));
        }
        _ => {}
    }
    owners
}

/// The columns that a constraint or an index is made of.
fn columns_below<'a>(
    key: &'a ObjectKey,
    catalog: &'a Catalog,
) -> impl Iterator<Item = ObjectKey> + 'a {
    let below = catalog.dependencies_on(key).map(|one| &one.referenced);
    below.filter(|below| matches!(below, ObjectKey::Column { .. })).cloned()
}

/// The names by which an object can be called.
fn names(key: &ObjectKey) -> Vec<String> {
    let part = |table: &QualifiedName, name: &str| vec![format!("{}.{name}", table.plain())];
    match key {
        ObjectKey::Schema { name } | ObjectKey::Extension { name } => {
            vec![name.as_str().to_owned()]
        }
        ObjectKey::Enum { name }
        | ObjectKey::Composite { name }
        | ObjectKey::Domain { name }
        | ObjectKey::Sequence { name }
        | ObjectKey::Table { name }
        | ObjectKey::RowSecurity { table: name }
        | ObjectKey::Index { name }
        | ObjectKey::View { name }
        | ObjectKey::MaterializedView { name }
        | ObjectKey::Statistics { name, .. } => vec![name.plain()],
        ObjectKey::Function { signature } => vec![signature.name.plain()],
        ObjectKey::Column { table, name }
        | ObjectKey::Constraint { table, name }
        | ObjectKey::Rule { table, name }
        | ObjectKey::Trigger { table, name }
        | ObjectKey::Policy { table, name } => part(table, name.as_str()),
        ObjectKey::DomainConstraint { domain, name } => part(domain, name.as_str()),
        ObjectKey::Default { .. } | ObjectKey::Privileges { .. } | ObjectKey::Comment { .. } => {
            Vec::new()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Pattern;

    #[test]
    fn a_star_stands_for_anything_within_one_name() {
        for (pattern, name, fits) in [
            ("audit_*", "audit_log", true),
            ("audit_*", "audit_log.id", false),
            ("*.legacy_*", "article.legacy_id", true),
            ("*log*", "audit_logs", true),
            ("log", "logs", false),
            ("*", "", true),
        ] {
            assert_eq!(Pattern::from(pattern).fits(name), fits, "{pattern} {name}");
        }
    }
}
