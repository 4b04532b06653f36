//! What is not handled, excluded or made by others is named and left alone.

use migrate_core::between::Settings;
use migrate_core::revision::Executed;
use migrate_tests::{dump, major, psql};

use super::{BLOG, compared, database, script, url};

#[tokio::test]
async fn what_is_not_handled_or_excluded_is_left_alone() {
    let current = format!(
        "{BLOG}
         CREATE TABLE audit_log (id int REFERENCES author (id), note text);
         CREATE MATERIALIZED VIEW totals AS SELECT count(*) FROM author;
         CREATE SCHEMA billing; CREATE TABLE billing.invoice (id int);
         CREATE TYPE span AS RANGE (subtype = int4);
         CREATE TABLE guest () INHERITS (author);
         CREATE TYPE pair AS (x int); CREATE TABLE typed OF pair;
         ALTER TABLE article ENABLE ROW LEVEL SECURITY"
    );
    let desired = format!(
        "{BLOG} CREATE TABLE audit_trail (id int); CREATE SEQUENCE s;
         CREATE TYPE pair AS (x int);
         CREATE TABLE parted (id int PRIMARY KEY) PARTITION BY RANGE (id);
         ALTER TABLE article ADD CONSTRAINT to_parts FOREIGN KEY (id) REFERENCES parted"
    );
    let (from, to) = (database(&current).await, database(&desired).await);
    let exclude = ["audit_*", "billing.*"].map(Into::into).to_vec();
    let settings = Settings { exclude, ..Settings::default() };
    let comparison = compared(&url(&from), &url(&to), &settings).await.expect("they are compared");
    let sql: Vec<&str> = comparison.statements.iter().filter_map(Executed::sql).collect();
    assert_eq!(sql, ["CREATE SEQUENCE s AS bigint"]);
    assert!(comparison.losses.is_empty());
    let named: Vec<String> =
        comparison.left_alone.iter().map(|one| format!("{} {}", one.what, one.found)).collect();
    for wanted in [
        "materialized view `totals` only in FROM",
        "partitioned table `parted` only in TO",
        "constraint `to_parts` of `article` only in TO",
        "range type `span` only in FROM",
        "inheriting table `guest` only in FROM",
        "typed table `typed` only in FROM",
        "row security of `article` only in FROM",
    ] {
        assert!(named.iter().any(|name| name == wanted), "{named:?}");
    }
}

#[tokio::test]
async fn what_stands_on_an_excluded_column_is_excluded() {
    let from = "CREATE TABLE t (id int, old_x int, y int, CHECK (old_x > y)); CREATE INDEX i ON t (old_x, y);";
    let (from, to) = (database(from).await, database("CREATE TABLE t (id int, y int)").await);
    let exclude = vec!["t.old_*".into()];
    let settings = Settings { exclude, ..Settings::default() };
    for (one, other) in [(&from, &to), (&to, &from)] {
        let comparison = compared(&url(one), &url(other), &settings).await;
        let statements = comparison.expect("they are compared").statements;
        assert!(statements.is_empty(), "{statements:?}");
    }
}

#[tokio::test]
async fn a_table_in_the_name_of_a_view_that_stays_is_refused() {
    let a = "CREATE TABLE a (s text);";
    let from = database(&format!("{a} CREATE VIEW v AS SELECT s FROM a")).await;
    let to = database(&format!("{a} CREATE TABLE v (s text)")).await;
    let refusal = compared(&url(&from), &url(&to), &Settings::default()).await;
    assert_eq!(
        refusal.expect_err("both can't be").to_string(),
        "view `v` of FROM is left alone, and table `v` of TO has its name; drop or rename it first"
    );
}

