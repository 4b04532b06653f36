//! Models that are made for a benchmark: the tables of [`super::synthetic`], as derives say them.

use migrate_core::model::{
    ColumnMeta, ColumnOption, ColumnType, DefaultMeta, FieldMeta, FieldsMeta, ForeignKeyMeta,
    IndexElementMeta, IndexMeta, KeyMeta, ModelMeta, Registry, Source, SqlType, TableItemMeta,
    TableName,
};

/// So many models; of `every` of them one has a column more.
pub(crate) fn registry(count: usize, every: Option<usize>) -> Registry {
    let models = (0..count).map(|number| {
        let changed = every.is_some_and(|every| number % every == 0);
        &*Box::leak(Box::new(model(number, changed)))
    });
    Registry::of(models).expect("every table is there once")
}

fn model(number: usize, changed: bool) -> ModelMeta {
    ModelMeta {
        table: table(number),
        renamed_from: None,
        fields: FieldsMeta { fields: fields(changed).leak(), items: items(number).leak() },
        items: &[],
        sequences: &[],
        comment: None,
        options: &[],
        unlogged: false,
        tablespace: None,
        source: Source { package: "models", file: file!(), line: line!() },
    }
}

fn table(number: usize) -> TableName {
    TableName { schema: None, name: format!("model_{number}").leak() }
}

fn fields(changed: bool) -> Vec<FieldMeta> {
    let columns = [
        ("id", "bigint", false),
        ("parent_id", "bigint", true),
        ("owner_id", "bigint", false),
        ("title", "text", false),
        ("slug", "text", false),
        ("price", "numeric", true),
        ("words", "integer", false),
        ("is_live", "boolean", false),
        ("published_at", "timestamp with time zone", true),
    ];
    let more = changed.then_some(("note", "text", true));
    let plain = columns
        .into_iter()
        .chain(more)
        .map(|(name, sql_type, nullable)| column(name, sql_type, nullable, &[]));
    let options = &[ColumnOption::Default(DefaultMeta::Sql("now()"))];
    let created = column("created_at", "timestamp with time zone", false, options);
    plain.chain([created]).map(FieldMeta::Column).collect()
}

fn column(
    name: &'static str,
    sql_type: &'static str,
    nullable: bool,
    options: &'static [ColumnOption],
) -> ColumnMeta {
    let column_type = ColumnType { sql_type: SqlType::Builtin(sql_type), nullable };
    ColumnMeta { name, column_type: Box::leak(Box::new(column_type)), options }
}

fn items(number: usize) -> Vec<TableItemMeta> {
    vec![
        TableItemMeta::PrimaryKey(KeyMeta::new(&["id"])),
        TableItemMeta::Unique(KeyMeta::new(&["owner_id", "slug"])),
        TableItemMeta::ForeignKey(ForeignKeyMeta::new(&["parent_id"], table(number / 2), &["id"])),
        TableItemMeta::ForeignKey(ForeignKeyMeta::new(&["owner_id"], table(number / 3), &["id"])),
        TableItemMeta::Index(IndexMeta::new(ELEMENTS)),
    ]
}

const ELEMENTS: &[IndexElementMeta] = &[IndexElementMeta::column("published_at")];
