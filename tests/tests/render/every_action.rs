//! Every action, with awkward names and texts.

use migrate_core::catalog::{
    Composite, Domain, DomainConstraint, EnumType, Extension, FunctionSignature, ObjectKey,
    QualifiedName, SequenceOptions, SequenceType,
};
use migrate_core::plan::{Action, AttributeChange, EnumColumn, LabelPath, LabelPosition};

use crate::awkward::Awkward;
use crate::every_table_action::{columns, constraints, indexes, table_changes, tables};

/// Actions by what they are about.
pub(crate) fn families() -> Vec<(&'static str, Vec<Action>)> {
    let a = &mut Awkward::default();
    vec![
        ("schemas", schemas(a)),
        ("enums", enums(a)),
        ("composites", composites(a)),
        ("domains", domains(a)),
        ("sequences", sequences(a)),
        ("tables", tables(a)),
        ("columns", columns(a)),
        ("table_changes", table_changes(a)),
        ("constraints", constraints(a)),
        ("indexes", indexes(a)),
        ("comments", comments(a)),
        ("dependents", dependents(a)),
    ]
}

fn schemas(a: &mut Awkward) -> Vec<Action> {
    let schema = a.ident();
    vec![
        Action::DropSchema { name: schema.clone() },
        Action::CreateSchema { name: schema },
        Action::CreateExtension { name: a.ident(), extension: Extension { schema: None } },
        Action::CreateExtension {
            name: a.ident(),
            extension: Extension { schema: Some(a.ident()) },
        },
        Action::MoveExtension { name: a.ident(), schema: None },
        Action::MoveExtension { name: a.ident(), schema: Some(a.ident()) },
        Action::DropExtension { name: a.ident() },
    ]
}

fn enums(a: &mut Awkward) -> Vec<Action> {
    let column = |a: &mut Awkward, array| EnumColumn { table: a.name(), column: a.ident(), array };
    vec![
        Action::CreateEnum {
            name: a.name(),
            definition: EnumType { labels: vec![a.text(), a.text(), a.text()] },
        },
        Action::CreateEnum { name: a.name(), definition: EnumType { labels: Vec::new() } },
        Action::AddEnumValue { name: a.name(), value: a.text(), position: LabelPosition::Last },
        Action::AddEnumValue {
            name: a.name(),
            value: a.text(),
            position: LabelPosition::Before(a.text()),
        },
        Action::AddEnumValue {
            name: a.name(),
            value: a.text(),
            position: LabelPosition::After(a.text()),
        },
        Action::RenameEnumValue { name: a.name(), current: a.text(), desired: a.text() },
        Action::RenameAttribute { composite: a.name(), name: a.ident(), desired: a.ident() },
        Action::ReplaceEnum {
            name: a.name(),
            definition: EnumType { labels: vec![a.text(), a.text()] },
            mapping: vec![(a.text(), a.text()), (a.text(), a.text())],
            columns: vec![column(a, false), column(a, true)],
        },
        Action::ReplaceEnum {
            name: a.name(),
            definition: EnumType { labels: vec![a.text()] },
            mapping: Vec::new(),
            columns: vec![column(a, false)],
        },
        Action::RequireUnusedLabels {
            name: a.name(),
            labels: vec![a.text(), a.text()],
            within: vec![
                LabelPath { table: a.name(), column: a.ident(), labels: a.text() },
                LabelPath { table: a.name(), column: a.ident(), labels: a.text() },
            ],
        },
        Action::DropType { name: a.name() },
        Action::RenameType { name: a.name(), desired: a.ident() },
    ]
}

fn composites(a: &mut Awkward) -> Vec<Action> {
    let attributes =
        vec![(a.ident(), "text".to_owned()), (a.ident(), "numeric(10,2)[]".to_owned())];
    let add = |a: &mut Awkward| AttributeChange::Add { name: a.ident(), sql_type: a.text() };
    let drop = |a: &mut Awkward| AttributeChange::Drop { name: a.ident() };
    let set = |a: &mut Awkward| AttributeChange::SetType { name: a.ident(), sql_type: a.text() };
    let alter = |a: &mut Awkward, changes| Action::AlterComposite { name: a.name(), changes };
    let (one, other, third) = (vec![add(a)], vec![drop(a)], vec![set(a)]);
    let all = vec![add(a), drop(a), set(a)];
    vec![
        Action::CreateComposite { name: a.name(), definition: Composite { attributes } },
        alter(a, one),
        alter(a, other),
        alter(a, third),
        alter(a, all),
    ]
}

