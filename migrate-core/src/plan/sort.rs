//! One order for all nodes: what depends follows, what needs a commit comes a stage later, and
//! ties come in the order of kinds and names.

use std::collections::BTreeSet;

use rustc_hash::{FxHashMap, FxHashSet};
use thiserror::Error;

use crate::catalog::{Catalog, ObjectKey, QualifiedName};

use super::Action;
use super::dependency::sets_type;
use super::fold::Graph;
use super::node::{Between, Node, NodeId};
use super::order::{OrderKey, order_key};
use super::step::is_validation;

/// Actions that wait for each other.
#[derive(Debug, Error)]
#[error("these changes wait for each other: {}; split them over two revisions", members.join("; "))]
pub struct DependencyCycle {
    /// The statements of the circle.
    pub members: Vec<String>,
}

/// An action in its place.
#[derive(Debug)]
pub(super) struct Placed {
    pub(super) action: Action,
    /// How many commits lie before it.
    pub(super) stage: usize,
}

/// Orders the nodes that lead to a catalog.
pub(super) fn sort(graph: Graph, desired: &Catalog) -> Result<Vec<Placed>, DependencyCycle> {
    let links = Links::of(&graph, desired);
    let (order, stages) = links.order(vec![0; graph.nodes.len()]);
    if order.len() < graph.nodes.len() {
        return Err(cycle(&graph, &order));
    }
    let (order, mut stages) = links.meet(&gaps(&graph, &links), order, stages);
    let last = stages.iter().copied().max().unwrap_or(0);
    let validates =
        order.iter().any(|node| stages[*node] == last && is_validation(&graph.nodes[*node].action));
    let end = last + usize::from(validates);
    let mut yields = vec![false; graph.nodes.len()];
    for node in order.into_iter().rev() {
        let Node { action, late, .. } = &graph.nodes[node];
        let latest = links.latest_stage(node, &stages, &yields);
        match latest {
            Some(latest) if *late || drops_data(action) => stages[node] = latest,
            None if drops_data(action) => stages[node] = end,
            None if *late => stages[node] = last,
            Some(_) | None => {}
        }
        yields[node] = latest.is_none() && drops_type(action);
    }
    let (order, stages) = links.order(stages);
    let mut nodes: Vec<Option<Action>> =
        graph.nodes.into_iter().map(|node| Some(node.action)).collect();
    let placed = order.into_iter().filter_map(|node| {
        let action = nodes[node].take()?;
        Some(Placed { action, stage: stages[node] })
    });
    Ok(placed.collect())
}

/// The changes of type of each table, which rewrite it once where they come together, and those during
/// which each object is gone that goes and comes again.
fn gaps(graph: &Graph, links: &Links) -> Vec<Vec<NodeId>> {
    let nodes = || graph.nodes.iter().enumerate();
    let coming = nodes().flat_map(|(id, node)| node.creates.iter().map(move |key| (key, id)));
    let coming: FxHashMap<&ObjectKey, NodeId> = coming.collect();
    let going = nodes().flat_map(|(id, node)| node.destroys.iter().map(move |key| (key, id)));
    let retyping = nodes()
        .filter(|(_, node)| retypes(&node.action))
        .map(|(id, _)| (id, links.followers[id].iter().map(|(one, _)| *one).collect()));
    let retyping: FxHashMap<NodeId, FxHashSet<NodeId>> = retyping.collect();
    let gaps = going.filter_map(|(key, gone)| {
        let back = coming.get(key).filter(|back| **back != gone)?;
        let leads_back = |id: &NodeId| retyping.get(id).is_some_and(|after| after.contains(back));
        let between = links.followers[gone].iter().map(|(id, _)| *id);
        let between: BTreeSet<NodeId> = between.filter(leads_back).collect();
        (between.len() > 1).then(|| between.into_iter().collect())
    });
    let mut of_tables: FxHashMap<&QualifiedName, Vec<NodeId>> = FxHashMap::default();
    for (id, node) in nodes() {
        if let Action::AlterTable { table, .. } = &node.action
            && sets_type(&node.action)
        {
            of_tables.entry(table).or_default().push(id);
        }
    }
    let of_tables = of_tables.into_values().filter(|nodes| nodes.len() > 1);
    of_tables.chain(gaps).collect()
}

/// Whether a column gets another type, for which what stands on it goes.
fn retypes(action: &Action) -> bool {
    matches!(action, Action::ReplaceEnum { .. }) || sets_type(action)
}

/// How often nodes are brought to one stage, which may move others.
const ROUNDS: usize = 8;

/// What is dropped with its data goes last, since a step before may be written that still reads it, or
/// may fail.
fn drops_data(action: &Action) -> bool {
    !super::losses(action).is_empty()
}

/// A type goes after the last of what was of it, however late that is.
fn drops_type(action: &Action) -> bool {
    matches!(action, Action::DropType { .. } | Action::DropDomain { .. })
}

