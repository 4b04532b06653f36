//! What an action may hurt, from PostgreSQL's lock and rewrite rules.

use std::collections::BTreeSet;
use std::fmt;

use crate::catalog::{
    Catalog, Column, ConstraintKind, Ident, Index, Object, ObjectKey, QualifiedName,
};
use crate::diff::plain_name;

use super::added_column::is_written;
use super::cast::{first_element, never_fails};
use super::narrowing::{self, narrowings};
use super::other_locks::other_locks;
use super::widening::{may_only_widen, only_widens};
use super::{Action, IndexBuild, Made, Plan, TableChange, lost_attributes, lost_labels};

/// The strength of a table lock, weakest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lock {
    /// Reads and writes go on.
    ShareUpdateExclusive,
    /// Writes wait.
    Share,
    /// Writes wait.
    ShareRowExclusive,
    /// Reads and writes wait.
    AccessExclusive,
}

impl fmt::Display for Lock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ShareUpdateExclusive => "SHARE UPDATE EXCLUSIVE",
            Self::Share => "SHARE",
            Self::ShareRowExclusive => "SHARE ROW EXCLUSIVE",
            Self::AccessExclusive => "ACCESS EXCLUSIVE",
        })
    }
}

/// One thing that an action may hurt.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Hazard {
    /// It locks a relation that is in use.
    Lock { relation: String, lock: Lock },
    /// It writes every row of the table anew, and its indexes.
    Rewrite { table: String },
    /// It does so unless the type only gives the values more room.
    RewriteUnlessWider { table: String },
    /// It reads every row while it holds its lock.
    Scan { table: String },
    /// It reads every row of the tables that use a domain, and lets nobody write meanwhile.
    DomainScan { domain: String },
    /// What it removes is gone.
    DataLost { what: String },
    /// Rows that are there may make it fail.
    CanFailOnRows { why: String },
    /// It can't be undone by a rollback of its transaction.
    OutsideTransaction { what: String },
    /// Programs that run during the deployment may fail.
    BreaksRunningCode { why: String },
}

impl fmt::Display for Hazard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Lock { relation, lock } => write!(f, "locks `{relation}` ({lock})"),
            Self::Rewrite { table } => write!(f, "rewrites every row of `{table}`"),
            Self::RewriteUnlessWider { table } => {
                write!(f, "rewrites every row of `{table}`, unless its types only get wider")
            }
            Self::Scan { table } => write!(f, "reads every row of `{table}` under its lock"),
            Self::DomainScan { domain } => {
                write!(f, "reads every row with a `{domain}`, while writes to their tables wait")
            }
            Self::DataLost { what } => write!(f, "loses {what}"),
            Self::CanFailOnRows { why } => write!(f, "can fail on rows: {why}"),
            Self::OutsideTransaction { what } => write!(f, "{what} runs outside a transaction"),
            Self::BreaksRunningCode { why } => write!(f, "breaks running code: {why}"),
        }
    }
}

/// What a plan may hurt that starts from this catalog. What the plan itself makes is nobody's yet.
pub fn hazards(plan: &Plan, current: &Catalog) -> BTreeSet<Hazard> {
    let made = Made::by(plan, current);
    let mut hazards: BTreeSet<Hazard> =
        plan.actions().flat_map(|action| of_action(action, &made)).collect();
    for hazard in plan.actions().flat_map(taken_back) {
        hazards.remove(&hazard);
    }
    hazards.extend(narrowings(plan, current));
    lost_labels::name_labels(plan, current, &mut hazards);
    let attributes = lost_attributes(plan, current);
    hazards.extend(
        attributes
            .iter()
            .map(|one| Hazard::DataLost { what: format!("attribute `{}`", one.plain_name()) }),
    );
    let lost = lost(plan, current);
    for key in plan.actions().flat_map(losses).filter(|key| !lost.contains(key)) {
        hazards.remove(&data_lost(&key));
    }
    hazards
}

/// The objects that a plan drops with their data. A generated column that comes again is computed
/// again.
pub fn lost(plan: &Plan, current: &Catalog) -> BTreeSet<ObjectKey> {
    let added = plan.actions().flat_map(added_columns);
    let generated = added.filter(|(_, column)| column.generated.is_some());
    let generated: BTreeSet<ObjectKey> = generated.map(|(key, _)| key).collect();
    let is_computed = |key: &ObjectKey| match current.objects.get(key) {
        Some(Object::Column(column)) => column.generated.is_some() && generated.contains(key),
        _ => false,
    };
    plan.actions().flat_map(losses).filter(|key| !is_computed(key)).collect()
}

