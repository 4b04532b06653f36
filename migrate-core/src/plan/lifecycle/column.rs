//! Columns.

use crate::catalog::{
    Catalog, Column, Constraint, ConstraintKind, Expression, Ident, Identity, ObjectKey, Options,
    QualifiedName, identity_sequence,
};
use crate::diff::Pair;
use crate::plan::by_attribute::by_attribute;
use crate::plan::cast;
use crate::plan::made::{not_null, present};
use crate::plan::node::{Between, Draft, Node, NodeId};
use crate::plan::{Action, ColumnDefinition, PlanError, TableChange, label_text};

use super::{DbObject, sequence};

impl DbObject for Column {
    fn create(&self, key: &ObjectKey, draft: &mut Draft<'_>) -> Result<(), PlanError> {
        let ObjectKey::Column { table, name } = key else { return Ok(()) };
        let lacks_value = draft.exists(&ObjectKey::Table { name: table.clone() })
            && self.generated.is_none()
            && self.identity.is_none()
            && draft.desired.given_by_default(table, name).is_none();
        // Rows can't have a null of a domain that takes none, not even until they are filled; and one
        // statement fills them where all shall be one transaction.
        let is_at_once =
            draft.desired.refuses_null(&self.sql_type) || (draft.options.simple && self.not_null);
        let placeholder = (lacks_value && is_at_once)
            .then(|| cast::neutral_value(self, table, name, draft.desired))
            .flatten();
        let is_filled = lacks_value && self.not_null && placeholder.is_none();
        let column = Self { not_null: self.not_null && !is_filled, ..bare(self) };
        let default = placeholder.clone();
        let column = ColumnDefinition { name: name.clone(), column, default };
        let mut steps = Steps::new(table, name, key);
        let add = Action::alter(table, TableChange::AddColumn { column });
        steps.push(Node::creating(add, key), draft);
        if placeholder.is_some() {
            steps.change(TableChange::DropDefault { column: name.clone() }, draft);
        }
        set_what_add_column_leaves_out(self, &mut steps, draft);
        if is_filled {
            require(self, &mut steps, draft);
        }
        Ok(())
    }

    fn migrate(
        pair: Pair<'_, Self>,
        key: &ObjectKey,
        draft: &mut Draft<'_>,
    ) -> Result<(), PlanError> {
        let ObjectKey::Column { table, name } = key else { return Ok(()) };
        let mut steps = Steps::new(table, name, key);
        drop_generation(pair, &mut steps, draft);
        let narrows = narrows_identity(pair);
        if narrows {
            set_identity(pair, &mut steps, draft);
        }
        drop_identity(pair, &mut steps, draft);
        change_type(pair, &mut steps, draft)?;
        change_nullability(pair, &mut steps, draft);
        if !narrows {
            set_identity(pair, &mut steps, draft);
        }
        let current = as_retyped(pair);
        change_storage(Pair::of(&current, pair.desired), &mut steps, draft);
        Ok(())
    }

    fn destroy(&self, key: &ObjectKey, draft: &mut Draft<'_>) {
        if let ObjectKey::Column { table, name } = key {
            let change = TableChange::DropColumn { name: name.clone() };
            let node = Node::destroying(Action::alter(table, change), key);
            // What is computed anew is there until then.
            let comes_again = self.generated.is_some() && draft.desired.objects.contains_key(key);
            draft.push(if comes_again { node.late() } else { node });
        }
    }

    /// A generated column is computed anew; only a stored one can become a plain column in place.
    fn must_be_recreated(pair: Pair<'_, Self>) -> bool {
        match (&pair.current.generated, &pair.desired.generated) {
            (None, None) => false,
            (Some(current), None) => !current.stored,
            (None, Some(_)) => true,
            (Some(current), Some(desired)) => {
                current != desired || pair.differs_in(|column| &column.sql_type)
            }
        }
    }
}

/// The changes of one column, one after the other.
struct Steps<'a> {
    table: &'a QualifiedName,
    column: &'a Ident,
    key: &'a ObjectKey,
    last: Option<NodeId>,
}

