//! Settings of the table that holds a table's long values: PostgreSQL forgets them where there is no
//! such table yet, and makes it with the first column that needs one.

use crate::catalog::{ObjectKey, Options, QualifiedName};

use super::fold::Graph;
use super::node::{Between, Edge, Node, NodeId};
use super::{Action, TableChange};

/// Sets what is set with a name such as `toast.autovacuum_enabled` after the table's columns.
pub(super) fn settings_follow_columns(graph: &mut Graph) {
    for id in 0..graph.nodes.len() {
        let Some(table) = table(&graph.nodes[id].action) else { continue };
        let columns = nodes_of_columns(&table, graph);
        if columns.is_empty() {
            continue;
        }
        let settings = taken_out(&mut graph.nodes[id].action);
        if settings.is_empty() {
            continue;
        }
        let change = TableChange::SetOptions { options: settings };
        let node = Node::changing(Action::alter(&table, change), &ObjectKey::Table { name: table });
        let setting = match is_empty(&graph.nodes[id].action) {
            true => {
                graph.nodes[id] = node;
                id
            }
            false => {
                graph.nodes.push(node);
                graph.edges.push(edge(id, graph.nodes.len() - 1));
                graph.nodes.len() - 1
            }
        };
        graph.edges.extend(columns.into_iter().map(|column| edge(column, setting)));
    }
}

fn edge(before: NodeId, after: NodeId) -> Edge {
    Edge { before, after, between: Between::Nothing }
}

/// The table that an action makes, or whose settings it sets.
fn table(action: &Action) -> Option<QualifiedName> {
    match action {
        Action::CreateTable { name, .. } => Some(name.clone()),
        Action::AlterTable { table, changes } => {
            matches!(changes.as_slice(), [TableChange::SetOptions { .. }]).then(|| table.clone())
        }
        _ => None,
    }
}

/// What gives a table columns, or columns of it types.
fn nodes_of_columns(wanted: &QualifiedName, graph: &Graph) -> Vec<NodeId> {
    let gives = |change: &TableChange| {
        matches!(change, TableChange::AddColumn { .. } | TableChange::SetType { .. })
    };
    let nodes = graph.nodes.iter().enumerate().filter(|(_, node)| match &node.action {
        Action::AlterTable { table, changes } => table == wanted && changes.iter().any(gives),
        _ => false,
    });
    nodes.map(|(id, _)| id).collect()
}

/// The settings that have to wait, which the action loses.
fn taken_out(action: &mut Action) -> Options {
    let options = match action {
        Action::CreateTable { definition, .. } => &mut definition.table.options,
        Action::AlterTable { changes, .. } => match changes.as_mut_slice() {
            [TableChange::SetOptions { options }] => options,
            _ => return Options::new(),
        },
        _ => return Options::new(),
    };
    let (waiting, rest) = std::mem::take(options).into_iter().partition(|(name, _)| is_toast(name));
    *options = rest;
    waiting
}

fn is_empty(action: &Action) -> bool {
    let Action::AlterTable { changes, .. } = action else { return false };
    matches!(changes.as_slice(), [TableChange::SetOptions { options }] if options.is_empty())
}

/// Whether a setting is one of the table that holds long values.
pub(super) fn is_toast(setting: &str) -> bool {
    setting.starts_with("toast.")
}
