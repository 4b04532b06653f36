//! Changes to ordered actions.
//!
//! Lifecycles push nodes, dependencies order them, what belongs into one statement is folded, and
//! what a transaction can't hold becomes steps. Everything here is pure.

mod action;
mod added_column;
mod by_attribute;
mod cast;
mod closed_domain;
mod convert;
mod count_handover;
mod dependency;
mod dependents;
mod fold;
mod handover;
mod hazard;
mod holders;
mod labels;
mod lifecycle;
mod locks;
mod lost_attributes;
mod lost_labels;
mod made;
mod merge;
mod narrowing;
mod node;
mod options;
mod order;
mod other_locks;
mod persistence;
mod recreate;
mod replace;
mod required_columns;
mod row_type;
mod sequence_order;
mod sort;
mod step;
mod toast;
mod touches;
mod type_replacement;
mod unfilled;
mod widening;
#[cfg(feature = "generate")]
mod zone;

use std::collections::BTreeSet;

use thiserror::Error;

use crate::catalog::{Catalog, DomainConstraint, Ident, Object, ObjectKey, QualifiedName};
use crate::diff::{Change, diff, near};

pub use action::{
    Action, AttributeChange, ColumnDefinition, EnumColumn, IndexBuild, IndexKey, LabelPath,
    LabelPosition, TableChange, TableDefinition,
};
#[cfg(feature = "generate")]
pub(crate) use cast::{in_the_end, is_number, is_text};
pub(crate) use convert::label_text;
#[cfg(feature = "generate")]
pub(crate) use hazard::takes_first_element;
pub use hazard::{Hazard, Lock, hazards, losses, lost};
pub(crate) use hazard::{data_lost, of_action as hazards_of_action, taken_back};
pub(crate) use lost_attributes::missing;
pub use lost_attributes::{LostAttribute, dropped_attributes, lost_attributes};
pub(crate) use made::Made;
#[cfg(feature = "generate")]
pub(crate) use narrowing::{Rounded, rounded};
#[cfg(feature = "generate")]
pub(crate) use node::given_to;
pub use options::PlanOptions;
pub use sort::DependencyCycle;
pub use step::{Plan, Step, StepMode};
pub(crate) use type_replacement::{aside, attribute};
pub use unfilled::{Unfilled, unfilled};
#[cfg(feature = "generate")]
pub(crate) use zone::takes_a_zone;

use handover::Handover;
use node::Draft;

/// Changes for which there is no plan.
#[derive(Debug, Error)]
pub enum PlanError {
    /// No order of the actions satisfies what depends on what.
    #[error(transparent)]
    Cycle(#[from] DependencyCycle),
    /// No cast leads from one type to the other.
    #[error(
        "`{0}.{1}` changes from `{current}` to `{desired}`, and PostgreSQL has no cast between them; say how with `--using '{0}.{1}=<expression>'`",
        table.plain(), column.as_str()
    )]
    NoCast {
        /// The table.
        table: QualifiedName,
        /// The column.
        column: Ident,
        /// The type it has.
        current: String,
        /// The type wanted.
        desired: String,
    },
    /// A type is made anew, and no expression turns the values of a column into the new ones.
    #[error(
        "`{0}.{1}` is of `{sql_type}`, which is made anew with other attributes, and no cast of its values follows that; say how with `--using '{0}.{1}=<expression>'`",
        table.plain(), column.as_str()
    )]
    NoWayWithin {
        /// The table.
        table: QualifiedName,
        /// The column.
        column: Ident,
        /// Its type, before and after.
        sql_type: String,
    },
    /// An expression was given for a column that keeps its type, or isn't there.
    #[error(
        "`--using {column}=…`: the type of no such column changes; {}",
        near(column, retyped, "write `table.column=expression`, or leave it out")
    )]
    NothingToConvert {
        /// The column that was named.
        column: String,
        /// The columns whose types change.
        retyped: BTreeSet<String>,
    },
    /// An expression was given for a column whose enum is replaced.
    #[error(
        "`--using {column}=…`: what rows of `{column}` get follows from the labels of `{enum_type}`, which loses some; map those in the model or with `.map(\"removed\", \"kept\")` in the revision, or change the rows first"
    )]
    ConvertedByLabels {
        /// The column that was named.
        column: String,
        /// The enum.
        enum_type: String,
    },
    /// Rows of a table are written anew that a column of another holds too.
    #[error(
        "`{}` can't change ({becomes}) while {holder} holds rows of it, which PostgreSQL doesn't write anew with the table; give that column another type first, or make this change in a revision by hand",
        table.plain()
    )]
    RowsHeld {
        /// The table.
        table: QualifiedName,
        /// What becomes of it.
        becomes: String,
        /// The column that holds its rows.
        holder: String,
    },
    /// What isn't handled depends on something that would go.
    #[error(
        "{object} can't go or be made anew while {holder} depends on it, which isn't handled; change or drop that first, or leave this change out"
    )]
    HeldByUnhandled {
        /// What would go.
        object: String,
        /// What depends on it.
        holder: String,
    },
    /// A type becomes one of another kind while something is of it.
    #[error(
        "{current} becomes {desired} while {user} is of it, which no statement does; give the new type another name, so that the old one can go when nothing is of it any more"
    )]
    OtherKind {
        /// The type as it is.
        current: String,
        /// The type wanted.
        desired: String,
        /// What uses it before and after.
        user: String,
    },
}