/// What was said of actions before and isn't so any more: a column that comes again isn't gone.
pub(crate) fn taken_back(action: &Action) -> Vec<Hazard> {
    added_columns(action).map(|(key, _)| is_gone(&key)).collect()
}

/// The columns that an action adds to a table, by key.
fn added_columns(action: &Action) -> impl Iterator<Item = (ObjectKey, &Column)> {
    let altered = match action {
        Action::AlterTable { table, changes } => Some((table, changes)),
        _ => None,
    };
    let changes = altered
        .into_iter()
        .flat_map(|(table, changes)| changes.iter().map(move |change| (table, change)));
    changes.filter_map(|(table, change)| match change {
        TableChange::AddColumn { column } => {
            let (table, name) = (table.clone(), column.name.clone());
            Some((ObjectKey::Column { table, name }, &column.column))
        }
        _ => None,
    })
}

fn is_gone(key: &ObjectKey) -> Hazard {
    Hazard::BreaksRunningCode { why: format!("`{}` is gone", plain_name(key)) }
}

/// That an object goes with what it holds.
pub(crate) fn data_lost(key: &ObjectKey) -> Hazard {
    Hazard::DataLost { what: key.to_string() }
}

/// The objects that an action drops with their data, by key.
pub fn losses(action: &Action) -> Vec<ObjectKey> {
    match action {
        Action::DropTable { name } => vec![ObjectKey::Table { name: name.clone() }],
        Action::DropSequence { name } => vec![ObjectKey::Sequence { name: name.clone() }],
        Action::DropSchema { name } => vec![ObjectKey::Schema { name: name.clone() }],
        Action::AlterTable { table, changes } => changes
            .iter()
            .filter_map(|change| match change {
                TableChange::DropColumn { name } => {
                    Some(ObjectKey::Column { table: table.clone(), name: name.clone() })
                }
                _ => None,
            })
            .collect(),
        _ => Vec::new(),
    }
}

/// What one action may hurt, where this is new.
pub(crate) fn of_action(action: &Action, new: &Made) -> Vec<Hazard> {
    let mut hazards: Vec<Hazard> = losses(action).iter().map(data_lost).collect();
    hazards.extend(other_locks(action, new));
    match action {
        Action::AlterTable { table, changes } if !new.table(table) => {
            for change in changes {
                hazards.extend(of_change(table, change, new));
                hazards.extend(of_type(table, change, new));
                hazards.extend(leaves_inserts_incomplete(table, change, new));
                hazards.extend(of_required(table, change, changes, new));
            }
        }
        Action::CreateTable { definition, .. } => {
            let referenced =
                definition.constraints.iter().filter_map(|(_, one)| one.referenced_table());
            hazards.extend(
                referenced
                    .filter(|table| !new.table(table))
                    .map(|table| lock(table, Lock::ShareRowExclusive)),
            );
        }
        Action::DropTable { name } => {
            hazards.push(lock(name, Lock::AccessExclusive));
            hazards.push(is_gone(&ObjectKey::Table { name: name.clone() }));
        }
        Action::RenameTable { name, .. } => {
            hazards.push(lock(name, Lock::AccessExclusive));
            hazards.push(has_another_name(&name.plain()));
        }
        Action::MoveTable { name, .. } => {
            hazards.push(lock(name, Lock::AccessExclusive));
            hazards.push(Hazard::BreaksRunningCode {
                why: format!("`{}` is in another schema", name.plain()),
            });
        }
        Action::RenameColumn { table, name, .. } => {
            hazards.push(lock(table, Lock::AccessExclusive));
            hazards.push(has_another_name(&table.plain_part(name)));
        }
        Action::RenameAttribute { composite, name, .. } => {
            hazards.push(has_another_name(&composite.plain_part(name)));
        }
        Action::RenameConstraint { table, .. } => hazards.push(lock(table, Lock::AccessExclusive)),
        Action::CreateIndex { index, build, name } if !new.table(&index.table) => match build {
            IndexBuild::Plain => {
                hazards.push(lock(&index.table, Lock::Share));
                hazards.extend(duplicates(name, index));
            }
            IndexBuild::Concurrently => {
                hazards.push(lock(&index.table, Lock::ShareUpdateExclusive));
                hazards.push(Hazard::OutsideTransaction {
                    what: format!("the build of `{}`", name.plain()),
                });
                hazards.extend(duplicates(name, index));
            }
        },
        Action::DropIndex { name, build: IndexBuild::Plain }
            if new.indexed_table(name).is_none() =>
        {
            hazards.push(lock(name, Lock::AccessExclusive));
        }
        Action::DropIndex { name, build: IndexBuild::Concurrently } => {
            hazards.push(Hazard::OutsideTransaction {
                what: format!("the drop of `{}`", name.plain()),
            });
        }
        Action::ReplaceEnum { name, columns, .. } => {
            for column in columns {
                hazards.push(lock(&column.table, Lock::AccessExclusive));
                hazards.push(Hazard::Rewrite { table: column.table.plain() });
            }
            hazards.push(lost_labels::of_unknown(name));
        }
        Action::RequireUnusedLabels { name, labels, .. } => {
            hazards.push(lost_labels::of_known(name, labels));
        }
        Action::AddDomainConstraint { domain, name, constraint }
            if constraint.validated && !new.domain(domain) =>
        {
            hazards.extend(of_domain(domain, format!("rows may violate `{}`", name.as_str())));
        }
        Action::ValidateDomainConstraint { domain, name } => {
            hazards.extend(of_domain(domain, format!("rows may violate `{}`", name.as_str())));
        }
        Action::SetDomainNotNull { name } if !new.domain(name) => {
            let why = format!("columns of domain `{}` may hold nulls", name.plain());
            hazards.extend(of_domain(name, why));
        }
        Action::Backfill { table, column, value } => hazards.push(Hazard::OutsideTransaction {
            what: format!(
                "filling `{}.{}` with {value}, in batches,",
                table.plain(),
                column.as_str()
            ),
        }),
        _ => {}
    }
    hazards.sort();
    hazards.dedup();
    hazards
}

