//! Every action on tables and every change of one, with awkward names and texts.

use migrate_core::catalog::{
    Column, Constraint, ConstraintKind, Deferrable, ForeignKeyAction, Generated, Identity,
    IdentityMode, Index, IndexElement, IndexStorage, IndexTerm, Options, QualifiedName,
    ReplicaIdentity, SequenceOptions, SequenceType, Table,
};
use migrate_core::plan::{
    Action, ColumnDefinition, IndexBuild, IndexKey, TableChange, TableDefinition,
};

use crate::awkward::Awkward;

fn definition(a: &mut Awkward, column: Column) -> ColumnDefinition {
    ColumnDefinition { name: a.ident(), column, default: None }
}

/// Columns with one property each.
fn definitions(a: &mut Awkward) -> Vec<ColumnDefinition> {
    let text = || Column::of_type("text");
    let identity = |sql_type: &str, mode, options, sequence| Column {
        not_null: true,
        identity: Some(Box::new(Identity { mode, options, sequence })),
        ..Column::of_type(sql_type)
    };
    let usual = SequenceOptions::defaults(SequenceType::Integer, 1);
    let many = SequenceOptions { cache: 9, ..usual.clone() };
    let generated = |a: &mut Awkward, stored| Generated { expression: a.text().into(), stored };
    let columns = [
        text(),
        Column { not_null: true, ..text() },
        Column { collation: Some(a.name()), ..text() },
        Column {
            storage: Some("external".to_owned()),
            compression: Some("lz4".to_owned()),
            ..text()
        },
        Column { generated: Some(Box::new(generated(a, true))), not_null: true, ..text() },
        Column { generated: Some(Box::new(generated(a, false))), ..text() },
        identity("integer", IdentityMode::Always, usual.clone(), None),
        identity("integer", IdentityMode::Always, usual.clone(), Some(a.name())),
        identity("integer", IdentityMode::ByDefault, many, Some(a.name())),
        identity("a_domain", IdentityMode::Always, usual, None),
    ];
    let mut definitions: Vec<ColumnDefinition> =
        columns.into_iter().map(|column| definition(a, column)).collect();
    let with_default = ColumnDefinition { default: Some(a.text().into()), ..definition(a, text()) };
    definitions.push(with_default);
    definitions
}

fn pairs(a: &mut Awkward) -> Options {
    [("fillfactor".to_owned(), "70".to_owned()), ("toast.autovacuum_enabled".to_owned(), a.text())]
        .into_iter()
        .collect()
}

pub(crate) fn tables(a: &mut Awkward) -> Vec<Action> {
    let table = Table {
        options: pairs(a),
        unlogged: true,
        tablespace: Some(a.ident()),
        access_method: Some(a.ident()),
        ..Table::default()
    };
    let constraints = constraint_list(a).into_iter().map(|one| (a.ident(), one)).collect();
    let full = TableDefinition { columns: definitions(a), constraints, table };
    vec![
        Action::CreateTable { name: a.name(), definition: full },
        Action::CreateTable { name: a.name(), definition: TableDefinition::default() },
        Action::RenameTable { name: a.name(), desired: a.ident() },
        Action::MoveTable { name: a.name(), schema: Some(a.ident()) },
        Action::MoveTable { name: a.name(), schema: None },
        Action::DropTable { name: QualifiedName::from(("sch\\ema", "lost \u{202e}table")) },
        Action::DropTable { name: "lost".into() },
    ]
}

pub(crate) fn columns(a: &mut Awkward) -> Vec<Action> {
    let mut actions: Vec<Action> = definitions(a)
        .into_iter()
        .map(|column| Action::alter(&a.name(), TableChange::AddColumn { column }))
        .collect();
    let column = definitions(a).remove(0);
    let several = vec![
        TableChange::DropColumn { name: "lost {}".into() },
        TableChange::AddColumn { column },
        TableChange::DropNotNull { column: a.ident() },
    ];
    actions.extend([
        Action::RenameColumn { table: a.name(), name: a.ident(), desired: a.ident() },
        Action::AlterTable { table: a.name(), changes: several },
        Action::alter(
            &"lost table".into(),
            TableChange::DropColumn { name: "lost \"column\"".into() },
        ),
        Action::Backfill { table: a.name(), column: a.ident(), value: a.text().into() },
        Action::Backfill { table: "no".into(), column: "column".into(), value: "''".into() },
    ]);
    actions
}