fn domains(a: &mut Awkward) -> Vec<Action> {
    let plain = Domain { base: a.text(), collation: None, not_null: false, default: None };
    let full = Domain {
        base: "text".to_owned(),
        collation: Some(a.name()),
        not_null: true,
        default: Some(a.text().into()),
    };
    let check =
        |a: &mut Awkward, validated| DomainConstraint { expression: a.text().into(), validated };
    vec![
        Action::CreateDomain { name: a.name(), definition: plain },
        Action::CreateDomain { name: a.name(), definition: full },
        Action::SetDomainDefault { name: a.name(), default: Some(a.text().into()) },
        Action::SetDomainDefault { name: a.name(), default: None },
        Action::SetDomainNotNull { name: a.name() },
        Action::DropDomainNotNull { name: a.name() },
        Action::AddDomainConstraint {
            domain: a.name(),
            name: a.ident(),
            constraint: check(a, true),
        },
        Action::AddDomainConstraint {
            domain: a.name(),
            name: a.ident(),
            constraint: check(a, false),
        },
        Action::ValidateDomainConstraint { domain: a.name(), name: a.ident() },
        Action::DropDomainConstraint { domain: a.name(), name: a.ident() },
        Action::RenameDomainConstraint { domain: a.name(), name: a.ident(), desired: a.ident() },
        Action::DropDomain { name: a.name() },
    ]
}

/// Options that differ from the defaults in one way each, and in all.
fn options() -> Vec<SequenceOptions> {
    let usual = SequenceOptions::defaults(SequenceType::BigInt, 1);
    let small = SequenceOptions::defaults(SequenceType::SmallInt, 1);
    let down = SequenceOptions::defaults(SequenceType::Integer, -5);
    vec![
        SequenceOptions { start: 1_000_000, ..usual.clone() },
        SequenceOptions { min: i64::MIN, ..usual.clone() },
        SequenceOptions { min: i64::MIN, start: i64::MIN, cache: 20, ..usual.clone() },
        SequenceOptions { max: 12_345, cycle: true, ..usual.clone() },
        SequenceOptions { max: -10, start: -10, ..down.clone() },
        SequenceOptions { max: -10, ..down.clone() },
        SequenceOptions { min: -99, max: 7, start: -3, cache: 2, cycle: true, ..down.clone() },
        SequenceOptions { min: 0, start: 0, ..small.clone() },
        usual,
        small,
        down,
    ]
}

fn sequences(a: &mut Awkward) -> Vec<Action> {
    let mut actions: Vec<Action> = options()
        .into_iter()
        .flat_map(|options| {
            [
                Action::CreateSequence { name: a.name(), options: options.clone() },
                Action::AlterSequence { name: a.name(), options },
            ]
        })
        .collect();
    actions.extend([
        Action::SetSequenceOwner { name: a.name(), owner: Some((a.name(), a.ident())) },
        Action::SetSequenceOwner { name: a.name(), owner: None },
        Action::SetSequenceLogged { name: a.name() },
        Action::SetSequenceUnlogged { name: a.name() },
        Action::RenameSequence { name: a.name(), desired: a.ident() },
        Action::RestartSequence { name: a.name(), start: 7, min: -123_456, max: i64::MAX },
        Action::SyncSequence { table: a.name(), column: a.ident() },
        Action::AdvanceSequence { name: a.name(), table: a.name(), column: a.ident() },
        Action::ContinueSequence { name: a.name(), from: a.name() },
        Action::TakeOverSequence { name: a.name(), from: a.name() },
        Action::DropSequence { name: QualifiedName::from(("other\"", "lost\nsequence")) },
    ]);
    actions
}

fn comments(a: &mut Awkward) -> Vec<Action> {
    let table = ObjectKey::Table { name: a.name() };
    let arguments = "integer, text[]".to_owned();
    let signature = Box::new(FunctionSignature { name: a.name(), arguments });
    let keys = [
        ObjectKey::Comment { on: Box::new(table.clone()) },
        table,
        ObjectKey::Schema { name: a.ident() },
        ObjectKey::Extension { name: a.ident() },
        ObjectKey::Enum { name: a.name() },
        ObjectKey::Composite { name: a.name() },
        ObjectKey::Domain { name: a.name() },
        ObjectKey::DomainConstraint { domain: a.name(), name: a.ident() },
        ObjectKey::Sequence { name: a.name() },
        ObjectKey::Column { table: a.name(), name: a.ident() },
        ObjectKey::Default { table: a.name(), column: a.ident() },
        ObjectKey::Constraint { table: a.name(), name: a.ident() },
        ObjectKey::Index { name: a.name() },
        ObjectKey::Function { signature },
        ObjectKey::View { name: a.name() },
        ObjectKey::MaterializedView { name: a.name() },
        ObjectKey::Statistics { table: a.name(), name: a.name() },
        ObjectKey::Rule { table: a.name(), name: a.ident() },
        ObjectKey::Trigger { table: a.name(), name: a.ident() },
        ObjectKey::Policy { table: a.name(), name: a.ident() },
    ];
    let set = |on: ObjectKey| {
        let text = Some(a.text());
        [Action::SetComment { on: on.clone(), text }, Action::SetComment { on, text: None }]
    };
    keys.into_iter().flat_map(set).collect()
}

fn dependents(a: &mut Awkward) -> Vec<Action> {
    let key = ObjectKey::View { name: a.name() };
    let statements = (0..20).map(|_| a.text()).collect();
    vec![
        Action::CreateDependent { key: key.clone(), statements },
        Action::CreateDependent { key: key.clone(), statements: Vec::new() },
        Action::DropDependent { key, statement: a.text() },
    ]
}
