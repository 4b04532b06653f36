//! How a value of a type that stepped aside becomes one of the type that took its name.

use std::collections::BTreeSet;

use crate::catalog::{Catalog, Column, Composite, Ident, Object, ObjectKey, QualifiedName};
use crate::model::quote_literal;

use super::by_attribute::by_attribute;
use super::cast::{Family, family};
use super::narrowing::{modifiers, narrows};
use super::node::Draft;
use super::type_replacement::{attribute, replaced_type, type_name};
use super::{PlanError, PlanOptions, cast};

/// Both sides, and which types are replaced between them.
pub(super) struct Conversion<'a> {
    types: &'a BTreeSet<ObjectKey>,
    current: &'a Catalog,
    desired: &'a Catalog,
    options: &'a PlanOptions,
}

impl<'a> Conversion<'a> {
    pub(super) fn new(types: &'a BTreeSet<ObjectKey>, draft: &Draft<'a>) -> Self {
        Self { types, current: draft.current, desired: draft.desired, options: draft.options }
    }

    /// The column with the type that it has, whose name another takes: what else becomes of the
    /// column, such as an array of the type, comes after.
    pub(super) fn column(&self, table: &QualifiedName, name: &Ident) -> Column {
        let [current, desired] = [self.current, self.desired].map(|side| side.column(table, name));
        match (current, desired) {
            (Some(current), Some(desired)) if current.sql_type == desired.sql_type => {
                desired.clone()
            }
            (Some(current), _) => current.clone(),
            (None, _) => Column::of_type(""),
        }
    }

    /// The `USING` of a column.
    pub(super) fn of_column(
        &self,
        table: &QualifiedName,
        column: &Ident,
    ) -> Result<String, PlanError> {
        let written = table.plain_part(column);
        if let Some(using) = self.options.using.get(&written) {
            return Ok(using.clone());
        }
        let sql_type = self.column(table, column).sql_type;
        if let Some([from, to]) = self.plain_ends(&sql_type) {
            let sides = [self.current, self.desired];
            if let Some(using) = by_attribute(table, column, (&from, &to), sides)? {
                return Ok(using);
            }
            let using = cast::using(table, column, (&from, &to), &self.current.casts)?;
            return Ok(using.unwrap_or_else(|| format!("{column}::{}", cast::unlimited(&from))));
        }
        self.value(&column.to_string(), &sql_type, &sql_type).ok_or_else(|| {
            let (table, column) = (table.clone(), column.clone());
            PlanError::NoWayWithin { table, column, sql_type }
        })
    }

    /// What a replaced domain, or an array of one, is built on before and after, where nothing of that
    /// is replaced itself: a value becomes one of the new domain by the assignment, which refuses what
    /// is too long, where a cast would cut it off.
    fn plain_ends(&self, sql_type: &str) -> Option<[String; 2]> {
        let (_, Object::Domain(_)) = self.replaced(sql_type)? else { return None };
        let ends = [self.current, self.desired].map(|side| cast::in_the_end(sql_type, side));
        ends.iter().all(|end| self.replaced(end).is_none()).then_some(ends)
    }

    /// The expression that makes a value of one type one of the other.
    fn value(&self, value: &str, current: &str, desired: &str) -> Option<String> {
        let array = desired.ends_with("[]");
        match self.replaced(desired) {
            Some((name, Object::Enum(_))) => {
                let mapping = self.options.enum_mappings.get(name).map_or(&[][..], Vec::as_slice);
                Some(format!("{}::{desired}", label_text(value, mapping, array)))
            }
            Some((_, Object::Domain(domain))) => {
                let base = self.base(current);
                let to = if array { format!("{}[]", domain.base) } else { domain.base.clone() };
                Some(format!("{}::{desired}", self.value(value, &base, &to)?))
            }
            Some((name, Object::Composite(composite))) => {
                let key = ObjectKey::Composite { name: name.clone() };
                match self.current.objects.get(&key) {
                    Some(Object::Composite(before)) if array => {
                        are_alike(before, composite).then(|| format!("{value}::text::{desired}"))
                    }
                    Some(Object::Composite(before)) => self.row(value, before, composite, desired),
                    _ => None,
                }
            }
            _ => cast::value(value, (current, desired), &self.current.casts),
        }
    }

