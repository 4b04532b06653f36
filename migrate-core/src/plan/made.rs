//! What a plan or revision makes, which no program that runs meanwhile uses yet.

use std::collections::{BTreeMap, BTreeSet};

use crate::catalog::{
    Catalog, Constraint, ConstraintKind, Domain, Ident, Object, ObjectKey, QualifiedName,
};

use super::{Action, ColumnDefinition, Plan, TableChange};

/// The objects made so far, as far as hazards ask for them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Made {
    tables: BTreeSet<QualifiedName>,
    domains: BTreeSet<QualifiedName>,
    /// What is known of domains, by their names as SQL writes them.
    known_domains: BTreeMap<String, KnownDomain>,
    /// Columns that get no value where an insert leaves them out.
    bare_columns: BTreeSet<ObjectKey>,
    /// Columns that have to have a value, and get it by their default.
    filled_columns: BTreeSet<ObjectKey>,
    /// The types of columns that get another, where they are known.
    types: BTreeMap<ObjectKey, String>,
    /// Checks that a column holds no nulls.
    proofs: BTreeMap<ObjectKey, Proof>,
    /// Foreign keys: their columns, and the table that they reference.
    foreign_keys: BTreeMap<ObjectKey, (Vec<Ident>, QualifiedName)>,
    /// The tables of indexes.
    indexes: BTreeMap<QualifiedName, QualifiedName>,
}

/// A domain, old or new.
#[derive(Debug, Clone, Default)]
struct KnownDomain {
    base: String,
    /// Whether it demands something of values beyond their type.
    demands: bool,
}

/// A check that may prove a column to hold no nulls.
#[derive(Debug, Clone)]
struct Proof {
    text: String,
    /// PostgreSQL believes no other.
    validated: bool,
}

impl Made {
    /// Nothing so far, beside what is there of what the plan changes.
    pub(crate) fn beside(current: &Catalog, plan: &Plan) -> Self {
        let mut made = Self::default();
        for (table, change) in plan.table_changes() {
            match change {
                TableChange::SetType { column, .. } => {
                    let before = current.column(table, column);
                    let before = before.map(|before| before.sql_type.clone());
                    made.types.extend(before.map(|before| (column_key(table, column), before)));
                }
                TableChange::SetNotNull { column } => {
                    let before = current.column(table, column);
                    let is_bare = before.is_some_and(|before| {
                        before.generated.is_none()
                            && before.identity.is_none()
                            && current.given_by_default(table, column).is_none()
                    });
                    made.bare_columns.extend(is_bare.then(|| column_key(table, column)));
                }
                _ => {}
            }
        }
        let tables: BTreeSet<&QualifiedName> = plan.actions().filter_map(altered).collect();
        for table in tables {
            for (name, constraint) in current.constraints(table) {
                made.note_constraint(table, name, constraint);
            }
        }
        for action in plan.actions() {
            let Action::DropIndex { name, .. } = action else { continue };
            let index = current.objects.get(&ObjectKey::Index { name: name.clone() });
            if let Some(Object::Index(index)) = index {
                made.indexes.insert(name.clone(), index.table.clone());
            }
        }
        made.know_domains(current);
        made
    }

    /// What is there of what the plan changes, and all that it makes.
    pub(super) fn by(plan: &Plan, current: &Catalog) -> Self {
        let mut made = Self::beside(current, plan);
        plan.actions().for_each(|action| made.note(action));
        made
    }

    fn know_domains(&mut self, current: &Catalog) {
        let first = QualifiedName { schema: None, name: Ident::first() };
        for (key, object) in current.objects.range(ObjectKey::Domain { name: first }..) {
            match (key, object) {
                (ObjectKey::Domain { name }, Object::Domain(domain)) => {
                    self.know_domain(name, domain);
                }
                (ObjectKey::DomainConstraint { domain, .. }, _) => self.demand(domain),
                _ => break,
            }
        }
    }