impl<'a> Steps<'a> {
    fn new(table: &'a QualifiedName, column: &'a Ident, key: &'a ObjectKey) -> Self {
        Self { table, column, key, last: None }
    }

    fn push(&mut self, node: Node, draft: &mut Draft<'_>) {
        self.push_with(node, Between::Nothing, draft);
    }

    fn push_with(&mut self, node: Node, between: Between, draft: &mut Draft<'_>) {
        let node = draft.push(node);
        if let Some(last) = self.last.replace(node) {
            draft.order(last, node, between);
        }
    }

    fn change(&mut self, change: TableChange, draft: &mut Draft<'_>) {
        let node = Node::changing(Action::alter(self.table, change), self.key);
        self.push(node, draft);
    }

    fn change_after_commit(&mut self, change: TableChange, draft: &mut Draft<'_>) {
        let node = Node::changing(Action::alter(self.table, change), self.key);
        self.push_with(node, Between::Commit, draft);
    }
}

/// Whether `ALTER COLUMN … TYPE` is needed.
fn is_retyped(pair: Pair<'_, Column>) -> bool {
    pair.differs_in(|column| &column.sql_type) || pair.differs_in(|column| &column.collation)
}

/// The current column after its change of type, which forgets its storage and compression.
fn as_retyped(pair: Pair<'_, Column>) -> Column {
    let current = pair.current.clone();
    match is_retyped(pair) {
        true => Column { storage: None, compression: None, ..current },
        false => current,
    }
}

/// What gives a column whose type was set anew the storage and compression that it has to have.
pub(in crate::plan) fn restored_storage(name: &Ident, column: &Column) -> Vec<TableChange> {
    let storage = column.storage.clone();
    let storage = storage.map(|storage| TableChange::SetStorage { column: name.clone(), storage });
    let compression = column.compression.clone().map(|method| TableChange::SetCompression {
        column: name.clone(),
        compression: Some(method),
    });
    storage.into_iter().chain(compression).collect()
}

fn change_type(
    pair: Pair<'_, Column>,
    steps: &mut Steps<'_>,
    draft: &mut Draft<'_>,
) -> Result<(), PlanError> {
    if !is_retyped(pair) {
        return Ok(());
    }
    let retyped = pair.differs_in(|column| &column.sql_type);
    let written = format!("{}.{}", steps.table.plain(), steps.column.as_str());
    let using = match draft.options.using.get(&written) {
        Some(using) => Some(using.clone()),
        None if retyped => {
            let (from, to) = (&pair.current.sql_type, &pair.desired.sql_type);
            let from = match draft.replacement.replaces(from) {
                true => from.clone(),
                false => draft.replacement.in_the_end(from, draft.current),
            };
            let to = draft.replacement.in_the_end(to, draft.desired);
            let (table, column) = (steps.table, steps.column);
            let special = match through_labels(column, (&from, &to), draft) {
                Some(using) => Some(using),
                None => {
                    let from = cast::in_the_end(&from, draft.current);
                    by_attribute(table, column, (&from, &to), [draft.current, draft.desired])?
                }
            };
            match special {
                Some(using) => Some(using),
                None => cast::using(table, column, (&from, &to), &draft.current.casts)?,
            }
        }
        None => None,
    };
    let change = TableChange::SetType {
        column: steps.column.clone(),
        sql_type: pair.desired.sql_type.clone(),
        collation: pair.desired.collation.clone(),
        using,
    };
    steps.change(change, draft);
    Ok(())
}

/// How texts become labels of an enum that says which takes the place of a removed one.
fn through_labels(column: &Ident, (from, to): (&str, &str), draft: &Draft<'_>) -> Option<String> {
    let [before, after] = [from, to].map(|one| one.trim_end_matches("[]"));
    let mappings = &draft.options.enum_mappings;
    let (_, mapping) = mappings.iter().find(|(name, _)| name.to_string() == after)?;
    let is_text =
        cast::is_text(before) || draft.current.enum_type(before).is_some_and(|_| before != after);
    let array = to.ends_with("[]");
    let is_mapped = is_text && !mapping.is_empty() && from.ends_with("[]") == array;
    is_mapped.then(|| format!("{}::{to}", label_text(&column.to_string(), mapping, array)))
}

