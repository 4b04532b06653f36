//! One model: its table, columns, defaults and sequences.

use crate::catalog::{
    Column, Expression, Generated, Ident, Identity, IdentityMode, MAX_IDENT_BYTES, Object,
    ObjectKey, Options, QualifiedName, Sequence, SequenceOptions, SequenceType, Table,
    identity_sequence,
};
use crate::model::{
    ColumnMeta, DefaultMeta, FieldMeta, FieldsMeta, ModelMeta, SequenceMeta, TableItemMeta,
    TableName,
};

use super::{Builder, DeclaredRename, ObjectsError, item, sql_type};

/// Adds a model's objects.
pub(super) fn add(
    builder: &mut Builder<'_>,
    model: &'static ModelMeta,
) -> Result<(), ObjectsError> {
    let name = builder.name(model.table);
    let key = ObjectKey::Table { name: name.clone() };
    if let Some(from) = model.renamed_from {
        let current = builder.name(TableName { schema: model.table.schema, name: from });
        builder.rename(DeclaredRename::Table { current, desired: name.clone() });
    }
    builder.add(key.clone(), Object::Table(table(model)));
    builder.comment(&key, model.comment);
    for sequence in model.sequences {
        let name = builder.name(TableName { schema: model.table.schema, name: sequence.name });
        let data_type = SequenceType::named(sequence.data_type.unwrap_or("bigint"));
        let options = sequence_options(sequence, data_type);
        builder.add(
            ObjectKey::Sequence { name },
            Object::Sequence(Sequence { options, unlogged: None, owned_by: None }),
        );
    }
    let mut items = Vec::new();
    add_fields(builder, &name, &model.fields, &mut items)?;
    items.extend(model.items);
    item::add_all(builder, &name, &items)
}

fn table(model: &ModelMeta) -> Table {
    Table {
        options: model
            .options
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect(),
        unlogged: model.unlogged,
        tablespace: model.tablespace.map(Ident::new),
        ..Table::default()
    }
}

fn add_fields(
    builder: &mut Builder<'_>,
    table: &QualifiedName,
    fields: &'static FieldsMeta,
    items: &mut Vec<&'static TableItemMeta>,
) -> Result<(), ObjectsError> {
    for field in fields.fields {
        match field {
            FieldMeta::Column(column) => add_column(builder, table, column)?,
            FieldMeta::Flatten(fields) => add_fields(builder, table, fields, items)?,
        }
    }
    items.extend(fields.items);
    Ok(())
}

fn add_column(
    builder: &mut Builder<'_>,
    table: &QualifiedName,
    meta: &'static ColumnMeta,
) -> Result<(), ObjectsError> {
    let name = Ident::new(meta.name);
    let key = ObjectKey::Column { table: table.clone(), name: name.clone() };
    if builder.objects.catalog.objects.contains_key(&key) {
        let (table, column) = (table.plain(), meta.name.to_owned());
        return Err(ObjectsError::DuplicateColumn { table, column });
    }
    if let Some(current) = meta.renamed_from() {
        builder.rename(DeclaredRename::Column {
            table: table.clone(),
            current: current.into(),
            desired: name.clone(),
        });
    }
    let named = sql_type::add(builder, &meta.column_type.sql_type);
    if let Some(needed) = named.needs {
        builder.depend(&key, needed);
    }
    let column = column(table, meta, named.text);
    add_default(builder, table, meta, &column.sql_type);
    builder.objects.catalog.column_order.entry(table.clone()).or_default().push(name);
    builder.add(key.clone(), Object::Column(column));
    builder.comment(&key, meta.comment());
    Ok(())
}

/// The name of an identity's sequence where PostgreSQL would shorten it in its own way.
fn long_sequence_name(table: &QualifiedName, column: &str) -> Option<QualifiedName> {
    let is_long = table.name.as_str().len() + column.len() + "__seq".len() > MAX_IDENT_BYTES;
    is_long.then(|| identity_sequence(table, &Ident::new(column)))
}

fn column(table: &QualifiedName, meta: &ColumnMeta, sql_type: String) -> Column {
    let identity = meta.identity().map(|identity| Identity {
        mode: if identity.always { IdentityMode::Always } else { IdentityMode::ByDefault },
        options: sequence_options(&identity.sequence, SequenceType::named(&sql_type)),
        sequence: long_sequence_name(table, meta.name),
    });
    Column {
        not_null: !meta.column_type.nullable || identity.is_some(),
        collation: meta.collation().map(QualifiedName::local),
        identity: identity.map(Box::new),
        generated: meta.generated().map(|generated| {
            let expression = Expression::new(generated.expression);
            Box::new(Generated { expression, stored: generated.stored })
        }),
        storage: meta.storage().map(str::to_owned),
        compression: meta.compression().map(str::to_owned),
        statistics: meta.statistics(),
        options: Options::new(),
        sql_type,
    }
}

/// Whether a default is a text that PostgreSQL reads as the moment in which the table is made.
fn is_read_once(default: &str, sql_type: &str) -> bool {
    let is_moment = ["date", "time", "timestamp"].iter().any(|name| {
        sql_type.strip_prefix(name).is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
    });
    let text = default.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\''));
    let moving = ["now", "today", "tomorrow", "yesterday"];
    is_moment
        && text.is_some_and(|text| {
            let text = text.to_lowercase();
            text.split(|letter: char| !letter.is_alphanumeric()).any(|word| moving.contains(&word))
        })
}

fn add_default(
    builder: &mut Builder<'_>,
    table: &QualifiedName,
    meta: &ColumnMeta,
    sql_type: &str,
) {
    let column = Ident::new(meta.name);
    let key = ObjectKey::Default { table: table.clone(), column: column.clone() };
    let expression = match meta.default().unwrap_or(DefaultMeta::None) {
        DefaultMeta::None => return,
        DefaultMeta::Sql(sql) => Expression::new(sql),
        DefaultMeta::Value(literal) => Expression::new(literal()),
        DefaultMeta::Serial => {
            let name = builder.names.relation(table, None, &[meta.name, "seq"]);
            let sequence = table.sibling(name);
            let options = SequenceOptions::defaults(SequenceType::named(sql_type), 1);
            let owned_by = Some((table.clone(), column));
            let sequence_key = ObjectKey::Sequence { name: sequence.clone() };
            let object = Object::Sequence(Sequence { options, unlogged: None, owned_by });
            builder.add(sequence_key.clone(), object);
            builder.depend(&key, sequence_key);
            Expression::new(format!(
                "nextval({}::regclass)",
                crate::model::quote_literal(&sequence.to_string())
            ))
        }
    };
    if is_read_once(expression.text(), sql_type) {
        builder.error.get_or_insert(ObjectsError::FixedMoment {
            place: format!("{}.{}", table.plain(), meta.name),
            default: expression.text().to_owned(),
        });
    }
    builder.add(key, Object::Default(expression));
}

fn sequence_options(meta: &SequenceMeta, data_type: SequenceType) -> SequenceOptions {
    let increment = meta.increment.unwrap_or(1);
    let defaults = SequenceOptions::defaults(data_type, increment);
    let (min, max) = (meta.min.unwrap_or(defaults.min), meta.max.unwrap_or(defaults.max));
    let start = meta.start.unwrap_or(if increment < 0 { max } else { min });
    let cache = meta.cache.unwrap_or(defaults.cache);
    SequenceOptions { data_type, start, increment, min, max, cache, cycle: meta.cycle }
}