    /// A row value, attribute by attribute; through its text where a text may be too long, which a
    /// cast would cut off.
    fn row(
        &self,
        value: &str,
        current: &Composite,
        desired: &Composite,
        sql_type: &str,
    ) -> Option<String> {
        let gets_narrow = |(name, to): &(Ident, String)| {
            attribute(current, name).is_some_and(|from| narrows(from, to))
        };
        if are_alike(current, desired) && desired.attributes.iter().any(gets_narrow) {
            return Some(format!("{value}::text::{sql_type}"));
        }
        let mut through_text = "";
        let fields = desired.attributes.iter().map(|(name, to)| {
            let Some(from) = attribute(current, name) else { return Some("NULL".to_owned()) };
            let field = format!("({value}).{name}");
            if from == to && self.replaced(to).is_none() {
                return Some(field);
            }
            let read = self.value(&field, from, to)?;
            let Some(whole) = self.whole(&field, from, to) else { return Some(read) };
            through_text = "::text";
            Some(whole)
        });
        let fields = fields.collect::<Option<Vec<String>>>()?.join(", ");
        let row = format!("ROW({fields}){through_text}::{sql_type}");
        Some(format!("CASE WHEN {value} IS DISTINCT FROM NULL THEN {row} END"))
    }

    /// The value of an attribute as it is, where a cast would cut off what is too long; reading it as a
    /// text refuses that.
    fn whole(&self, field: &str, from: &str, to: &str) -> Option<String> {
        let (from, to) = (cast::in_the_end(from, self.current), cast::in_the_end(to, self.desired));
        let [before, after] = [&from, &to].map(|sql_type| family(&cast::base(sql_type)));
        if modifiers(&to).is_empty() || (before == after && !narrows(&from, &to)) {
            return None;
        }
        let dimensions = if to.ends_with("[]") { "[]" } else { "" };
        match after {
            Family::Text => Some(format!("{field}::text{dimensions}")),
            Family::Bits if before == after => Some(field.to_owned()),
            _ => None,
        }
    }

    /// The replaced type of this name, or whose arrays have it, in its desired form.
    fn replaced(&self, sql_type: &str) -> Option<(&'a QualifiedName, &'a Object)> {
        let key = replaced_type(self.types, sql_type)?;
        Some((type_name(key)?, self.desired.objects.get(key)?))
    }

    /// What a domain is built on now, with the dimensions of the type.
    fn base(&self, sql_type: &str) -> String {
        let (plain, array) = (sql_type.trim_end_matches("[]"), sql_type.ends_with("[]"));
        let base = self.current.domain(plain).map_or(plain, |domain| &domain.base);
        if array { format!("{base}[]") } else { base.to_owned() }
    }
}

/// A label as text, with what takes the place of removed ones.
pub(crate) fn label_text(value: &str, mapping: &[(String, String)], array: bool) -> String {
    let text = format!("{value}::text{}", if array { "[]" } else { "" });
    if mapping.is_empty() {
        return text;
    }
    let pairs = mapping.iter().map(|(removed, kept)| (quote_literal(removed), quote_literal(kept)));
    if array {
        return pairs.fold(text, |so_far, (removed, kept)| {
            format!("array_replace({so_far}, {removed}, {kept})")
        });
    }
    let branches: String =
        pairs.map(|(removed, kept)| format!(" WHEN {removed} THEN {kept}")).collect();
    format!("(CASE {text}{branches} ELSE {text} END)")
}

/// Whether the text of a row of one type can be read as one of the other.
fn are_alike(current: &Composite, desired: &Composite) -> bool {
    let names = |composite: &Composite| -> Vec<Ident> {
        composite.attributes.iter().map(|(name, _)| name.clone()).collect()
    };
    names(current) == names(desired)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_labels_are_mapped_at_once() {
        let mapping: Vec<(String, String)> = [("a", "x"), ("b", "it's")]
            .map(|(removed, kept)| (removed.to_owned(), kept.to_owned()))
            .into();
        assert_eq!(label_text("status", &[], true), "status::text[]");
        assert_eq!(
            label_text("status", &mapping, false),
            "(CASE status::text WHEN 'a' THEN 'x' WHEN 'b' THEN 'it''s' ELSE status::text END)"
        );
        assert_eq!(
            label_text("status", &mapping, true),
            "array_replace(array_replace(status::text[], 'a', 'x'), 'b', 'it''s')"
        );
    }
}