    /// Adds what an action makes.
    pub(crate) fn note(&mut self, action: &Action) {
        match action {
            Action::CreateTable { name, definition } => {
                self.tables.insert(name.clone());
                for (constraint_name, constraint) in &definition.constraints {
                    self.note_constraint(name, constraint_name, constraint);
                }
            }
            Action::CreateIndex { name, index, .. } => {
                self.indexes.insert(name.clone(), index.table.clone());
            }
            Action::CreateDomain { name, definition } => {
                self.domains.insert(name.clone());
                self.know_domain(name, definition);
            }
            Action::SetDomainNotNull { name }
            | Action::AddDomainConstraint { domain: name, .. } => self.demand(name),
            Action::AlterTable { table, changes } => {
                for change in changes {
                    self.note_change(table, change);
                }
            }
            _ => {}
        }
    }

    fn note_constraint(&mut self, table: &QualifiedName, name: &Ident, constraint: &Constraint) {
        let key = constraint_key(table, name);
        if let ConstraintKind::ForeignKey { columns, table: target, .. } = &constraint.kind {
            self.foreign_keys.insert(key.clone(), (columns.clone(), target.clone()));
        }
        self.proofs.extend(proof(constraint).map(|proof| (key, proof)));
    }

    fn know_domain(&mut self, name: &QualifiedName, domain: &Domain) {
        let known = self.known_domains.entry(name.to_string()).or_default();
        known.base.clone_from(&domain.base);
        known.demands |= domain.not_null;
    }

    fn demand(&mut self, domain: &QualifiedName) {
        self.known_domains.entry(domain.to_string()).or_default().demands = true;
    }

    fn note_change(&mut self, table: &QualifiedName, change: &TableChange) {
        match change {
            TableChange::AddColumn { column } if is_bare(column) => {
                self.bare_columns.insert(column_key(table, &column.name));
            }
            TableChange::AddColumn { column }
                if column.column.not_null || self.demands(&column.column.sql_type) =>
            {
                self.filled_columns.insert(column_key(table, &column.name));
            }
            TableChange::SetDefault { column, .. } | TableChange::AddIdentity { column, .. } => {
                self.bare_columns.remove(&column_key(table, column));
            }
            TableChange::AddConstraint { name, constraint } => {
                self.note_constraint(table, name, constraint);
            }
            TableChange::ValidateConstraint { name } => {
                if let Some(proof) = self.proofs.get_mut(&constraint_key(table, name)) {
                    proof.validated = true;
                }
            }
            _ => {}
        }
    }

    /// Whether a check that stays during the statement says that the column holds no nulls.
    pub(super) fn proves(
        &self,
        table: &QualifiedName,
        column: &Ident,
        statement: &[TableChange],
    ) -> bool {
        let texts = [not_null(column), present(column)];
        let going = statement.iter().filter_map(|change| match change {
            TableChange::DropConstraint { name } => Some(constraint_key(table, name)),
            _ => None,
        });
        let going: BTreeSet<ObjectKey> = going.collect();
        let of_table = self.proofs.range(constraint_key(table, &Ident::first())..);
        let mut of_table = of_table.take_while(|(key, _)| key.table() == Some(table));
        of_table.any(|(key, proof)| {
            proof.validated && texts.contains(&proof.text) && !going.contains(key)
        })
    }

    /// The tables that foreign keys of a table reference, of those keys that are asked for.
    pub(super) fn referenced_by(
        &self,
        table: &QualifiedName,
        is_asked_for: impl Fn(&ObjectKey, &[Ident]) -> bool,
    ) -> Vec<&QualifiedName> {
        let of_table = self.foreign_keys.range(constraint_key(table, &Ident::first())..);
        let of_table = of_table.take_while(|(key, _)| key.table() == Some(table));
        let asked_for = of_table.filter(|(key, (columns, _))| is_asked_for(key, columns));
        asked_for.map(|(_, (_, target))| target).collect()
    }

