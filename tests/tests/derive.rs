//! What the derives say about tables, enums and types.
#![deny(warnings, unsafe_code, missing_docs, clippy::pedantic, unreachable_pub)]

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use migrate_core::model::{
    ColumnMeta, DbFields, DefaultMeta, DeferrableMeta, FieldMeta, ForeignKeyMeta, IndexMeta,
    KeyMeta, ReferentialAction, Registry, SqlLiteral, SqlType, TableItemMeta, TableName,
};
use migrate_core::{DbEnum, DbModel, DbType};

/// Who writes.
#[derive(DbModel)]
#[db(schema = "people", comments)]
struct Author {
    /// Counts up.
    #[db(primary_key, identity(always, start = 100, cache = 10))]
    id: i64,
    #[db(column = "mail", unique(name = "author_mail", nulls_not_distinct))]
    email: Email,
    #[db(references(Article, on_delete = set_null, deferrable), index)]
    favourite_id: Option<i64>,
    address: Option<Address>,
}

#[derive(DbType)]
#[db(
    domain = "email",
    schema = "people",
    check(at = "value ~ '@'"),
    check("length(value) < 200"),
    not_null,
    default = "nobody@example.org",
    comment = "An address"
)]
struct Email(String);

#[derive(DbType)]
#[db(rename_all = "camelCase", comments)]
struct Address {
    /// Without the number.
    street_name: String,
    #[db(rename = "zip", renamed_from = "code", varchar = 10, comment = "A code")]
    postal_code: String,
}

#[derive(DbType)]
struct ArticleId(i64);

#[derive(DbEnum)]
#[db(schema = "press", rename_all = "snake_case", removed("withdrawn" = InReview))]
enum Status {
    Draft,
    #[db(renamed_from = "review")]
    InReview,
    #[db(rename = "it's live")]
    Live,
}

#[derive(DbEnum)]
#[repr(i16)]
enum Level {
    Low = 1,
    High = 10,
}

/// When rows came and changed.
#[derive(DbModel)]
#[db(no_table)]
struct Stamps {
    #[db(default = sql("now()"), index(desc))]
    created_at: DateTime<Utc>,
    updated_at: Option<DateTime<Utc>>,
}

struct Opaque;

type Maybe = Option<Opaque>;

const QUOTA: i64 = 7;

#[derive(DbModel)]
#[sqlx(rename_all = "camelCase")]
#[db(
    table = "articles",
    renamed_from = "article",
    index(author_id, slug desc nulls_last collate("C"), where = "published is not null", include(title)),
    index("lower(title)" opclass("gin_trgm_ops", siglen = 32), name = "by_title", using = gin, with(fastupdate = off)),
    index(column("created_at"), unique, nulls_not_distinct, tablespace = "fast", renamed_from = "by_age"),
    unique(author_id, slug, initially_deferred),
    foreign_key(author_id, slug, references(table = "press.pen_names", columns("author", "slug")), on_delete = set_default(slug), on_update = cascade, match_full, not_valid, name = "pen"),
    foreign_key(author_id, references(Author, columns(id))),
    check(title_not_blank = "length(title) > 0", no_inherit, not_valid),
    exclude(using = "gist", slug with "=", "tstzrange(a, b)" with "&&", where = "quota > 0", name = "one_room"),
    with(fillfactor = 70, autovacuum_enabled = false, "toast.autovacuum_enabled" = true),
    unlogged,
    tablespace = "slow",
    comment = "What is written",
    sequence(name = "numbers", start = 5, increment = -1, min = -10, max = 10, cycle, as = "smallint"),
)]
struct Article {
    #[db(primary_key, serial)]
    id: ArticleId,
    #[db(references(Author, column = email, on_delete = cascade, name = "article_author"))]
    author_id: i64,
    #[db(varchar = 200, check = "title <> ''", collate = "C", storage = external, compression = lz4, statistics = 500)]
    title: String,
    #[db(char = 8)]
    slug: Option<String>,
    #[db(default = Status::Draft)]
    status: Status,
    #[db(default = Level::High)]
    level: Level,
    #[db(default = -1)]
    rank: i64,
    #[db(default = QUOTA * 2)]
    quota: i64,
    tags: Vec<String>,
    ids: Vec<ArticleId>,
    raw: Vec<u8>,
    #[db(numeric(10, 2))]
    price: Option<Opaque>,
    #[db(generated = "to_tsvector('english', title)", type = "tsvector", index(using = "gin"))]
    search: Option<Opaque>,
    #[db(type = "ltree", generated = "slug", virtual, not_null)]
    path: Maybe,
    #[db(type = "ltree")]
    other_path: Maybe,
    #[sqlx(json)]
    settings: Opaque,
    #[sqlx(json(nullable))]
    extra: Option<Opaque>,
    #[sqlx(json)]
    chosen: Option<Opaque>,
    #[db(json)]
    layout: Option<Opaque>,
    #[sqlx(try_from = "i64")]
    converted: Opaque,
    #[sqlx(skip)]
    #[expect(dead_code, reason = "the macro leaves a skipped field alone")]
    cached: Opaque,
    #[sqlx(rename = "type", default)]
    #[db(renamed_from = "kind")]
    r#type: String,
    #[sqlx(flatten)]
    stamps: Stamps,
}

