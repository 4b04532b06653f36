//! Names: renames that are declared, and those that only a name asks for.

use migrate_core::between::Settings;
use migrate_core::catalog::QualifiedName;
use migrate_core::diff::{Answers, ColumnRename, Rename};
use migrate_core::loss::Loss;
use migrate_core::revision::Executed;
use migrate_tests::{dump, execute, major, psql};

use super::{BLOG, compared, database, lost, reaches, script, url};

#[tokio::test]
async fn a_rename_is_a_drop_and_a_create_unless_it_is_declared() {
    let desired = BLOG.replace("content text", "body text").replace("(content)", "(body)");
    let (from, to) = (database(BLOG).await, database(&desired).await);
    let comparison =
        compared(&url(&from), &url(&to), &Settings::default()).await.expect("they are compared");
    assert_eq!(lost(&comparison), ["column `article.content`"]);
    let rename = |current: &str| {
        let (current, desired) = (current.into(), "body".into());
        let renames =
            vec![Rename::Column(ColumnRename { table: "article".into(), current, desired })];
        let answers = Answers { renames, ..Answers::default() };
        Settings { answers, ..Settings::default() }
    };
    let comparison = reaches(BLOG, &desired, "public", &rename("content")).await;
    let sql: Vec<&str> = comparison.statements.iter().filter_map(Executed::sql).collect();
    assert_eq!(sql[0], "ALTER TABLE article RENAME COLUMN content TO body");
    // Servers that keep names of `NOT NULL` constraints change those too.
    assert_eq!(sql.len(), if major() < 18 { 1 } else { 2 }, "{sql:?}");
    let error = compared(&url(&from), &url(&to), &rename("contents")).await;
    let error = error.expect_err("there is no such column").to_string();
    assert!(error.contains("FROM has no `article.contents`"), "{error}");
}

#[tokio::test]
async fn the_names_of_not_null_constraints_follow_the_renames_of_tables_and_columns() {
    let (long, longer) = ("t".repeat(40), "c".repeat(40));
    let schema = |table: &str, column: &str| {
        format!(
            "CREATE TABLE \"{table}\" (id integer PRIMARY KEY, \"{column}\" text NOT NULL, more text)"
        )
    };
    for ([table, column], [new_table, new_column]) in [
        (["writer", "alias"], ["author", "name"]),
        (["100% 'q' $$", "\u{e9} %s"], ["a.b", "C"]),
        ([&long, "c"], ["t", "c"]),
        (["t", &longer], [&long, &longer]),
        ([&long, &longer], [&format!("{long}2"), &format!("{longer}2")]),
    ] {
        let from = database(&schema(table, column)).await;
        let to = database(&schema(new_table, new_column)).await;
        let renames = [
            (table != new_table).then(|| Rename::Table {
                current: QualifiedName { schema: None, name: table.into() },
                desired: QualifiedName { schema: None, name: new_table.into() },
            }),
            (column != new_column).then(|| {
                Rename::Column(ColumnRename {
                    table: QualifiedName { schema: None, name: new_table.into() },
                    current: column.into(),
                    desired: new_column.into(),
                })
            }),
        ];
        let answers =
            Answers { renames: renames.into_iter().flatten().collect(), ..Answers::default() };
        let settings = Settings { answers, ..Settings::default() };
        let comparison =
            compared(&url(&from), &url(&to), &settings).await.expect("they are compared");
        psql(&from, &script(&comparison, &from, "public"));
        assert_eq!(dump(&from), dump(&to), "{table}.{column}");
    }
}

#[tokio::test]
async fn a_table_that_moves_to_another_schema_keeps_its_rows() {
    let body = "(id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text UNIQUE)";
    let (a, b) = (
        format!(
            "CREATE TABLE t {body}; CREATE TABLE r (t_id int REFERENCES t); CREATE INDEX ON t (name)"
        ),
        format!(
            "CREATE SCHEMA other; CREATE TABLE other.moved {body};
            CREATE TABLE r (t_id int REFERENCES other.moved); CREATE INDEX ON other.moved (name)"
        ),
    );
    let moved = |from: &str, to: &str| {
        let qualified = |name: &str| match name.split_once('.') {
            Some(pair) => QualifiedName::from(pair),
            None => QualifiedName::from(name),
        };
        let rename = Rename::Table { current: qualified(from), desired: qualified(to) };
        let answers = Answers { renames: vec![rename], ..Answers::default() };
        Settings { answers, ..Settings::default() }
    };
    for (current, desired, settings, first) in [
        (&a, &b, moved("t", "other.moved"), "CREATE SCHEMA other"),
        (&b, &a, moved("other.moved", "t"), "ALTER TABLE other.moved SET SCHEMA public"),
    ] {
        let (from, to) = (database(current).await, database(desired).await);
        let [before, after] = [current, desired]
            .map(|sql| if sql.contains("other.moved") { "other.moved" } else { "t" });
        let rows = format!("INSERT INTO {before} (name) VALUES ('a'), (NULL)");
        execute(&from, &format!("{rows}; INSERT INTO r VALUES (1)")).await;
        let comparison =
            compared(&url(&from), &url(&to), &settings).await.expect("they are compared");
        let is_schema = |loss: &Loss| loss.what == "schema `other`";
        assert!(comparison.losses.iter().all(is_schema), "{:?}", comparison.losses);
        let sql = script(&comparison, &from, "public");
        assert!(sql.contains(first), "{sql}");
        psql(&from, &sql);
        assert_eq!(dump(&from), dump(&to), "{sql}");
        // An error where the rows are gone.
        psql(&from, &format!("SELECT 1 / count(*) FROM r JOIN {after} ON t_id = id"));
    }
}