fn drop_generation(pair: Pair<'_, Column>, steps: &mut Steps<'_>, draft: &mut Draft<'_>) {
    if pair.current.generated.is_some() && pair.desired.generated.is_none() {
        steps.change(TableChange::DropExpression { column: steps.column.clone() }, draft);
    }
}

fn drop_identity(pair: Pair<'_, Column>, steps: &mut Steps<'_>, draft: &mut Draft<'_>) {
    if pair.current.identity.is_some() && pair.desired.identity.is_none() {
        steps.change(TableChange::DropIdentity { column: steps.column.clone() }, draft);
    }
}

fn set_identity(pair: Pair<'_, Column>, steps: &mut Steps<'_>, draft: &mut Draft<'_>) {
    let Some(identity) = pair.desired.identity.as_deref().cloned() else { return };
    let column = steps.column.clone();
    if let Some(current) = &pair.current.identity {
        rename_sequence(Pair::of(current, &identity), steps, draft);
    }
    match &pair.current.identity {
        Some(current) if current.mode == identity.mode && current.options == identity.options => {}
        Some(current) => {
            let options = Pair::of(&current.options, &identity.options);
            let name = identity.sequence.clone();
            let name = name.unwrap_or_else(|| identity_sequence(steps.table, &column));
            let alter = |options| {
                let identity = Identity { options, ..identity.clone() };
                let change = TableChange::AlterIdentity { column: column.clone(), identity };
                Action::alter(steps.table, change)
            };
            let actions = sequence::actions_between(options, &name, alter);
            let begins_again = actions.iter().any(sequence::restarts);
            for action in actions {
                steps.push(Node::changing(action, steps.key), draft);
            }
            if begins_again {
                let sync = Action::SyncSequence { table: steps.table.clone(), column };
                let sync = draft.push(Node::changing(sync, steps.key));
                steps.last.inspect(|last| draft.order(*last, sync, Between::Nothing));
            }
        }
        None => {
            steps.change(TableChange::AddIdentity { column: column.clone(), identity }, draft);
            let sync = Action::SyncSequence { table: steps.table.clone(), column };
            steps.push(Node::changing(sync, steps.key), draft);
        }
    }
}

/// Whether the sequence of an identity gets a smaller type with its column, for which its bounds
/// have to be small enough.
fn narrows_identity(pair: Pair<'_, Column>) -> bool {
    match (&pair.current.identity, &pair.desired.identity) {
        (Some(current), Some(desired)) => current.options.data_type > desired.options.data_type,
        _ => false,
    }
}

/// The sequence belongs to the column, so another name is a new name of the same sequence.
fn rename_sequence(pair: Pair<'_, Identity>, steps: &mut Steps<'_>, draft: &mut Draft<'_>) {
    let default = identity_sequence(steps.table, steps.column);
    let [current, desired] =
        [pair.current, pair.desired].map(|one| one.sequence.clone().unwrap_or(default.clone()));
    if current != desired && current.schema == desired.schema {
        let action = Action::RenameSequence { name: current, desired: desired.name };
        steps.push(Node::changing(action, steps.key), draft);
    }
}

fn change_nullability(pair: Pair<'_, Column>, steps: &mut Steps<'_>, draft: &mut Draft<'_>) {
    match (pair.current.not_null, pair.desired.not_null) {
        (true, false) => {
            steps.change(TableChange::DropNotNull { column: steps.column.clone() }, draft);
        }
        (false, true) => require(pair.desired, steps, draft),
        _ => {}
    }
}