fn column(fields: &'static [FieldMeta], name: &str) -> &'static ColumnMeta {
    let mut columns = fields.iter().filter_map(|field| match field {
        FieldMeta::Column(column) => Some(column),
        FieldMeta::Flatten(_) => None,
    });
    columns.find(|column| column.name == name).expect("the column was declared")
}

fn article(name: &str) -> &'static ColumnMeta {
    column(<Article as DbFields>::FIELDS.fields, name)
}

/// The type as one word, with the kinds that aren't plain in front of it.
fn type_name(sql_type: &SqlType) -> String {
    match sql_type {
        SqlType::Builtin(name) => (*name).to_owned(),
        SqlType::Extension { name, .. } => format!("extension {name}"),
        SqlType::Written(name) => format!("written {name}"),
        SqlType::Enum(meta) => format!("enum {}", meta.name.name),
        SqlType::Domain(meta) => format!("domain {}", meta.name.name),
        SqlType::Composite(meta) => format!("composite {}", meta.name.name),
        SqlType::Array(element) => format!("{}[]", type_name(element)),
    }
}

fn default_sql(default: &DefaultMeta) -> Option<String> {
    match default {
        DefaultMeta::None => None,
        DefaultMeta::Sql(sql) => Some((*sql).to_owned()),
        DefaultMeta::Value(value) => Some(value()),
        DefaultMeta::Serial => Some("serial".to_owned()),
    }
}

fn foreign_keys(items: &'static [TableItemMeta]) -> Vec<&'static ForeignKeyMeta> {
    let only_keys = |item: &'static TableItemMeta| match item {
        TableItemMeta::ForeignKey(key) => Some(key),
        _ => None,
    };
    items.iter().filter_map(only_keys).collect()
}

fn indexes(items: &'static [TableItemMeta]) -> Vec<&'static IndexMeta> {
    let only_indexes = |item: &'static TableItemMeta| match item {
        TableItemMeta::Index(index) => Some(index),
        _ => None,
    };
    items.iter().filter_map(only_indexes).collect()
}

fn uniques(items: &'static [TableItemMeta]) -> Vec<&'static KeyMeta> {
    let only_uniques = |item: &'static TableItemMeta| match item {
        TableItemMeta::Unique(key) => Some(key),
        _ => None,
    };
    items.iter().filter_map(only_uniques).collect()
}