/// Every change but those of the other families, alone and then together.
pub(crate) fn table_changes(a: &mut Awkward) -> Vec<Action> {
    let changes = changes(a);
    let alone = changes.iter().map(|change| Action::alter(&a.name(), change.clone()));
    let mut actions: Vec<Action> = alone.collect();
    actions.push(Action::AlterTable { table: a.name(), changes });
    actions
}

fn changes(a: &mut Awkward) -> Vec<TableChange> {
    let identity = |mode| {
        let options = SequenceOptions::defaults(SequenceType::SmallInt, 2);
        Identity { mode, options, sequence: None }
    };
    let set_type = |a: &mut Awkward, collation, using| TableChange::SetType {
        column: a.ident(),
        sql_type: "character varying(20)".to_owned(),
        collation,
        using,
    };
    let (collation, using) = (Some(a.name()), Some(a.text()));
    vec![
        set_type(a, None, None),
        set_type(a, None, using.clone()),
        set_type(a, collation.clone(), None),
        set_type(a, collation, using),
        TableChange::SetDefault { column: a.ident(), default: a.text().into() },
        TableChange::DropDefault { column: a.ident() },
        TableChange::SetNotNull { column: a.ident() },
        TableChange::DropNotNull { column: a.ident() },
        TableChange::AddIdentity { column: a.ident(), identity: identity(IdentityMode::Always) },
        TableChange::AlterIdentity {
            column: a.ident(),
            identity: identity(IdentityMode::ByDefault),
        },
        TableChange::DropIdentity { column: a.ident() },
        TableChange::DropExpression { column: a.ident() },
        TableChange::SetStorage { column: a.ident(), storage: "main".to_owned() },
        TableChange::SetCompression { column: a.ident(), compression: Some("pglz".to_owned()) },
        TableChange::SetCompression { column: a.ident(), compression: None },
        TableChange::SetStatistics { column: a.ident(), target: Some(10_000) },
        TableChange::SetStatistics { column: a.ident(), target: None },
        TableChange::SetColumnOptions { column: a.ident(), options: pairs(a) },
        TableChange::ResetColumnOptions { column: a.ident(), names: vec!["n_distinct".to_owned()] },
        TableChange::SetOptions { options: pairs(a) },
        TableChange::ResetOptions { names: vec!["fillfactor".to_owned(), a.text()] },
        TableChange::SetLogged,
        TableChange::SetUnlogged,
        TableChange::SetTablespace { tablespace: a.ident() },
        TableChange::SetAccessMethod { method: a.ident() },
        TableChange::SetReplicaIdentity { identity: ReplicaIdentity::Default },
        TableChange::SetReplicaIdentity { identity: ReplicaIdentity::Full },
        TableChange::SetReplicaIdentity { identity: ReplicaIdentity::Nothing },
        TableChange::SetReplicaIdentity { identity: ReplicaIdentity::Index(a.ident()) },
        TableChange::SetCluster { index: Some(a.ident()) },
        TableChange::SetCluster { index: None },
    ]
}

pub(crate) fn constraints(a: &mut Awkward) -> Vec<Action> {
    let mut changes: Vec<TableChange> = constraint_list(a)
        .into_iter()
        .map(|constraint| TableChange::AddConstraint { name: a.ident(), constraint })
        .collect();
    for deferrable in
        [Deferrable::No, Deferrable::InitiallyImmediate, Deferrable::InitiallyDeferred]
    {
        changes.push(TableChange::SetDeferrable { name: a.ident(), deferrable });
        for key in [IndexKey::Primary, IndexKey::Unique] {
            let (name, index) = (a.ident(), a.ident());
            changes.push(TableChange::AddConstraintUsingIndex { name, key, index, deferrable });
        }
    }
    changes.push(TableChange::DropConstraint { name: a.ident() });
    changes.push(TableChange::ValidateConstraint { name: a.ident() });
    let mut actions: Vec<Action> =
        changes.into_iter().map(|change| Action::alter(&a.name(), change)).collect();
    actions.push(Action::RenameConstraint { table: a.name(), name: a.ident(), desired: a.ident() });
    actions
}