#[tokio::test]
async fn a_schema_stays_for_what_is_left_alone_in_it() {
    let current = "CREATE SCHEMA a; CREATE TABLE a.t (i int); CREATE VIEW a.v AS SELECT 1 AS x;
        CREATE SCHEMA b; CREATE TABLE b.t (i int);";
    let (from, to) = (database(current).await, database("CREATE TABLE k (i int)").await);
    let settings = Settings::default();
    let comparison = compared(&url(&from), &url(&to), &settings).await.expect("they are compared");
    let named: Vec<&str> = comparison.left_alone.iter().map(|one| one.what.as_str()).collect();
    assert_eq!(named, ["schema `a`", "view `a.v`"]);
    psql(&from, &script(&comparison, &from, "public"));
    let dumped = dump(&from);
    assert!(dumped.contains("SCHEMA a") && !dumped.contains("SCHEMA b"), "{dumped}");
    assert!(compared(&url(&from), &url(&to), &settings).await.expect("once more").plan.is_empty());
}

#[tokio::test]
async fn kinds_that_are_not_handled_are_named_but_for_those_of_extensions() {
    let current = "
        CREATE EXTENSION citext;
        CREATE TABLE t (a int, b text);
        CREATE COLLATION plain FROM \"C\";
        CREATE STATISTICS pairs ON a, b FROM t;
        CREATE PUBLICATION news FOR TABLE t;
        CREATE TEXT SEARCH CONFIGURATION words (COPY = simple);
        CREATE OPERATOR === (LEFTARG = point, RIGHTARG = point, FUNCTION = point_eq);
        CREATE OPERATOR CLASS other FOR TYPE int USING btree AS FUNCTION 1 btint4cmp(int, int);
        CREATE CAST (point AS text) WITH INOUT;
        CREATE FUNCTION noted() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
        CREATE EVENT TRIGGER note ON ddl_command_end EXECUTE FUNCTION noted();
        CREATE FOREIGN DATA WRAPPER files;
        CREATE SERVER elsewhere FOREIGN DATA WRAPPER files;
        CREATE USER MAPPING FOR PUBLIC SERVER elsewhere;
        ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO PUBLIC";
    let desired = "CREATE EXTENSION citext; CREATE TABLE t (a int, b text); CREATE SCHEMA app;
        CREATE COLLATION plain FROM \"C\"; CREATE COLLATION app.plain FROM \"C\"";
    let (from, to) = (database(current).await, database(desired).await);
    let comparison =
        compared(&url(&from), &url(&to), &Settings::default()).await.expect("they are compared");
    let sql: Vec<&str> = comparison.statements.iter().filter_map(Executed::sql).collect();
    assert_eq!(sql, ["CREATE SCHEMA app"]);
    let named: Vec<String> =
        comparison.left_alone.iter().map(|one| format!("{} {}", one.what, one.found)).collect();
    assert_eq!(
        named,
        [
            "cast `(pg_catalog.point AS pg_catalog.text)` only in FROM",
            "collation `app.plain` only in TO",
            "collation `plain` in both, not compared",
            "default privileges `for role postgres in schema public on tables` only in FROM",
            "event trigger `note` only in FROM",
            "foreign server `elsewhere` only in FROM",
            "foreign-data wrapper `files` only in FROM",
            "function `noted()` only in FROM",
            "operator `===(pg_catalog.point,pg_catalog.point)` only in FROM",
            "operator class `other USING btree` only in FROM",
            "publication `news` only in FROM",
            "statistics `pairs` only in FROM",
            "text search configuration `words` only in FROM",
            "user mapping `public on server elsewhere` only in FROM",
        ]
    );
}

#[tokio::test]
async fn an_enforced_constraint_does_not_go_for_one_that_nothing_would_make() {
    if major() < 18 {
        return;
    }
    let with = |enforced: &str| {
        format!("CREATE TABLE t (a int, CONSTRAINT positive CHECK (a > 0){enforced}, b int)")
    };
    let (plain, other) = (with(""), with(" NOT ENFORCED"));
    for (from, to) in [(&plain, &other), (&other, &plain)] {
        let (from, to) = (database(from).await, database(to).await);
        let comparison = compared(&url(&from), &url(&to), &Settings::default()).await;
        let comparison = comparison.expect("they are compared");
        assert!(comparison.statements.is_empty(), "{:?}", comparison.statements);
        assert!(!comparison.left_alone.is_empty());
    }
}

