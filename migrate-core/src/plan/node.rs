//! Actions before they are ordered: what each makes, changes and destroys.

use std::collections::HashSet;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::catalog::{Catalog, ObjectKey, QualifiedName};

use super::count_handover::HandedCount;
use super::dependents::Dependents;
use super::type_replacement::Replacement;
use super::widening::only_widens;
use super::{Action, PlanOptions};

/// What gives a table, sequence or type to a role, as it is written.
pub(crate) fn given_to(key: &ObjectKey, role: &str) -> Option<Action> {
    let object = match key {
        ObjectKey::Table { name } => format!("TABLE {name}"),
        ObjectKey::Sequence { name } => format!("SEQUENCE {name}"),
        ObjectKey::Enum { name } | ObjectKey::Composite { name } | ObjectKey::Domain { name } => {
            format!("TYPE {name}")
        }
        _ => return None,
    };
    let key = ObjectKey::Privileges { on: Box::new(key.clone()) };
    let statements = vec![format!("ALTER {object} OWNER TO {role}")];
    Some(Action::CreateDependent { key, statements })
}

/// The place of a node in a draft.
pub(super) type NodeId = usize;

/// One action and the objects it touches.
#[derive(Debug, Clone)]
pub(super) struct Node {
    pub(super) action: Action,
    pub(super) creates: Vec<ObjectKey>,
    pub(super) changes: Vec<ObjectKey>,
    pub(super) destroys: Vec<ObjectKey>,
    /// What it makes a part of, beside the current form, which stays until another node swaps them.
    pub(super) prepares: Vec<ObjectKey>,
    /// Whether it waits for the last moment, since what it destroys is of use until then.
    pub(super) late: bool,
}

impl Node {
    /// An action whose place only explicit edges decide.
    pub(super) fn of(action: Action) -> Self {
        Self {
            action,
            creates: Vec::new(),
            changes: Vec::new(),
            destroys: Vec::new(),
            prepares: Vec::new(),
            late: false,
        }
    }

    pub(super) fn creating(action: Action, key: &ObjectKey) -> Self {
        Self { creates: vec![key.clone()], ..Self::of(action) }
    }

    pub(super) fn changing(action: Action, key: &ObjectKey) -> Self {
        Self { changes: vec![key.clone()], ..Self::of(action) }
    }

    pub(super) fn destroying(action: Action, key: &ObjectKey) -> Self {
        Self { destroys: vec![key.clone()], ..Self::of(action) }
    }

    /// The current form goes and the desired one comes, in one statement.
    pub(super) fn replacing(action: Action, key: &ObjectKey) -> Self {
        Self { creates: vec![key.clone()], destroys: vec![key.clone()], ..Self::of(action) }
    }

    pub(super) fn preparing(action: Action, key: &ObjectKey) -> Self {
        Self { prepares: vec![key.clone()], ..Self::of(action) }
    }

    /// The same at the last moment that what follows allows.
    pub(super) fn late(self) -> Self {
        Self { late: true, ..self }
    }
}

/// One node runs before another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Edge {
    pub(super) before: NodeId,
    pub(super) after: NodeId,
    pub(super) between: Between,
}

/// What has to lie between two nodes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Between {
    /// Nothing: one transaction may hold both.
    Nothing,
    /// A commit.
    Commit,
}

/// The nodes that lifecycles have pushed so far.
pub(super) struct Draft<'a> {
    pub(super) current: &'a Catalog,
    pub(super) desired: &'a Catalog,
    pub(super) options: &'a PlanOptions,
    /// Of the current catalog.
    pub(super) dependents: Dependents<'a>,
    pub(super) nodes: Vec<Node>,
    pub(super) edges: Vec<Edge>,
    pub(super) replacement: Replacement,
    /// The counts that go from one sequence to another, by the columns that count.
    pub(super) counts: FxHashMap<ObjectKey, HandedCount>,
    /// The names like those of relations built beside others that are taken on either side, once
    /// something asks for a free one.
    pub(super) temporary_names: Option<FxHashSet<QualifiedName>>,
    /// The tables whose enum columns are rewritten.
    rewritten: HashSet<QualifiedName>,
}

impl<'a> Draft<'a> {
    pub(super) fn new(
        current: &'a Catalog,
        desired: &'a Catalog,
        options: &'a PlanOptions,
    ) -> Self {
        Self {
            current,
            desired,
            options,
            dependents: Dependents::of_catalog(current),
            nodes: Vec::new(),
            edges: Vec::new(),
            replacement: Replacement::default(),
            counts: FxHashMap::default(),
            temporary_names: None,
            rewritten: HashSet::new(),
        }
    }

    /// Adds a node.
    pub(super) fn push(&mut self, node: Node) -> NodeId {
        if let Action::ReplaceEnum { columns, .. } = &node.action {
            self.rewritten.extend(columns.iter().map(|one| one.table.clone()));
        }
        let returned = self.returned_to_its_owner(&node);
        self.nodes.push(node);
        let id = self.nodes.len() - 1;
        if let Some(returned) = returned {
            self.nodes.push(returned);
            self.order(id, self.nodes.len() - 1, Between::Nothing);
        }
        id
    }

    /// What gives a type that is made again to whom it belonged before.
    fn returned_to_its_owner(&self, node: &Node) -> Option<Node> {
        let owned = |key| Some((key, self.current.owners.get(key)?));
        let (key, owner) = node.creates.iter().find_map(owned)?;
        let is_type = matches!(
            key,
            ObjectKey::Enum { .. } | ObjectKey::Composite { .. } | ObjectKey::Domain { .. }
        );
        let given = given_to(key, &owner.to_string()).filter(|_| is_type)?;
        Some(Node::of(given))
    }

    /// Orders two nodes of one lifecycle.
    pub(super) fn order(&mut self, before: NodeId, after: NodeId, between: Between) {
        self.edges.push(Edge { before, after, between });
    }

    /// Whether an enum is replaced in columns of the table.
    pub(super) fn rewrites_enum_in(&self, table: &QualifiedName) -> bool {
        self.rewritten.contains(table)
    }

    /// Whether a column of the table moves to a new type in the place of its own.
    pub(super) fn replaces_type_in(&self, table: &QualifiedName) -> bool {
        let mut converted = self.replacement.conversions.keys();
        let is_of_table =
            |key: &ObjectKey| matches!(key, ObjectKey::Column { table: of, .. } if of == table);
        self.rewrites_enum_in(table) || converted.any(is_of_table)
    }

    /// Whether a column of the table gets a type for which every row is written anew.
    pub(super) fn rewrites_columns_of(&self, table: &QualifiedName) -> bool {
        let mut columns = self.desired.columns(table);
        columns.any(|(name, after)| {
            let before = self.current.column(table, name);
            before.is_some_and(|before| {
                before.sql_type != after.sql_type && !only_widens(&before.sql_type, &after.sql_type)
            })
        })
    }

    /// Whether the object is there before the plan.
    pub(super) fn exists(&self, key: &ObjectKey) -> bool {
        self.current.objects.contains_key(key)
    }
}