/// The place of each node when all are sorted by kind and name.
fn ranks(keys: &[OrderKey<'_>]) -> Vec<usize> {
    let mut sorted: Vec<NodeId> = (0..keys.len()).collect();
    sorted.sort_by(|one, two| keys[*one].cmp(&keys[*two]));
    let mut ranks = vec![0; keys.len()];
    for (rank, node) in sorted.into_iter().enumerate() {
        ranks[node] = rank;
    }
    ranks
}

/// The graph as Kahn's algorithm reads it.
struct Links {
    blockers: Vec<usize>,
    followers: Vec<Vec<(NodeId, Between)>>,
    /// The place of each node among all by key.
    ranks: Vec<usize>,
    outside: Vec<bool>,
}

impl Links {
    fn of(graph: &Graph, desired: &Catalog) -> Self {
        let mut blockers = vec![0usize; graph.nodes.len()];
        let mut followers: Vec<Vec<(NodeId, Between)>> = vec![Vec::new(); graph.nodes.len()];
        for edge in &graph.edges {
            blockers[edge.after] += 1;
            followers[edge.before].push((edge.after, edge.between));
        }
        let actions = || graph.nodes.iter().map(|node| &node.action);
        let keys: Vec<OrderKey<'_>> = actions().map(|one| order_key(one, desired)).collect();
        let ranks = ranks(&keys);
        let outside = actions().map(Action::runs_outside_transaction).collect();
        Self { blockers, followers, ranks, outside }
    }

    /// Nodes that follow what they depend on, by stage, mode and key, with their stages; a node's
    /// stage is at least the one given.
    fn order(&self, mut stages: Vec<usize>) -> (Vec<NodeId>, Vec<usize>) {
        let mut blockers = self.blockers.clone();
        let place =
            |node: NodeId, stage: usize| (stage, self.outside[node], self.ranks[node], node);
        let mut ready: BTreeSet<(usize, bool, usize, NodeId)> = (0..blockers.len())
            .filter(|node| blockers[*node] == 0)
            .map(|node| place(node, stages[node]))
            .collect();
        let mut order = Vec::with_capacity(blockers.len());
        while let Some((stage, _, _, node)) = ready.pop_first() {
            order.push(node);
            for (follower, between) in &self.followers[node] {
                let commits = self.commits(node, *follower, *between);
                stages[*follower] = stages[*follower].max(stage + commits);
                blockers[*follower] -= 1;
                if blockers[*follower] == 0 {
                    ready.insert(place(*follower, stages[*follower]));
                }
            }
        }
        (order, stages)
    }

    /// Brings the nodes of each gap to the stage of the last of them, so that what is gone meanwhile
    /// isn't gone over several transactions; a gap of which no end of that comes stays as it was.
    fn meet(
        &self,
        gaps: &[Vec<NodeId>],
        order: Vec<NodeId>,
        stages: Vec<usize>,
    ) -> (Vec<NodeId>, Vec<usize>) {
        let mut met = (order.clone(), stages.clone());
        for _ in 0..ROUNDS {
            let mut raised = met.1.clone();
            for gap in gaps {
                let last = gap.iter().map(|node| raised[*node]).max().unwrap_or_default();
                for node in gap {
                    raised[*node] = last;
                }
            }
            if raised == met.1 {
                return met;
            }
            met = self.order(raised);
        }
        let is_closed = |gap: &&Vec<NodeId>| gap.iter().all(|one| met.1[*one] == met.1[gap[0]]);
        let closed: Vec<Vec<NodeId>> = gaps.iter().filter(is_closed).cloned().collect();
        match closed.len() < gaps.len() {
            true => self.meet(&closed, order, stages),
            false => (order, stages),
        }
    }

    /// How many commits have to lie between a node and one that follows it.
    fn commits(&self, node: NodeId, follower: NodeId, between: Between) -> usize {
        let needed = between == Between::Commit || (self.outside[node] && !self.outside[follower]);
        usize::from(needed)
    }

    /// The last stage that what follows the node leaves to it, where anything follows but what comes
    /// as late as it has to.
    fn latest_stage(&self, node: NodeId, stages: &[usize], yields: &[bool]) -> Option<usize> {
        let followers = self.followers[node].iter().filter(|(follower, _)| !yields[*follower]);
        let latest = followers.map(|(follower, between)| {
            stages[*follower].saturating_sub(self.commits(node, *follower, *between))
        });
        latest.min()
    }
}

fn cycle(graph: &Graph, ordered: &[NodeId]) -> DependencyCycle {
    let ordered: BTreeSet<&NodeId> = ordered.iter().collect();
    let blocked = (0..graph.nodes.len()).filter(|node| !ordered.contains(node));
    let members = blocked
        .flat_map(|node| crate::sql::statements(&graph.nodes[node].action))
        .take(10)
        .collect();
    DependencyCycle { members }
}
