//! Which actions need labels that others add: a label can't be used before the transaction that
//! added it has committed (55P04).

use std::collections::{BTreeSet, HashMap};

use super::node::{Between, Draft, Edge, NodeId};
use super::{Action, TableChange};

/// A commit lies between a new label and what uses it.
pub(super) fn labels_are_committed(draft: &Draft<'_>) -> Vec<Edge> {
    let added = Added::of(draft);
    if added.by_label.is_empty() {
        return Vec::new();
    }
    let nodes = draft.nodes.iter().enumerate();
    let edges = nodes.flat_map(|(using, node)| {
        let needed =
            added.needed_by(&node.action).into_iter().filter(move |adding| *adding != using);
        needed.map(move |adding| Edge { before: adding, after: using, between: Between::Commit })
    });
    edges.collect()
}

/// The nodes that add labels.
#[derive(Default)]
struct Added<'a> {
    by_label: HashMap<&'a str, Vec<NodeId>>,
    by_enum: HashMap<String, Vec<NodeId>>,
}

impl<'a> Added<'a> {
    fn of(draft: &'a Draft<'_>) -> Self {
        let mut added = Self::default();
        for (id, node) in draft.nodes.iter().enumerate() {
            if let Action::AddEnumValue { name, value, .. } = &node.action {
                added.by_label.entry(value).or_default().push(id);
                added.by_enum.entry(name.to_string()).or_default().push(id);
            }
        }
        added
    }

    fn needed_by(&self, action: &Action) -> BTreeSet<NodeId> {
        let labels = match action {
            Action::AlterTable { .. }
            | Action::CreateTable { .. }
            | Action::CreateIndex { .. }
            | Action::CreateDomain { .. }
            | Action::SetDomainDefault { .. }
            | Action::AddDomainConstraint { .. }
            | Action::Backfill { .. } => self.among_literals(action),
            // A body is text within text, in which literals can't be told from what only looks so.
            Action::CreateDependent { statements, .. } => self.anywhere_in(statements),
            _ => BTreeSet::new(),
        };
        labels.into_iter().chain(self.converted_to(action)).collect()
    }

    fn among_literals(&self, action: &Action) -> BTreeSet<NodeId> {
        let statements = crate::sql::statements(action);
        let literals: Vec<String> = statements.iter().flat_map(|sql| literals(sql)).collect();
        let elements = literals.iter().flat_map(|literal| elements(literal));
        let used = elements.filter_map(|label| self.by_label.get(label));
        used.flatten().copied().collect()
    }

    fn anywhere_in(&self, statements: &[String]) -> BTreeSet<NodeId> {
        let statements: Vec<String> = statements.iter().map(|sql| without_signs(sql)).collect();
        let is_in = |label: &str| statements.iter().any(|sql| sql.contains(&without_signs(label)));
        let used = self.by_label.iter().filter(|(label, _)| is_in(label));
        used.flat_map(|(_, nodes)| nodes).copied().collect()
    }

    /// Rows, which may hold any label, come to the enum.
    fn converted_to(&self, action: &Action) -> BTreeSet<NodeId> {
        let Action::AlterTable { changes, .. } = action else { return BTreeSet::new() };
        let types = changes.iter().filter_map(|change| match change {
            TableChange::SetType { sql_type, .. } => Some(sql_type.trim_end_matches("[]")),
            _ => None,
        });
        types.filter_map(|name| self.by_enum.get(name)).flatten().copied().collect()
    }
}

/// A text without the signs that literals, and literals within literals, write more than once.
fn without_signs(text: &str) -> String {
    text.replace(['\'', '\\'], "")
}

/// The values of the string literals in a statement.
fn literals(sql: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = sql;
    while let Some(start) = rest.find('\'') {
        let escapes = rest[..start].ends_with(['E', 'e']);
        let mut value = String::new();
        let mut signs = rest[start + 1..].char_indices().peekable();
        let mut end = rest.len();
        while let Some((at, sign)) = signs.next() {
            match sign {
                '\'' if signs.peek().is_some_and(|(_, next)| *next == '\'') => {
                    signs.next();
                    value.push('\'');
                }
                '\'' => {
                    end = start + 1 + at + 1;
                    break;
                }
                '\\' if escapes => value.extend(signs.next().map(|(_, escaped)| escaped)),
                sign => value.push(sign),
            }
        }
        found.push(value);
        rest = &rest[end..];
    }
    found
}

/// A literal, and the elements that it has as an array.
fn elements(literal: &str) -> impl Iterator<Item = &str> {
    let inside = literal.strip_prefix('{').and_then(|text| text.strip_suffix('}'));
    let elements = inside.into_iter().flat_map(|text| text.split(','));
    std::iter::once(literal).chain(elements.map(|element| element.trim_matches('"')))
}

#[cfg(test)]
mod tests {
    use super::{elements, literals};

    #[test]
    fn literals_are_read_with_their_quotes_and_escapes() {
        let sql = r"x = 'it''s' OR y IN (E'a\\b\'', 'c') AND z <> ''";
        assert_eq!(literals(sql), ["it's", r"a\b'", "c", ""]);
    }

    #[test]
    fn an_array_has_its_elements() {
        assert_eq!(elements(r#"{a,"b c"}"#).collect::<Vec<_>>(), [r#"{a,"b c"}"#, "a", "b c"]);
    }
}