fn has_another_name(what: &str) -> Hazard {
    Hazard::BreaksRunningCode { why: format!("`{what}` has another name") }
}

fn of_domain(domain: &QualifiedName, why: String) -> [Hazard; 2] {
    [Hazard::DomainScan { domain: domain.plain() }, Hazard::CanFailOnRows { why }]
}

/// Programs that run meanwhile don't know a new column, so that one without a value of its own has
/// to be nullable for them.
fn leaves_inserts_incomplete(
    table: &QualifiedName,
    change: &TableChange,
    new: &Made,
) -> Option<Hazard> {
    let column = match change {
        TableChange::SetNotNull { column } if new.bare_column(table, column) => column,
        TableChange::AddColumn { column }
            if column.column.not_null && new.bare_column(table, &column.name) =>
        {
            &column.name
        }
        TableChange::DropDefault { column } if new.filled_column(table, column) => column,
        _ => return None,
    };
    let place = format!("`{}.{}`", table.plain(), column.as_str());
    let why = format!("inserts fail that leave out {place}, which has no default");
    Some(Hazard::BreaksRunningCode { why })
}

/// What a column that becomes required does to rows, where no check proves it in its statement.
fn of_required(
    table: &QualifiedName,
    change: &TableChange,
    statement: &[TableChange],
    new: &Made,
) -> Vec<Hazard> {
    match change {
        TableChange::SetNotNull { column } if !new.proves(table, column, statement) => {
            let why = format!("`{}.{}` may hold nulls", table.plain(), column.as_str());
            vec![Hazard::Scan { table: table.plain() }, Hazard::CanFailOnRows { why }]
        }
        _ => Vec::new(),
    }
}

/// What another type does to rows, as far as the type before is known.
fn of_type(table: &QualifiedName, change: &TableChange, new: &Made) -> Vec<Hazard> {
    let TableChange::SetType { column, sql_type, using, .. } = change else { return Vec::new() };
    let before = new.column_type(table, column);
    let name = table.plain();
    let is_checked = before != Some(sql_type) && new.demands(sql_type);
    // A domain is stored as what it is built on.
    let after = new.base_type(sql_type);
    let stays = |before: &str| {
        let end = new.base_type(before);
        only_widens(end, after) || (end == after && [before, sql_type] != [after, after])
    };
    let rewrite = match before {
        _ if using.is_some() || is_checked => Some(Hazard::Rewrite { table: name }),
        Some(before) if stays(before) => None,
        None if may_only_widen(after) => Some(Hazard::RewriteUnlessWider { table: name }),
        _ => Some(Hazard::Rewrite { table: name }),
    };
    let refused = is_checked.then(|| Hazard::CanFailOnRows {
        why: format!("a value of `{}` may be none of `{sql_type}`", table.plain_part(column)),
    });
    let narrowings = before.map(|before| {
        let [from, to] = [before, sql_type].map(|one| new.element_base(one));
        narrowing::of_column(table, column, &from, &to)
    });
    rewrite.into_iter().chain(refused).chain(narrowings.into_iter().flatten()).collect()
}