/// `NOT NULL` for a column of a table that may have rows: nulls get a value, and a check that was
/// validated without blocking the table proves that none is left. The check comes when the rows are
/// filled: it would refuse to let anybody write one that is not.
fn require(column: &Column, steps: &mut Steps<'_>, draft: &mut Draft<'_>) {
    let name = steps.column.clone();
    let default = draft.desired.given_by_default(steps.table, &name).cloned();
    let fill = default.or_else(|| cast::neutral_value(column, steps.table, &name, draft.desired));
    // What a generated column holds is nobody's to give.
    let fill = fill.filter(|_| column.generated.is_none());
    // Of a value in which everything is null, `IS NULL` says that there is none.
    let is_row = draft.desired.composite(draft.desired.base_type(&column.sql_type)).is_some();
    let where_absent = |value: Expression| {
        let sql_type = &column.sql_type;
        Expression::new(format!(
            "CASE WHEN {name} IS NOT DISTINCT FROM NULL THEN ({value})::{sql_type} ELSE {name} END"
        ))
    };
    let fill = if is_row { fill.map(where_absent) } else { fill };
    let backfill = fill.map(|value| {
        let action = Action::Backfill { table: steps.table.clone(), column: name.clone(), value };
        Node::changing(action, steps.key)
    });
    if draft.options.simple {
        if let Some(backfill) = backfill {
            steps.push(backfill, draft);
        }
        steps.change(TableChange::SetNotNull { column: name }, draft);
        return;
    }
    // The name without `is` is the one that PostgreSQL 18 gives to what comes of it.
    let mut proof =
        Ident::new(format!("{}_{}_is_not_null", steps.table.name.as_str(), name.as_str()));
    let is_taken = |proof: &Ident| {
        let key = ObjectKey::Constraint { table: steps.table.clone(), name: proof.clone() };
        [draft.current, draft.desired].iter().any(|side| side.objects.contains_key(&key))
    };
    while is_taken(&proof) {
        proof = Ident::new(format!("_{}", proof.as_str()));
    }
    let says_so = if is_row { present(&name) } else { not_null(&name) };
    let kind = ConstraintKind::Check { expression: Expression::new(says_so), no_inherit: false };
    let constraint = Constraint { validated: false, ..Constraint::of(kind) };
    if let Some(backfill) = backfill {
        steps.push_with(backfill, Between::Commit, draft);
    }
    let add = TableChange::AddConstraint { name: proof.clone(), constraint };
    steps.change_after_commit(add, draft);
    steps.change_after_commit(TableChange::ValidateConstraint { name: proof.clone() }, draft);
    steps.change_after_commit(TableChange::SetNotNull { column: name }, draft);
    steps.change(TableChange::DropConstraint { name: proof }, draft);
}

/// The column as `CREATE TABLE` and `ADD COLUMN` can make it: neither takes a statistics target or
/// attribute options, nor a storage before PostgreSQL 16.
fn bare(column: &Column) -> Column {
    Column { storage: None, statistics: None, options: Options::new(), ..column.clone() }
}

fn set_what_add_column_leaves_out(column: &Column, steps: &mut Steps<'_>, draft: &mut Draft<'_>) {
    change_storage(Pair::of(&bare(column), column), steps, draft);
}

fn change_storage(pair: Pair<'_, Column>, steps: &mut Steps<'_>, draft: &mut Draft<'_>) {
    let column = || steps.column.clone();
    let mut changes = Vec::new();
    if pair.differs_in(|column| &column.storage) {
        let storage = pair.desired.storage.clone();
        let storage = storage.unwrap_or_else(|| own_storage(pair.desired, draft.desired));
        changes.push(TableChange::SetStorage { column: column(), storage });
    }
    if pair.differs_in(|column| &column.compression) {
        let compression = pair.desired.compression.clone();
        changes.push(TableChange::SetCompression { column: column(), compression });
    }
    if pair.differs_in(|column| &column.statistics) {
        let target = pair.desired.statistics;
        changes.push(TableChange::SetStatistics { column: column(), target });
    }
    if pair.differs_in(|column| &column.options) {
        let names: Vec<String> = pair.current.options.keys().cloned().collect();
        if !names.is_empty() {
            changes.push(TableChange::ResetColumnOptions { column: column(), names });
        }
        if !pair.desired.options.is_empty() {
            let options = pair.desired.options.clone();
            changes.push(TableChange::SetColumnOptions { column: column(), options });
        }
    }
    for change in changes {
        steps.change(change, draft);
    }
}

/// The storage that the column's type has by itself, for `SET STORAGE` back to it.
fn own_storage(column: &Column, catalog: &Catalog) -> String {
    let own = catalog.type_storage.get(&column.sql_type);
    own.map_or_else(|| "extended".to_owned(), Clone::clone)
}