fn constraint_list(a: &mut Awkward) -> Vec<Constraint> {
    let storage = IndexStorage { options: pairs(a), tablespace: Some(a.ident()) };
    let of = Constraint::of;
    let (columns, include) = (vec![a.ident(), a.ident()], vec![a.ident()]);
    let foreign_key =
        |a: &mut Awkward, on_delete, on_update, match_full| ConstraintKind::ForeignKey {
            columns: vec![a.ident(), a.ident()],
            table: a.name(),
            target: vec![a.ident(), a.ident()],
            on_delete,
            on_update,
            match_full,
        };
    let some = ForeignKeyAction::SetNull(vec![a.ident()]);
    let (none, cascade) = (ForeignKeyAction::SetDefault(Vec::new()), ForeignKeyAction::Cascade);
    let elements = elements(a).into_iter().map(|element| (element, "&&".to_owned())).collect();
    vec![
        of(ConstraintKind::PrimaryKey {
            columns: columns.clone(),
            include: include.clone(),
            storage: storage.clone(),
        }),
        of(ConstraintKind::Unique {
            columns: columns.clone(),
            include: Vec::new(),
            nulls_not_distinct: true,
            storage: IndexStorage::default(),
        }),
        Constraint {
            deferrable: Deferrable::InitiallyImmediate,
            ..of(ConstraintKind::Unique {
                columns,
                include,
                nulls_not_distinct: false,
                storage: storage.clone(),
            })
        },
        of(foreign_key(a, ForeignKeyAction::NoAction, ForeignKeyAction::Restrict, false)),
        Constraint {
            deferrable: Deferrable::InitiallyDeferred,
            validated: false,
            ..of(foreign_key(a, some, none, true))
        },
        of(foreign_key(a, cascade, ForeignKeyAction::NoAction, false)),
        of(ConstraintKind::Check { expression: a.text().into(), no_inherit: true }),
        Constraint {
            validated: false,
            ..of(ConstraintKind::Check { expression: a.text().into(), no_inherit: false })
        },
        of(ConstraintKind::Exclusion {
            method: "gist".into(),
            elements,
            include: vec![a.ident()],
            predicate: Some(a.text().into()),
            storage,
        }),
    ]
}

/// Elements with one property each.
fn elements(a: &mut Awkward) -> Vec<IndexElement> {
    let column = |a: &mut Awkward| IndexElement::of(IndexTerm::Column(a.ident()));
    vec![
        column(a),
        IndexElement::of(IndexTerm::Expression(a.text().into())),
        IndexElement { descending: true, nulls_first: true, ..column(a) },
        IndexElement { descending: true, ..column(a) },
        IndexElement { nulls_first: true, ..column(a) },
        IndexElement { collation: Some(a.name()), opclass: Some(a.name()), ..column(a) },
        IndexElement {
            opclass: Some("public.gist_trgm_ops".into()),
            opclass_options: vec![
                ("siglen".to_owned(), "32".to_owned()),
                ("a".to_owned(), a.text()),
            ],
            ..column(a)
        },
    ]
}

pub(crate) fn indexes(a: &mut Awkward) -> Vec<Action> {
    let plain = Index {
        table: a.name(),
        unique: false,
        method: "btree".into(),
        elements: vec![IndexElement::of(IndexTerm::Column(a.ident()))],
        include: Vec::new(),
        nulls_not_distinct: false,
        predicate: None,
        storage: IndexStorage::default(),
        valid: true,
    };
    let full = Index {
        unique: true,
        method: "gin".into(),
        elements: elements(a),
        include: vec![a.ident(), a.ident()],
        nulls_not_distinct: true,
        predicate: Some(a.text().into()),
        storage: IndexStorage { options: pairs(a), tablespace: Some(a.ident()) },
        ..plain.clone()
    };
    vec![
        Action::CreateIndex { name: a.name(), index: plain.clone(), build: IndexBuild::Plain },
        Action::CreateIndex { name: a.name(), index: full.clone(), build: IndexBuild::Plain },
        Action::CreateIndex { name: a.name(), index: full, build: IndexBuild::Concurrently },
        Action::CreateIndex { name: a.name(), index: plain, build: IndexBuild::Concurrently },
        Action::RenameIndex { name: a.name(), desired: a.ident() },
        Action::DropIndex { name: a.name(), build: IndexBuild::Plain },
        Action::DropIndex { name: a.name(), build: IndexBuild::Concurrently },
    ]
}