fn duplicates(name: &QualifiedName, index: &Index) -> Option<Hazard> {
    let why = || format!("rows may be equal where `{}` wants them unique", name.plain());
    index.unique.then(|| Hazard::CanFailOnRows { why: why() })
}

pub(super) fn lock(table: &QualifiedName, lock: Lock) -> Hazard {
    Hazard::Lock { relation: table.plain(), lock }
}

/// Whether an array becomes its first element.
pub(crate) fn takes_first_element(column: &Ident, using: Option<&str>) -> bool {
    using.is_some_and(|using| using.starts_with(&first_element(&column.to_string())))
}

fn of_change(table: &QualifiedName, change: &TableChange, new: &Made) -> Vec<Hazard> {
    let name = table.plain();
    let rewrite =
        || vec![lock(table, Lock::AccessExclusive), Hazard::Rewrite { table: name.clone() }];
    let scan = |why: String| {
        vec![
            lock(table, Lock::AccessExclusive),
            Hazard::Scan { table: name.clone() },
            Hazard::CanFailOnRows { why },
        ]
    };
    match change {
        TableChange::AddColumn { column } if is_written(column, new) => rewrite(),
        TableChange::DropColumn { name: column } => {
            let key = ObjectKey::Column { table: table.clone(), name: column.clone() };
            vec![lock(table, Lock::AccessExclusive), is_gone(&key)]
        }
        TableChange::SetType { column, sql_type, using, .. } => {
            let mut hazards = vec![lock(table, Lock::AccessExclusive)];
            if takes_first_element(column, using.as_deref()) {
                let place = format!("`{name}.{}`", column.as_str());
                hazards.push(Hazard::DataLost {
                    what: format!("all but the first element of {place}"),
                });
            }
            let is_sure = |using: &str| {
                let before = new.column_type(table, column);
                before.is_some_and(|before| never_fails(table, column, (before, sql_type), using))
            };
            if using.as_deref().is_some_and(|using| !is_sure(using)) {
                let why =
                    format!("a value of `{name}.{}` may not fit its new type", column.as_str());
                hazards.push(Hazard::CanFailOnRows { why });
            }
            hazards
        }
        TableChange::SetLogged
        | TableChange::SetUnlogged
        | TableChange::SetTablespace { .. }
        | TableChange::SetAccessMethod { .. } => rewrite(),
        TableChange::AddConstraint { constraint, name: constraint_name } => {
            let why = format!("rows may violate `{}`", constraint_name.as_str());
            match (&constraint.kind, constraint.validated) {
                (ConstraintKind::ForeignKey { table: target, .. }, validated) => {
                    let mut hazards = vec![
                        lock(table, Lock::ShareRowExclusive),
                        lock(target, Lock::ShareRowExclusive),
                    ];
                    if validated {
                        hazards.push(Hazard::Scan { table: name.clone() });
                        hazards.push(Hazard::CanFailOnRows { why });
                    }
                    hazards
                }
                (_, false) => vec![lock(table, Lock::AccessExclusive)],
                (_, true) => scan(why),
            }
        }
        TableChange::ValidateConstraint { name: constraint } => vec![
            lock(table, Lock::ShareUpdateExclusive),
            Hazard::CanFailOnRows { why: format!("rows may violate `{}`", constraint.as_str()) },
        ],
        TableChange::SetStatistics { .. }
        | TableChange::SetColumnOptions { .. }
        | TableChange::ResetColumnOptions { .. }
        | TableChange::SetOptions { .. }
        | TableChange::ResetOptions { .. }
        | TableChange::SetCluster { .. } => vec![lock(table, Lock::ShareUpdateExclusive)],
        TableChange::AddColumn { .. }
        | TableChange::SetDefault { .. }
        | TableChange::DropDefault { .. }
        | TableChange::SetNotNull { .. }
        | TableChange::DropNotNull { .. }
        | TableChange::AddIdentity { .. }
        | TableChange::AlterIdentity { .. }
        | TableChange::DropIdentity { .. }
        | TableChange::DropExpression { .. }
        | TableChange::SetStorage { .. }
        | TableChange::SetCompression { .. }
        | TableChange::AddConstraintUsingIndex { .. }
        | TableChange::DropConstraint { .. }
        | TableChange::SetDeferrable { .. }
        | TableChange::SetReplicaIdentity { .. } => vec![lock(table, Lock::AccessExclusive)],
    }
}