/// The actions that turn one catalog into the other, in steps.
pub fn plan(
    current: &Catalog,
    desired: &Catalog,
    options: &PlanOptions,
) -> Result<Plan, PlanError> {
    let changes = diff(current, desired);
    if changes.is_empty() && options.using.is_empty() {
        return Ok(Plan::default());
    }
    let mut draft = Draft::new(current, desired, options);
    type_replacement::require_same_kinds(&changes, &draft)?;
    push_lifecycles(&changes, &mut draft)?;
    require_converted(&draft)?;
    let graph = dependency::graph(&draft);
    let mut folded = fold::fold(draft, graph);
    toast::settings_follow_columns(&mut folded);
    let ordered = sort::sort(folded, desired)?;
    let plan = Plan { steps: step::steps(merge::merge(ordered)) };
    row_type::require_unheld(&plan, current, desired)?;
    Ok(plan)
}

/// The actions that destroy objects of a catalog and make them again from their printed forms; checks
/// of domains come `NOT VALID`.
pub fn restate(
    catalog: &Catalog,
    keys: &BTreeSet<ObjectKey>,
    options: &PlanOptions,
) -> Result<Plan, PlanError> {
    let mut draft = Draft::new(catalog, catalog, options);
    for key in recreate::with_dependents(keys, &draft) {
        if let Some(object) = catalog.objects.get(&key) {
            lifecycle::destroy(&key, object, &mut draft);
            lifecycle::create(&key, &unchecked(object.clone().printed()), &mut draft)?;
        }
    }
    let graph = dependency::graph(&draft);
    let ordered = sort::sort(fold::fold(draft, graph), catalog)?;
    Ok(Plan { steps: step::steps(merge::merge(ordered)) })
}

/// A check of a domain without a look at its values, which arrays and composite types would forbid.
fn unchecked(object: Object) -> Object {
    match object {
        Object::DomainConstraint(check) => {
            Object::DomainConstraint(DomainConstraint { validated: false, ..check })
        }
        object => object,
    }
}

/// What can't simply change in place.
struct Moved<'a> {
    /// The types that are replaced.
    replaced: BTreeSet<ObjectKey>,
    /// What goes and comes again.
    recreated: BTreeSet<ObjectKey>,
    /// Indexes and constraints that take over from each other.
    handovers: Vec<Handover<'a>>,
    /// What of the recreated is built beside its current form.
    replaceable: BTreeSet<ObjectKey>,
}