#[tokio::test]
async fn what_only_gets_another_name_is_renamed() {
    let current = "
        CREATE DOMAIN small AS int CONSTRAINT below CHECK (VALUE < 10);
        CREATE TABLE author (id int CONSTRAINT author_pk PRIMARY KEY, mail text NOT NULL,
            CONSTRAINT mails UNIQUE (mail), CONSTRAINT has_mail CHECK (mail <> ''));
        CREATE TABLE book (id int PRIMARY KEY, size small, author int NOT NULL,
            CONSTRAINT by_author FOREIGN KEY (author) REFERENCES author);
        CREATE INDEX sizes ON book (size DESC);
        CREATE UNIQUE INDEX authors ON book (author);
        ALTER TABLE book REPLICA IDENTITY USING INDEX authors;
        ALTER TABLE book CLUSTER ON sizes;
        COMMENT ON INDEX sizes IS 'of what is there';
        COMMENT ON INDEX author_pk IS 'of the key';
        CREATE VIEW mailed AS SELECT id, mail FROM author GROUP BY id";
    let names = [
        ("below", "book_size_below"),
        ("author_pk", "author_key"),
        ("of the key", "the key"),
        ("mails", "author_mail_key"),
        ("has_mail", "author_mail_check"),
        ("by_author", "book_author_fkey"),
        ("INDEX sizes", "INDEX book_size_idx"),
        ("ON sizes", "ON book_size_idx"),
        ("INDEX authors", "INDEX book_author_idx"),
    ];
    let desired = names.iter().fold(current.to_owned(), |sql, (from, to)| sql.replace(from, to));
    let comparison = reaches(current, &desired, "public", &Settings::default()).await;
    let sql: Vec<&str> = comparison.statements.iter().filter_map(Executed::sql).collect();
    assert_eq!(sql.len(), 8, "{sql:?}");
    assert_eq!(sql.iter().filter(|sql| sql.contains("RENAME")).count(), 7, "{sql:?}");
    assert!(comparison.losses.is_empty());

    // Another thing has the name and goes: what wants it is built when it is gone.
    let taken = "CREATE TABLE t (a int, b int, CONSTRAINT y UNIQUE (b)); CREATE INDEX x ON t (a)";
    let wanted = "CREATE TABLE t (a int, b int, CONSTRAINT x UNIQUE (b))";
    reaches(taken, wanted, "public", &Settings::default()).await;
    reaches(wanted, taken, "public", &Settings::default()).await;
    let settings = Settings { exclude: vec!["x".into()], ..Settings::default() };
    let (from, to) = (
        database("CREATE TABLE t (a int); CREATE INDEX x ON t (a)").await,
        database("CREATE TABLE t (a int); CREATE INDEX y ON t (a)").await,
    );
    let comparison = compared(&url(&from), &url(&to), &settings).await.expect("they are compared");
    let sql: Vec<&str> = comparison.statements.iter().filter_map(Executed::sql).collect();
    assert!(sql.iter().all(|sql| sql.starts_with("CREATE INDEX")), "{sql:?}");

    // What is excluded may rest on it.
    let with = |name: &str| {
        format!(
            "CREATE TABLE t (a int CONSTRAINT {name} UNIQUE); CREATE TABLE audit (id int REFERENCES t (a))"
        )
    };
    let settings = Settings { exclude: vec!["audit".into()], ..Settings::default() };
    reaches(&with("before"), &with("after"), "public", &settings).await;
}

#[tokio::test]
async fn a_column_of_a_renamed_table_may_be_named_by_either_name_of_the_table() {
    let (before, after) = ("CREATE TABLE t (a int, b int)", "CREATE TABLE u (aa int, b int)");
    for table in ["t", "u"] {
        let (current, desired) = ("a".into(), "aa".into());
        let renames = vec![
            Rename::Column(ColumnRename { table: table.into(), current, desired }),
            Rename::Table { current: "t".into(), desired: "u".into() },
        ];
        let answers = Answers { renames, ..Answers::default() };
        let settings = Settings { answers, ..Settings::default() };
        let comparison = reaches(before, after, "public", &settings).await;
        assert!(comparison.losses.is_empty(), "{:?}", comparison.losses);
    }
}

#[tokio::test]
async fn a_check_that_heirs_may_have_from_elsewhere_too_is_no_renamed_one() {
    let with = |check: &str| {
        format!(
            "CREATE TABLE p (a int, CONSTRAINT {check} CHECK (a > 0));
             CREATE TABLE q (a int, CONSTRAINT {check} CHECK (a > 0));
             CREATE TABLE k () INHERITS (p, q);
             CREATE TABLE o (CONSTRAINT c2 CHECK (a > 0)) INHERITS (p);"
        )
    };
    let (from, to) = (database(&with("c1")).await, database(&with("c2")).await);
    let comparison = compared(&url(&from), &url(&to), &Settings::default()).await;
    psql(&from, &script(&comparison.expect("they are compared"), &from, "public"));
    assert_eq!(dump(&from), dump(&to));
}
