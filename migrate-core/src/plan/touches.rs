//! The nodes of a draft by the objects that they touch.

use rustc_hash::FxHashMap;

use crate::catalog::{Object, ObjectKey};

use super::node::{Draft, NodeId};

/// Every object that is touched.
pub(super) struct Touches<'a>(FxHashMap<&'a ObjectKey, Touch<'a>>);

/// What one object is before and after, and the nodes that touch it.
pub(super) struct Touch<'a> {
    pub(super) current: Option<&'a Object>,
    pub(super) desired: Option<&'a Object>,
    pub(super) creates: Vec<NodeId>,
    pub(super) changes: Vec<NodeId>,
    pub(super) destroys: Vec<NodeId>,
    pub(super) prepares: Vec<NodeId>,
}

impl<'a> Touch<'a> {
    fn of(key: &ObjectKey, draft: &Draft<'a>) -> Self {
        Self {
            current: draft.current.objects.get(key),
            desired: draft.desired.objects.get(key),
            creates: Vec::new(),
            changes: Vec::new(),
            destroys: Vec::new(),
            prepares: Vec::new(),
        }
    }

    /// What needs all that the object needs: its creation, and what prepares it.
    pub(super) fn makes(&self) -> impl Iterator<Item = NodeId> {
        self.creates.iter().chain(&self.prepares).copied()
    }
}

impl<'a> Touches<'a> {
    pub(super) fn of(draft: &'a Draft<'_>) -> Self {
        let mut touches = Self(FxHashMap::default());
        for (id, node) in draft.nodes.iter().enumerate() {
            for key in &node.creates {
                touches.touch(key, draft).creates.push(id);
            }
            for key in &node.changes {
                touches.touch(key, draft).changes.push(id);
            }
            for key in &node.destroys {
                touches.touch(key, draft).destroys.push(id);
            }
            for key in &node.prepares {
                touches.touch(key, draft).prepares.push(id);
            }
        }
        touches
    }

    fn touch(&mut self, key: &'a ObjectKey, draft: &'a Draft<'_>) -> &mut Touch<'a> {
        self.0.entry(key).or_insert_with(|| Touch::of(key, draft))
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&'a ObjectKey, &Touch<'a>)> {
        self.0.iter().map(|(key, touch)| (*key, touch))
    }

    /// Those of an object, where it is touched.
    pub(super) fn get(&self, key: &ObjectKey) -> Option<&Touch<'a>> {
        self.0.get(key)
    }

    pub(super) fn creating(&self, key: &ObjectKey) -> &[NodeId] {
        self.get(key).map(|touch| touch.creates.as_slice()).unwrap_or_default()
    }

    pub(super) fn changing(&self, key: &ObjectKey) -> &[NodeId] {
        self.get(key).map(|touch| touch.changes.as_slice()).unwrap_or_default()
    }

    pub(super) fn destroying(&self, key: &ObjectKey) -> &[NodeId] {
        self.get(key).map(|touch| touch.destroys.as_slice()).unwrap_or_default()
    }
}
