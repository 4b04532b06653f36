//! Tables, their columns, and sequences.

use rustc_hash::FxHashMap;
use sqlx::postgres::types::Oid;

use crate::catalog::{
    Column, Expression, Generated, Ident, Identity, IdentityMode, Object, ObjectKey, QualifiedName,
    ReplicaIdentity, Sequence, SequenceOptions, SequenceType, Table, identity_sequence,
};

use super::address::{Address, class};
use super::assemble::{Assembly, options};
use super::rows::{ColumnRow, RelationRow, Rows, SequenceRow};

pub(super) fn add_relations(assembly: &mut Assembly<'_>, rows: Vec<RelationRow>) {
    for row in rows {
        if assembly.is_extension_member(class::CLASS, row.oid) {
            continue;
        }
        let name = assembly.name(&row.schema, &row.name);
        if name.schema.is_none() && assembly.scope.hidden_tables.contains(&name.name) {
            continue;
        }
        let kind = match row.kind.as_str() {
            "r" => {
                add_table(assembly, row);
                continue;
            }
            "p" => "partitioned table",
            "partition" => "partition",
            "typed" => "typed table",
            "inheriting" => "inheriting table",
            _ => "foreign table",
        };
        let description = format!("{kind} `{}`", name.plain());
        assembly.note_unhandled(Address::of(class::CLASS, row.oid), description);
    }
}

fn add_table(assembly: &mut Assembly<'_>, row: RelationRow) {
    let name = assembly.name(&row.schema, &row.name);
    assembly.tables.insert(row.oid, name.clone());
    let key = ObjectKey::Table { name };
    assembly.note_owner(&key, row.other_owner);
    for row_type in [row.type_oid, row.array_oid] {
        assembly.addresses.insert(Address::of(class::TYPE, row_type), &key);
    }
    let table = Table {
        options: options(row.options),
        unlogged: row.persistence == "u",
        tablespace: row.tablespace.map(Ident::new),
        access_method: row.access_method.map(Ident::new),
        replica_identity: replica_identity(&row.replica_identity, row.replica_index),
        cluster_on: row.cluster_index.map(Ident::new),
    };
    assembly.add(Address::of(class::CLASS, row.oid), key, Object::Table(table));
}

fn replica_identity(kind: &str, index: Option<String>) -> ReplicaIdentity {
    match (kind, index) {
        ("f", _) => ReplicaIdentity::Full,
        ("n", _) => ReplicaIdentity::Nothing,
        ("i", Some(index)) => ReplicaIdentity::Index(index.into()),
        _ => ReplicaIdentity::Default,
    }
}

pub(super) fn add_columns(
    assembly: &mut Assembly<'_>,
    rows: Rows<'_, ColumnRow>,
    sequences: &[SequenceRow],
) -> Result<(), sqlx::Error> {
    let identities: FxHashMap<(Oid, i32), &SequenceRow> = sequences
        .iter()
        .filter(|row| row.owner_kind.as_deref() == Some("i"))
        .filter_map(|row| Some(((row.owner_oid?, row.owner_number?), row)))
        .collect();
    let mut order: FxHashMap<QualifiedName, Vec<Ident>> = FxHashMap::default();
    for row in rows {
        let row = row?;
        let Some(table) = assembly.tables.get(&row.relation_oid).cloned() else { continue };
        let name = Ident::new(&row.name);
        order.entry(table.clone()).or_default().push(name.clone());
        let identity = identities.get(&(row.relation_oid, i32::from(row.number)));
        add_column(assembly, table, name, row, identity.copied());
    }
    assembly.catalog.column_order.extend(order);
    Ok(())
}

