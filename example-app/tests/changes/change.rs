//! The changes: edits of the models' text, and what goes with them.

/// One change of the models.
pub(crate) struct Change {
    /// What it is; the message of its revision.
    pub(crate) name: &'static str,
    /// Texts of the models, each with the one that takes its place.
    pub(crate) edits: &'static [(&'static str, &'static str)],
    /// What `generate` has to be told.
    pub(crate) arguments: &'static [&'static str],
    /// What has to happen to the rows before.
    pub(crate) rows: &'static str,
}

const fn change(name: &'static str, edits: &'static [(&'static str, &'static str)]) -> Change {
    Change { name, edits, arguments: &[], rows: "" }
}

/// The first models.
pub(crate) const FIRST: Change = change("first tables", &[("", MODELS)]);

const MODELS: &str = r#"//! What is stored.
#![allow(dead_code)]

use migrate_core::{DbEnum, DbModel};

/// How far an article is.
#[derive(DbEnum)]
#[db(rename_all = "snake_case")]
pub enum Status {
    Draft,
    Published,
}

/// A person.
#[derive(DbModel)]
pub struct Author {
    #[db(primary_key, identity)]
    pub id: i64,
    pub name: String,
}

/// A text.
#[derive(DbModel)]
#[db(check("words >= 0"))]
pub struct Article {
    #[db(primary_key, identity)]
    pub id: i64,
    pub title: String,
    pub body: Option<String>,
    pub status: Status,
    pub words: i32,
}
"#;

/// All changes, each on top of the one before.
pub(crate) const CHANGES: &[Change] = &[
    change("add a column", &[("    pub words", "    pub note: Option<String>,\n    pub words")]),
    change(
        "add a column with a default",
        &[("    pub words", "    #[db(default = 0)]\n    pub views: i32,\n    pub words")],
    ),
    change(
        "rename a column",
        &[("    pub body", "    #[db(renamed_from = \"body\")]\n    pub content")],
    ),
    change("widen a column", &[("pub views: i32", "pub views: i64")]),
    change("set a length", &[("    pub title", "    #[db(varchar = 200)]\n    pub title")]),
    Change {
        rows: "UPDATE article SET note = title WHERE note IS NULL",
        ..change("require a column", &[("pub note: Option<String>", "pub note: String")])
    },
    change("set a default", &[("    pub note", "    #[db(default = \"it's\")]\n    pub note")]),
    change("change a default", &[("default = \"it's\"", "default = sql(\"upper('none')\")")]),
    change("let a column be null", &[("pub words: i32", "pub words: Option<i32>")]),
    change("add a label", &[("    Published,", "    Review,\n    Published,")]),
    change(
        "rename a label",
        &[("    Review,", "    #[db(renamed_from = \"review\")]\n    InReview,")],
    ),
    Change {
        rows: "UPDATE article SET status = 'in_review' WHERE status = 'draft'",
        ..change(
            "remove a label",
            &[
                ("    #[db(renamed_from = \"review\")]\n    InReview,\n", ""),
                (
                    "#[db(rename_all = \"snake_case\")]",
                    "#[db(rename_all = \"snake_case\", removed(\"in_review\" = Draft))]",
                ),
            ],
        )
    },
    change(
        "add a unique key",
        &[("check(\"words >= 0\")", "unique(title), check(\"words >= 0\")")],
    ),
    change(
        "add an index",
        &[("unique(title)", "unique(title), index(views desc, where = \"views > 0\")")],
    ),
    change(
        "add a check",
        &[("unique(title)", "unique(title), check(has_title = \"title <> ''\")")],
    ),
    change("change a check", &[("title <> ''", "length(title) > 1")]),
    change(
        "add a foreign key",
        &[(
            "    pub words",
            "    #[db(references(Author))]\n    pub author_id: Option<i64>,\n    pub words",
        )],
    ),
    change(
        "add a comment",
        &[("unique(title)", "comment = \"It's \\\"text\\\".\", unique(title)")],
    ),
    change(
        "add a generated column",
        &[(
            "    pub words",
            "    #[db(generated = \"lower(title)\")]\n    pub slug: String,\n    pub words",
        )],
    ),
    change(
        "add a table",
        &[(
            "/// A text.",
            "/// A word.\n#[derive(DbModel)]\npub struct Tag {\n    #[db(primary_key)]\n    pub id: i64,\n    \
             #[db(references(Article, on_delete = cascade), index)]\n    pub article_id: i64,\n    \
             pub tags: Vec<String>,\n}\n\n/// A text.",
        )],
    ),
    Change {
        rows: "INSERT INTO tag VALUES (1, 1, '{a}')",
        ..change(
            "rename a table",
            &[(
                "#[derive(DbModel)]\npub struct Tag {",
                "#[derive(DbModel)]\n#[db(renamed_from = \"tag\")]\npub struct Label {",
            )],
        )
    },
    Change {
        arguments: &["--drop", "article.note"],
        ..change(
            "drop a column",
            &[("    #[db(default = sql(\"upper('none')\"))]\n    pub note: String,\n", "")],
        )
    },
    change(
        "drop a unique key and a check",
        &[("unique(title), check(has_title = \"length(title) > 1\"),", "")],
    ),
    Change {
        arguments: &["--drop", "label"],
        ..change(
            "drop a table",
            &[(
                "/// A word.\n#[derive(DbModel)]\n#[db(renamed_from = \"tag\")]\npub struct Label {\n    \
                 #[db(primary_key)]\n    pub id: i64,\n    \
                 #[db(references(Article, on_delete = cascade), index)]\n    pub article_id: i64,\n    \
                 pub tags: Vec<String>,\n}\n\n",
                "",
            )],
        )
    },
];