#[tokio::test]
async fn nothing_goes_or_is_made_anew_that_something_needs_which_is_not_handled() {
    let parted = "CREATE TYPE mood AS ENUM ('sad', 'glad');
        CREATE TABLE parted (id int, mood mood) PARTITION BY LIST (mood);";
    let twin = "CREATE TABLE owner (id int PRIMARY KEY, code int, CONSTRAINT key UNIQUE (code));";
    let cases = [
        (
            parted.to_owned(),
            "CREATE TYPE mood AS ENUM ('glad'); CREATE TABLE t (mood mood)".to_owned(),
            "enum `mood` can't go or be made anew while partitioned table `parted` depends on it",
        ),
        (
            "CREATE TYPE pair AS (x int); CREATE TABLE typed OF pair".to_owned(),
            "CREATE TYPE pair AS (x int, y int); CREATE TABLE typed OF pair".to_owned(),
            "composite type `pair` can't go or be made anew while typed table `typed` depends on it",
        ),
        (
            "CREATE TYPE pair AS (x int); CREATE FOREIGN DATA WRAPPER nothing;
             CREATE SERVER far FOREIGN DATA WRAPPER nothing; CREATE FOREIGN TABLE t (p pair) SERVER far"
                .to_owned(),
            "CREATE TYPE pair AS (x bigint)".to_owned(),
            "composite type `pair` can't go or be made anew while foreign table `t` depends on it",
        ),
        (
            format!("{twin} CREATE TABLE parted (of_code int REFERENCES owner (code)) PARTITION BY HASH (of_code)"),
            "CREATE TABLE owner (id int PRIMARY KEY, code int)".to_owned(),
            "constraint `key` of `owner` can't go or be made anew while partitioned table `parted` depends on it",
        ),
        (
            "CREATE SEQUENCE s; CREATE TABLE parted (id int DEFAULT nextval('s')) PARTITION BY HASH (id)".to_owned(),
            "CREATE TABLE parted (id int) PARTITION BY HASH (id)".to_owned(),
            "sequence `s` can't go or be made anew while partitioned table `parted` depends on it",
        ),
        (
            "CREATE TABLE parent (id int); CREATE TABLE child () INHERITS (parent)".to_owned(),
            String::new(),
            "table `parent` can't go or be made anew while inheriting table `child` depends on it",
        ),
        (
            "CREATE TYPE mood AS ENUM ('sad', 'glad');
             CREATE FUNCTION f(a mood, b int) RETURNS boolean LANGUAGE sql AS 'SELECT a IS NULL';
             CREATE OPERATOR >>>> (LEFTARG = mood, RIGHTARG = int, FUNCTION = f)"
                .to_owned(),
            "CREATE TYPE mood AS ENUM ('glad'); CREATE TABLE t (mood mood);
             CREATE FUNCTION f(a mood, b int) RETURNS boolean LANGUAGE sql AS 'SELECT a IS NULL';"
                .to_owned(),
            "enum `mood` can't go or be made anew while operator `>>>>(public.mood,integer)` depends on it",
        ),
    ];
    for (current, desired, wanted) in cases {
        let (from, to) = (database(&current).await, database(&desired).await);
        let refusal = compared(&url(&from), &url(&to), &Settings::default()).await;
        let text = refusal.expect_err(&current).to_string();
        assert!(text.starts_with(wanted), "{text}\n{wanted}");
    }
    let more = parted.replace("'glad'", "'glad', 'mad'");
    let (from, to) = (database(parted).await, database(&more).await);
    let comparison = compared(&url(&from), &url(&to), &Settings::default()).await;
    psql(&from, &script(&comparison.expect("it takes one more"), &from, "public"));
    assert_eq!(dump(&from), dump(&to));
}