#[test]
fn a_struct_is_named_by_itself_or_by_its_attribute() {
    assert_eq!(Author::TABLE, TableName { schema: Some("people"), name: "author" });
    assert_eq!(Article::TABLE, TableName { schema: None, name: "articles" });
    assert_eq!(Article::META.renamed_from, Some("article"));
    assert_eq!(Article::META.source.package, env!("CARGO_PKG_NAME"));
    assert!(Article::META.source.file.ends_with("derive.rs"));
}

#[test]
fn types_come_from_the_trait_or_from_an_attribute() {
    let types = [
        ("id", "bigint", false),
        ("title", "written character varying(200)", false),
        ("slug", "written character(8)", true),
        ("status", "enum status", false),
        ("level", "smallint", false),
        ("tags", "text[]", false),
        ("ids", "bigint[]", false),
        ("raw", "bytea", false),
        ("price", "written numeric(10,2)", true),
        ("search", "written tsvector", true),
        ("path", "written ltree", false),
        ("otherPath", "written ltree", true),
        ("settings", "jsonb", false),
        ("extra", "jsonb", true),
        ("chosen", "jsonb", false),
        ("layout", "jsonb", true),
        ("converted", "bigint", false),
        ("type", "text", false),
    ];
    for (name, sql_type, nullable) in types {
        let column = article(name);
        assert_eq!(type_name(&column.column_type.sql_type), sql_type, "{name}");
        assert_eq!(column.column_type.nullable, nullable, "{name}");
    }
}

#[test]
fn a_skipped_field_is_no_column_and_a_flattened_one_is_several() {
    let fields = <Article as DbFields>::FIELDS.fields;
    assert_eq!(fields.len(), 22);
    let flattened = fields.iter().find_map(|field| match field {
        FieldMeta::Flatten(fields) => Some(fields),
        FieldMeta::Column(_) => None,
    });
    let stamps = flattened.expect("stamps are flattened");
    let created_at = column(stamps.fields, "created_at");
    assert_eq!(
        default_sql(&created_at.default().unwrap_or(DefaultMeta::None)).as_deref(),
        Some("now()")
    );
    assert!(column(stamps.fields, "updated_at").column_type.nullable);
    assert!(indexes(stamps.items)[0].elements[0].descending);
}

#[test]
fn defaults_are_sql_or_rust_values() {
    let defaults = [
        ("id", Some("serial")),
        ("title", None),
        ("status", Some("'draft'")),
        ("level", Some("10")),
        ("rank", Some("-1")),
        ("quota", Some("14")),
    ];
    for (name, sql) in defaults {
        assert_eq!(
            default_sql(&article(name).default().unwrap_or(DefaultMeta::None)).as_deref(),
            sql,
            "{name}"
        );
    }
    assert_eq!(Status::InReview.sql_literal(), "'in_review'");
    assert_eq!(Status::Live.sql_literal(), "'it''s live'");
    assert_eq!(Level::Low.sql_literal(), "1");
    assert_eq!(ArticleId(3).sql_literal(), "3");
}

#[test]
fn columns_keep_what_their_fields_say() {
    let title = article("title");
    assert_eq!(title.collation(), Some("C"));
    assert_eq!(title.storage(), Some("external"));
    assert_eq!(title.compression(), Some("lz4"));
    assert_eq!(title.statistics(), Some(500));
    assert_eq!(article("type").renamed_from(), Some("kind"));
    assert!(article("search").generated().is_some_and(|generated| generated.stored));
    assert!(article("path").generated().is_some_and(|generated| !generated.stored));
    let id = column(<Author as DbFields>::FIELDS.fields, "id");
    let identity = id.identity().expect("the key is an identity");
    assert!(identity.always);
    assert_eq!((identity.sequence.start, identity.sequence.cache), (Some(100), Some(10)));
    assert_eq!(id.comment(), Some("Counts up."));
    assert_eq!(Author::META.comment, Some("Who writes."));
}