    /// The table of an index, where that is known.
    pub(super) fn indexed_table(&self, index: &QualifiedName) -> Option<&QualifiedName> {
        self.indexes.get(index)
    }

    /// The type of a column before it gets another, where that is known.
    pub(super) fn column_type(&self, table: &QualifiedName, column: &Ident) -> Option<&str> {
        self.types.get(&column_key(table, column)).map(String::as_str)
    }

    /// Whether a type is a domain that demands something of its values, itself or by its base.
    pub(super) fn demands(&self, sql_type: &str) -> bool {
        let domain = self.known_domains.get(sql_type.trim_end_matches("[]"));
        domain.is_some_and(|domain| domain.demands || self.demands(&domain.base))
    }

    /// What a domain is built on in the end; any other type itself.
    pub(super) fn base_type<'a>(&'a self, sql_type: &'a str) -> &'a str {
        match self.known_domains.get(sql_type) {
            // A check may be known of a domain of which nothing else is.
            Some(domain) if !domain.base.is_empty() => self.base_type(&domain.base),
            _ => sql_type,
        }
    }

    /// The same with what the elements of an array are in the end.
    pub(super) fn element_base(&self, sql_type: &str) -> String {
        let element = sql_type.trim_end_matches("[]");
        format!("{}{}", self.base_type(element), &sql_type[element.len()..])
    }

    /// Whether the table is new.
    pub(super) fn table(&self, name: &QualifiedName) -> bool {
        self.tables.contains(name)
    }

    /// Whether the domain is new.
    pub(super) fn domain(&self, name: &QualifiedName) -> bool {
        self.domains.contains(name)
    }

    /// Whether the column is new, has to have a value and gets it by its default so far.
    pub(super) fn filled_column(&self, table: &QualifiedName, name: &Ident) -> bool {
        self.filled_columns.contains(&column_key(table, name))
    }

    /// Whether the column gets no value by itself, new or as far as it is known.
    pub(super) fn bare_column(&self, table: &QualifiedName, name: &Ident) -> bool {
        self.bare_columns.contains(&column_key(table, name))
    }
}

fn proof(constraint: &Constraint) -> Option<Proof> {
    let ConstraintKind::Check { expression, .. } = &constraint.kind else { return None };
    let text = expression.text().trim_start_matches('(').trim_end_matches(')');
    let validated = constraint.validated;
    let proves = [NOT_NULL, PRESENT].iter().any(|end| text.ends_with(end));
    proves.then(|| Proof { text: text.to_owned(), validated })
}

const NOT_NULL: &str = " IS NOT NULL";

/// The same of a value of a row type, of which `IS NOT NULL` says that nothing in it is null.
/// PostgreSQL takes both for the same where it looks for a proof.
const PRESENT: &str = " IS DISTINCT FROM NULL";

/// The text of the check that says so.
pub(super) fn not_null(column: &Ident) -> String {
    format!("{column}{NOT_NULL}")
}

/// The same for a row type.
pub(super) fn present(column: &Ident) -> String {
    format!("{column}{PRESENT}")
}

/// The table that an action alters or drops.
fn altered(action: &Action) -> Option<&QualifiedName> {
    match action {
        Action::AlterTable { table, .. } | Action::DropTable { name: table } => Some(table),
        _ => None,
    }
}

fn is_bare(column: &ColumnDefinition) -> bool {
    let ColumnDefinition { column, default, .. } = column;
    default.is_none() && column.identity.is_none() && column.generated.is_none()
}

fn constraint_key(table: &QualifiedName, name: &Ident) -> ObjectKey {
    ObjectKey::Constraint { table: table.clone(), name: name.clone() }
}

fn column_key(table: &QualifiedName, name: &Ident) -> ObjectKey {
    ObjectKey::Column { table: table.clone(), name: name.clone() }
}