fn add_column(
    assembly: &mut Assembly<'_>,
    table: QualifiedName,
    name: Ident,
    row: ColumnRow,
    sequence: Option<&SequenceRow>,
) {
    assembly.columns.insert((row.relation_oid, row.number), name.clone());
    assembly.column_collations.insert((row.relation_oid, row.number), row.collation_oid);
    let type_storage = &mut assembly.catalog.type_storage;
    if row.type_storage != "x" && !type_storage.contains_key(&row.sql_type) {
        type_storage.insert(row.sql_type.clone(), storage_name(&row.type_storage).to_owned());
    }
    let key = ObjectKey::Column { table: table.clone(), name: name.clone() };
    let address = Address::column(row.relation_oid, row.number);
    let default_address = row.default_oid.map(|oid| Address::of(class::ATTRDEF, oid));
    let expression = row.default_expression.clone().map(Expression::new);
    let is_generated = !row.generated.is_empty();
    if let (true, Some(default)) = (is_generated, default_address) {
        assembly.addresses.insert(default, &key);
    }
    if let (false, Some(expression), Some(default)) = (is_generated, &expression, default_address) {
        let key = ObjectKey::Default { table, column: name };
        assembly.add(default, key, Object::Default(expression.clone()));
    }
    let column = column(assembly, row, expression, sequence);
    assembly.add(address, key, Object::Column(column));
}

fn column(
    assembly: &Assembly<'_>,
    row: ColumnRow,
    expression: Option<Expression>,
    sequence: Option<&SequenceRow>,
) -> Column {
    let generated = match (row.generated.as_str(), expression) {
        ("", _) | (_, None) => None,
        (kind, Some(expression)) => Some(Generated { expression, stored: kind == "s" }),
    };
    let mode = match row.identity.as_str() {
        "a" => Some(IdentityMode::Always),
        "d" => Some(IdentityMode::ByDefault),
        _ => None,
    };
    let table = assembly.tables.get(&row.relation_oid);
    let identity = mode.zip(sequence).map(|(mode, sequence)| {
        let name = assembly.name(&sequence.schema, &sequence.name);
        let default = table.map(|table| identity_sequence(table, &Ident::new(row.name.as_str())));
        let sequence_name = (default.as_ref() != Some(&name)).then_some(name);
        Identity { mode, options: sequence_options(sequence), sequence: sequence_name }
    });
    Column {
        sql_type: row.sql_type,
        not_null: row.not_null,
        collation: assembly
            .visible_name(row.collation_schema.as_deref(), row.collation_name.as_deref()),
        identity: identity.map(Box::new),
        generated: generated.map(Box::new),
        storage: row.storage.map(|storage| storage_name(&storage).to_owned()),
        compression: compression_name(&row.compression),
        statistics: row.statistics,
        options: options(row.options),
    }
}

fn storage_name(code: &str) -> &'static str {
    match code {
        "p" => "plain",
        "e" => "external",
        "m" => "main",
        _ => "extended",
    }
}

fn compression_name(code: &str) -> Option<String> {
    match code {
        "p" => Some("pglz".to_owned()),
        "l" => Some("lz4".to_owned()),
        _ => None,
    }
}

pub(super) fn add_sequences(assembly: &mut Assembly<'_>, rows: Vec<SequenceRow>) {
    for row in rows {
        let address = Address::of(class::CLASS, row.oid);
        let owner = owner_column(assembly, &row);
        if row.owner_kind.as_deref() == Some("i") {
            if let Some((table, name)) = owner {
                let key = ObjectKey::Column { table, name };
                assembly.addresses.insert(address, &key);
            }
            continue;
        }
        if assembly.is_extension_member(class::CLASS, row.oid) {
            continue;
        }
        let (options, unlogged) = (sequence_options(&row), row.unlogged);
        let key = ObjectKey::Sequence { name: assembly.name(&row.schema, &row.name) };
        assembly.note_owner(&key, row.other_owner);
        let sequence = Sequence { options, unlogged, owned_by: owner };
        assembly.add(address, key, Object::Sequence(sequence));
    }
}

fn owner_column(
    assembly: &Assembly<'_>,
    row: &SequenceRow,
) -> Option<(crate::catalog::QualifiedName, Ident)> {
    let (oid, number) = (row.owner_oid?, i16::try_from(row.owner_number?).ok()?);
    let column = assembly.columns.get(&(oid, number))?;
    Some((assembly.tables.get(&oid)?.clone(), column.clone()))
}

fn sequence_options(row: &SequenceRow) -> SequenceOptions {
    SequenceOptions {
        data_type: SequenceType::named(&row.data_type),
        start: row.start,
        increment: row.increment,
        min: row.min,
        max: row.max,
        cache: row.cache,
        cycle: row.cycle,
    }
}