#[test]
fn keys_use_the_names_of_columns() {
    assert_eq!(Article::PRIMARY_KEY, ["id"]);
    let author = uniques(Author::META.fields.items)[0];
    assert_eq!(author.columns, ["mail"]);
    assert_eq!(author.name, Some("author_mail"));
    assert!(author.nulls_not_distinct);
    let article = uniques(Article::META.items)[0];
    assert_eq!(article.columns, ["authorId", "slug"]);
    assert_eq!(article.deferrable, DeferrableMeta::InitiallyDeferred);
}

#[test]
fn foreign_keys_look_their_target_up() {
    let of_field = foreign_keys(Article::META.fields.items)[0];
    assert_eq!(of_field.columns, ["authorId"]);
    assert_eq!(of_field.table, Author::TABLE);
    assert_eq!(of_field.target, ["mail"]);
    assert_eq!(of_field.on_delete, ReferentialAction::Cascade);
    let back = foreign_keys(Author::META.fields.items)[0];
    assert_eq!((back.table, back.target), (Article::TABLE, Article::PRIMARY_KEY));
    assert_eq!(back.on_delete, ReferentialAction::SetNull(&[]));
    assert_eq!(back.deferrable, DeferrableMeta::InitiallyImmediate);
    let [pen, plain] = foreign_keys(Article::META.items)[..] else {
        panic!("the struct declares two foreign keys");
    };
    assert_eq!(pen.table, TableName { schema: Some("press"), name: "pen_names" });
    assert_eq!(pen.target, ["author", "slug"]);
    assert_eq!(pen.on_delete, ReferentialAction::SetDefault(&["slug"]));
    assert_eq!(pen.on_update, ReferentialAction::Cascade);
    assert!(pen.match_full && pen.not_valid);
    assert_eq!(plain.target, ["id"]);
}

#[test]
fn indexes_keep_elements_and_options() {
    let [covering, by_title, by_age] = indexes(Article::META.items)[..] else {
        panic!("the struct declares three indexes");
    };
    assert_eq!(covering.predicate, Some("published is not null"));
    assert_eq!(covering.include, ["title"]);
    let slug = &covering.elements[1];
    assert_eq!((slug.text, slug.descending, slug.nulls_first), ("slug", true, Some(false)));
    assert_eq!(slug.collation, Some("C"));
    assert_eq!((by_title.name, by_title.method), (Some("by_title"), "gin"));
    assert!(by_title.elements[0].expression);
    assert_eq!(by_title.elements[0].opclass, Some("gin_trgm_ops"));
    assert_eq!(by_title.elements[0].opclass_options, [("siglen", "32")]);
    assert_eq!(by_title.options, [("fastupdate", "off")]);
    assert_eq!(by_age.elements[0].text, "created_at");
    assert!(by_age.unique && by_age.nulls_not_distinct);
    assert_eq!((by_age.tablespace, by_age.renamed_from), (Some("fast"), Some("by_age")));
}

#[test]
fn checks_and_exclusions_keep_their_words() {
    let texts: Vec<String> = Article::META.items.iter().filter_map(constraint_text).collect();
    assert_eq!(
        texts,
        [
            "check Some(\"title_not_blank\") None length(title) > 0 true true",
            "exclude Some(\"one_room\") gist slug = tstzrange(a, b) && Some(\"quota > 0\")",
        ]
    );
    let of_fields: Vec<String> =
        Article::META.fields.items.iter().filter_map(constraint_text).collect();
    assert_eq!(of_fields, ["check None Some(\"title\") title <> '' false false"]);
}

fn constraint_text(item: &TableItemMeta) -> Option<String> {
    match item {
        TableItemMeta::Check(check) => Some(format!(
            "check {:?} {:?} {} {} {}",
            check.name, check.column, check.expression, check.no_inherit, check.not_valid
        )),
        TableItemMeta::Exclusion(exclusion) => {
            let elements: Vec<String> = exclusion
                .elements
                .iter()
                .map(|(element, operator)| format!("{} {operator}", element.text))
                .collect();
            let (name, method) = (exclusion.name, exclusion.method);
            let predicate = exclusion.predicate;
            Some(format!("exclude {name:?} {method} {} {predicate:?}", elements.join(" ")))
        }
        _ => None,
    }
}