/// Each makes more of the others: a replaced type takes its checks along, a check that calls what
/// goes may close its domain, and an index can't be handed over while something below it moves.
fn moved<'a>(changes: &[Change<'a>], draft: &Draft<'_>) -> Moved<'a> {
    let (current, desired) = (draft.current, draft.desired);
    let mut handovers = handover::handovers(changes);
    let mut replaced =
        type_replacement::replaced_types(changes, &BTreeSet::new(), current, desired);
    loop {
        let kept = handover::kept_indexes(&handovers);
        let recreated = recreate::recreated(changes, &replaced, &kept, draft);
        let more = type_replacement::replaced_types(changes, &recreated, current, desired);
        let shaken = replace::shaken(changes, &more, &recreated, &draft.dependents);
        let before = handovers.len();
        handovers.retain(|one| {
            !shaken.contains(one.dropped()) && (one.keeps_index() || !draft.options.simple)
        });
        if more == replaced && handovers.len() == before {
            let replaceable = replace::replaceable(&recreated, &shaken, draft);
            return Moved { replaced, recreated, handovers, replaceable };
        }
        replaced = more;
    }
}

/// Refuses an expression for a column whose type doesn't change.
fn require_converted(draft: &Draft<'_>) -> Result<(), PlanError> {
    let changes = draft.nodes.iter().filter_map(|node| match &node.action {
        Action::AlterTable { table, changes } => Some((table, changes)),
        _ => None,
    });
    let retyped = changes.flat_map(|(table, changes)| {
        changes.iter().filter_map(|change| match change {
            TableChange::SetType { column, .. } => Some(table.plain_part(column)),
            _ => None,
        })
    });
    let retyped: BTreeSet<String> = retyped.collect();
    let Some(column) = draft.options.using.keys().find(|column| !retyped.contains(*column)) else {
        return Ok(());
    };
    let is_meant =
        |one: &EnumColumn| format!("{}.{}", one.table.plain(), one.column.as_str()) == *column;
    let enum_type = draft.nodes.iter().find_map(|node| match &node.action {
        Action::ReplaceEnum { name, columns, .. } if columns.iter().any(is_meant) => Some(name),
        _ => None,
    });
    let column = column.clone();
    Err(match enum_type {
        Some(name) => PlanError::ConvertedByLabels { column, enum_type: name.plain() },
        None => PlanError::NothingToConvert { column, retyped },
    })
}

fn push_lifecycles(changes: &[Change<'_>], draft: &mut Draft<'_>) -> Result<(), PlanError> {
    let moved = moved(changes, draft);
    holders::require_unheld(changes, &moved, draft)?;
    let Moved { replaced, recreated, handovers, replaceable } = moved;
    draft.replacement.types.clone_from(&replaced);
    let handed_over: BTreeSet<&ObjectKey> =
        handovers.iter().flat_map(|one| [one.dropped(), one.created()]).collect();
    let in_place = changes.iter().filter(|change| {
        let key = change.key();
        !recreated.contains(key) && !replaced.contains(key) && !handed_over.contains(key)
    });
    for change in in_place {
        match change {
            Change::Create { key, desired } => lifecycle::create(key, desired, draft)?,
            Change::Drop { key, current } => lifecycle::destroy(key, current, draft),
            Change::Migrate { key, current, desired } => {
                lifecycle::migrate(key, current, desired, draft)?;
            }
        }
    }
    type_replacement::replace_types(&replaced, draft)?;
    lifecycle::keep_index_roles(&recreated, draft);
    lifecycle::set_persistence(draft);
    for handover in handovers {
        handover::hand_over(handover, draft);
    }
    for key in &recreated {
        let (current, desired) = (draft.current.objects.get(key), draft.desired.objects.get(key));
        match (current, desired) {
            (Some(current), Some(desired)) if replaceable.contains(key) => {
                lifecycle::replace(key, current, desired, draft)?;
            }
            (current, desired) => {
                if let Some(object) = current {
                    lifecycle::destroy(key, object, draft);
                }
                if let Some(object) = desired {
                    lifecycle::create(key, object, draft)?;
                }
            }
        }
    }
    Ok(())
}
