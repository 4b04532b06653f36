//! One order for all nodes: what depends follows, what needs a commit comes a stage later, and
//! ties come in the order of kinds and names.

use std::collections::BTreeSet;

use thiserror::Error;

use super::Action;
use super::fold::Graph;
use super::node::{Between, NodeId};
use super::order::{OrderKey, order_key};

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

/// Orders the nodes.
pub(super) fn sort(graph: Graph) -> Result<Vec<Placed>, DependencyCycle> {
    let mut blockers = vec![0usize; graph.nodes.len()];
    let mut followers: Vec<Vec<(NodeId, Between)>> = vec![Vec::new(); graph.nodes.len()];
    for edge in &graph.edges {
        blockers[edge.after] += 1;
        followers[edge.before].push((edge.after, edge.between));
    }
    let keys: Vec<OrderKey> = graph.nodes.iter().map(|node| order_key(&node.action)).collect();
    let outside: Vec<bool> =
        graph.nodes.iter().map(|node| node.action.runs_outside_transaction()).collect();
    let mut stages = vec![0usize; graph.nodes.len()];
    let mut ready: BTreeSet<(usize, bool, &OrderKey, NodeId)> = (0..graph.nodes.len())
        .filter(|node| blockers[*node] == 0)
        .map(|node| (0, outside[node], &keys[node], node))
        .collect();
    let mut order = Vec::with_capacity(graph.nodes.len());
    while let Some((stage, _, _, node)) = ready.pop_first() {
        order.push((node, stage));
        for (follower, between) in &followers[node] {
            let needs_commit =
                *between == Between::Commit || (outside[node] && !outside[*follower]);
            stages[*follower] = stages[*follower].max(stage + usize::from(needs_commit));
            blockers[*follower] -= 1;
            if blockers[*follower] == 0 {
                ready.insert((stages[*follower], outside[*follower], &keys[*follower], *follower));
            }
        }
    }
    if order.len() < graph.nodes.len() {
        return Err(cycle(&graph, &blockers));
    }
    let mut nodes: Vec<Option<Action>> =
        graph.nodes.into_iter().map(|node| Some(node.action)).collect();
    let placed = order.into_iter().filter_map(|(node, stage)| {
        let action = nodes[node].take()?;
        Some(Placed { action, stage })
    });
    Ok(placed.collect())
}

fn cycle(graph: &Graph, blockers: &[usize]) -> DependencyCycle {
    let blocked = graph.nodes.iter().zip(blockers).filter(|(_, blockers)| **blockers > 0);
    let members =
        blocked.flat_map(|(node, _)| crate::sql::statements(&node.action)).take(10).collect();
    DependencyCycle { members }
}
