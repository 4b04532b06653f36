//! Actions before they are ordered: what each makes, changes and destroys.

use crate::catalog::{Catalog, ObjectKey};

use super::type_replacement::Replacement;
use super::{Action, PlanOptions};

/// The place of a node in a draft.
pub(super) type NodeId = usize;

/// One action and the objects it touches.
#[derive(Debug, Clone)]
pub(super) struct Node {
    pub(super) action: Action,
    pub(super) creates: Vec<ObjectKey>,
    pub(super) changes: Vec<ObjectKey>,
    pub(super) destroys: Vec<ObjectKey>,
}

impl Node {
    pub(super) fn creating(action: Action, key: &ObjectKey) -> Self {
        Self { action, creates: vec![key.clone()], changes: Vec::new(), destroys: Vec::new() }
    }

    pub(super) fn changing(action: Action, key: &ObjectKey) -> Self {
        Self { action, creates: Vec::new(), changes: vec![key.clone()], destroys: Vec::new() }
    }

    pub(super) fn destroying(action: Action, key: &ObjectKey) -> Self {
        Self { action, creates: Vec::new(), changes: Vec::new(), destroys: vec![key.clone()] }
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
    pub(super) nodes: Vec<Node>,
    pub(super) edges: Vec<Edge>,
    pub(super) replacement: Replacement,
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
            nodes: Vec::new(),
            edges: Vec::new(),
            replacement: Replacement::default(),
        }
    }

    /// Adds a node.
    pub(super) fn push(&mut self, node: Node) -> NodeId {
        self.nodes.push(node);
        self.nodes.len() - 1
    }

    /// Orders two nodes of one lifecycle.
    pub(super) fn order(&mut self, before: NodeId, after: NodeId, between: Between) {
        self.edges.push(Edge { before, after, between });
    }

    /// Whether the object is there before the plan.
    pub(super) fn exists(&self, key: &ObjectKey) -> bool {
        self.current.objects.contains_key(key)
    }
}