#[test]
fn a_table_keeps_its_storage_and_sequences() {
    let meta = Article::META;
    let options = [
        ("fillfactor", "70"),
        ("autovacuum_enabled", "false"),
        ("toast.autovacuum_enabled", "true"),
    ];
    assert_eq!(meta.options, options);
    assert!(meta.unlogged);
    assert_eq!((meta.tablespace, meta.comment), (Some("slow"), Some("What is written")));
    let sequence = meta.sequences[0];
    assert_eq!((sequence.name, sequence.data_type), ("numbers", Some("smallint")));
    assert_eq!((sequence.start, sequence.increment), (Some(5), Some(-1)));
    assert_eq!((sequence.min, sequence.max, sequence.cycle), (Some(-10), Some(10), true));
}

#[test]
fn an_enum_has_its_labels_in_order() {
    let SqlType::Enum(meta) = Status::SQL_TYPE else {
        panic!("the enum has labels");
    };
    let labels: Vec<_> = meta.labels.iter().map(|label| (label.name, label.renamed_from)).collect();
    assert_eq!(labels, [("draft", None), ("in_review", Some("review")), ("it's live", None)]);
    assert_eq!(meta.removed, [("withdrawn", "in_review")]);
    assert_eq!(meta.name, TableName { schema: Some("press"), name: "status" });
}

#[test]
fn the_field_of_a_newtype_says_its_type() {
    struct Decimal;
    #[derive(DbType)]
    #[db(domain = "amount")]
    struct Amount(#[db(numeric(12, 2))] Decimal);
    #[derive(DbType)]
    #[db(transparent)]
    struct Short(#[db(varchar = 10)] String);
    #[derive(DbType)]
    #[db(transparent)]
    struct Settings(#[db(json)] BTreeMap<String, bool>);

    let SqlType::Domain(meta) = Amount::SQL_TYPE else {
        panic!("the newtype is a domain");
    };
    assert_eq!(type_name(meta.base), "written numeric(12,2)");
    assert_eq!(type_name(&Short::SQL_TYPE), "written character varying(10)");
    assert_eq!(type_name(&Settings::SQL_TYPE), "jsonb");
    assert!([Amount::NULLABLE, Short::NULLABLE, Settings::NULLABLE].iter().all(|null| !null));
}

#[test]
fn a_newtype_can_be_a_domain() {
    let SqlType::Domain(meta) = Email::SQL_TYPE else {
        panic!("the newtype is a domain");
    };
    assert_eq!(meta.name, TableName { schema: Some("people"), name: "email" });
    assert_eq!(type_name(meta.base), "text");
    assert_eq!(meta.checks, [("at", "value ~ '@'"), ("", "length(value) < 200")]);
    assert_eq!(default_sql(&meta.default).as_deref(), Some("'nobody@example.org'"));
    assert!(meta.not_null);
    assert_eq!(meta.comment, Some("An address"));
}

#[test]
fn a_struct_of_names_is_a_composite_type() {
    let SqlType::Composite(meta) = Address::SQL_TYPE else {
        panic!("the struct is a composite type");
    };
    let attributes: Vec<_> = meta
        .attributes
        .iter()
        .map(|one| (one.name, one.renamed_from, type_name(&one.sql_type), one.comment))
        .collect();
    assert_eq!(
        attributes,
        [
            ("streetName", None, "text".to_owned(), Some("Without the number.")),
            ("zip", Some("code"), "written character varying(10)".to_owned(), Some("A code")),
        ]
    );
}

#[test]
fn every_model_with_a_table_is_registered() {
    let registry = Registry::linked().expect("the tables differ");
    let tables: Vec<&str> = registry.models().map(|model| model.table.name).collect();
    assert_eq!(tables, ["articles", "author"]);
}
