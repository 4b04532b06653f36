//! Tables without their columns.

use std::collections::BTreeSet;

use crate::catalog::{Ident, Object, ObjectKey, Options, QualifiedName, ReplicaIdentity, Table};
use crate::diff::Pair;
use crate::plan::node::{Draft, Node};
use crate::plan::toast::is_toast;
use crate::plan::{Action, PlanError, TableChange, TableDefinition};

use super::DbObject;

impl DbObject for Table {
    fn create(&self, key: &ObjectKey, draft: &mut Draft<'_>) -> Result<(), PlanError> {
        let ObjectKey::Table { name } = key else { return Ok(()) };
        let definition = TableDefinition { table: self.clone(), ..TableDefinition::default() };
        draft.push(Node::creating(Action::CreateTable { name: name.clone(), definition }, key));
        if self.replica_identity != ReplicaIdentity::Default {
            let identity = self.replica_identity.clone();
            change(name, key, TableChange::SetReplicaIdentity { identity }, draft);
        }
        if let Some(index) = self.cluster_on.clone() {
            change(name, key, TableChange::SetCluster { index: Some(index) }, draft);
        }
        Ok(())
    }

    fn migrate(
        pair: Pair<'_, Self>,
        key: &ObjectKey,
        draft: &mut Draft<'_>,
    ) -> Result<(), PlanError> {
        let ObjectKey::Table { name } = key else { return Ok(()) };
        for table_change in changes(pair) {
            change(name, key, table_change, draft);
        }
        Ok(())
    }

    fn destroy(&self, key: &ObjectKey, draft: &mut Draft<'_>) {
        if let ObjectKey::Table { name } = key {
            draft.push(Node::destroying(Action::DropTable { name: name.clone() }, key));
        }
    }
}

/// Pushes what gives a table's roles back to indexes that come again: they go with an index.
pub(in crate::plan) fn keep_index_roles(recreated: &BTreeSet<ObjectKey>, draft: &mut Draft<'_>) {
    let (current, desired) = (draft.current, draft.desired);
    let comes_again = |table: &QualifiedName, index: &Ident| {
        let of_constraint = ObjectKey::Constraint { table: table.clone(), name: index.clone() };
        let plain = ObjectKey::Index { name: table.sibling(index.clone()) };
        let becomes_other =
            current.objects.contains_key(&plain) != desired.objects.contains_key(&plain);
        becomes_other || recreated.contains(&of_constraint) || recreated.contains(&plain)
    };
    for (key, object) in &desired.objects {
        let (ObjectKey::Table { name }, Object::Table(after)) = (key, object) else { continue };
        let Some(Object::Table(before)) = current.objects.get(key) else { continue };
        if let ReplicaIdentity::Index(index) = &after.replica_identity
            && before.replica_identity == after.replica_identity
            && comes_again(name, index)
        {
            let identity = after.replica_identity.clone();
            change(name, key, TableChange::SetReplicaIdentity { identity }, draft);
        }
        if let Some(index) = &after.cluster_on
            && before.cluster_on == after.cluster_on
            && comes_again(name, index)
        {
            change(name, key, TableChange::SetCluster { index: Some(index.clone()) }, draft);
        }
    }
}

fn change(name: &QualifiedName, key: &ObjectKey, table_change: TableChange, draft: &mut Draft<'_>) {
    draft.push(Node::changing(Action::alter(name, table_change), key));
}

fn changes(pair: Pair<'_, Table>) -> Vec<TableChange> {
    let mut changes = option_changes(&pair.current.options, &pair.desired.options);
    if pair.differs_in(|table| &table.unlogged) {
        let unlogged = pair.desired.unlogged;
        changes.push(if unlogged { TableChange::SetUnlogged } else { TableChange::SetLogged });
    }
    if pair.differs_in(|table| &table.tablespace) {
        let tablespace = pair.desired.tablespace.clone();
        let tablespace = tablespace.unwrap_or_else(|| Ident::new("pg_default"));
        changes.push(TableChange::SetTablespace { tablespace });
    }
    if pair.differs_in(|table| &table.access_method) {
        let method = pair.desired.access_method.clone().unwrap_or_else(|| Ident::new("heap"));
        changes.push(TableChange::SetAccessMethod { method });
    }
    if pair.differs_in(|table| &table.replica_identity) {
        let identity = pair.desired.replica_identity.clone();
        changes.push(TableChange::SetReplicaIdentity { identity });
    }
    if pair.differs_in(|table| &table.cluster_on) {
        changes.push(TableChange::SetCluster { index: pair.desired.cluster_on.clone() });
    }
    changes
}

fn option_changes(current: &Options, desired: &Options) -> Vec<TableChange> {
    let [of_table, of_toast] = [false, true].map(|toast| {
        let part = |all: &Options| -> Options {
            all.iter()
                .filter(|(name, _)| is_toast(name) == toast)
                .map(|(name, value)| (name.clone(), value.clone()))
                .collect()
        };
        options_to_set(&part(current), &part(desired))
    });
    let set: Options = of_table.into_iter().chain(of_toast).collect();
    let reset: Vec<String> =
        current.keys().filter(|name| !desired.contains_key(*name)).cloned().collect();
    let set = (!set.is_empty()).then_some(TableChange::SetOptions { options: set });
    let reset = (!reset.is_empty()).then_some(TableChange::ResetOptions { names: reset });
    set.into_iter().chain(reset).collect()
}

/// What is set so that the options stand in the desired order, where any differs: `SET` puts an option
/// behind those that it doesn't name.
fn options_to_set(current: &Options, desired: &Options) -> Options {
    let kept = current.iter().filter(|(name, _)| desired.contains_key(*name));
    let equal = kept.zip(desired.iter()).take_while(|(one, other)| one == other).count();
    let rest = if current == desired { desired.len() } else { equal };
    desired.iter().skip(rest).map(|(name, value)| (name.clone(), value.clone())).collect()
}
