//! Columns that get another type, and rows that have to fit.

use migrate_core::between::{self, Settings};
use migrate_core::catalog::Ident;
use migrate_tests::{connect, dump, execute, psql};
use sqlx::Connection;

use super::{compared, database, reaches, script, sides, url};

#[tokio::test]
async fn b16_a_label_or_a_row_becomes_its_json() {
    let types = "CREATE TYPE e AS ENUM ('a', 'b'); CREATE TYPE c AS (n int, m int);";
    let from = database(&format!("{types} CREATE TABLE t (a e, b c)")).await;
    execute(&from, "INSERT INTO t VALUES ('a', (1, 2)), (NULL, NULL)").await;
    let to = database(&format!("{types} CREATE TABLE t (a jsonb, b json)")).await;
    let comparison = compared(&url(&from), &url(&to), &Settings::default()).await;
    psql(&from, &script(&comparison.expect("they are compared"), &from, "public"));
    let kept = "(SELECT a::text || b::text FROM t WHERE a IS NOT NULL) = '\"a\"{\"n\":1,\"m\":2}'";
    psql(&from, &format!("DO $$ BEGIN ASSERT {kept}; END $$"));
    let back = database(&format!("{types} CREATE TABLE t (a e, b jsonb)")).await;
    let comparison = compared(&url(&from), &url(&back), &Settings::default()).await;
    psql(&from, &script(&comparison.expect("they are compared"), &from, "public"));
    psql(&from, "DO $$ BEGIN ASSERT (SELECT a FROM t WHERE a IS NOT NULL) = 'a'; END $$");
}

#[tokio::test]
async fn b16_arrays_of_which_the_elements_do_not_read_each_other_are_asked_about() {
    for (from, to) in [("int[]", "bool[]"), ("bool[]", "int[]"), ("uuid[]", "bytea[]")] {
        let [from, to] = [from, to].map(|sql_type| format!("CREATE TABLE t (a {sql_type})"));
        let (from, to) = (database(&from).await, database(&to).await);
        let refusal = compared(&url(&from), &url(&to), &Settings::default()).await;
        let refusal = refusal.expect_err("no cast leads there").to_string();
        assert!(refusal.contains("--using 't.a=<expression>'"), "{refusal}");
    }
}

#[tokio::test]
async fn b16_a_row_becomes_one_of_another_type_by_the_names_of_its_attributes() {
    let from = database(
        "CREATE SCHEMA s; CREATE TYPE s.addr AS (street text, zip int);
         CREATE DOMAIN home AS s.addr; CREATE TABLE other (street text, zip int, n int);
         CREATE TABLE t (x s.addr, y home);",
    );
    let from = from.await;
    execute(&from, "INSERT INTO t VALUES (('Main', 7), ('Side', NULL)), (NULL, NULL);").await;
    let with = |columns: &str| {
        format!(
            "CREATE SCHEMA s; CREATE TYPE addr AS (zip bigint, street text);
             CREATE DOMAIN home AS addr; CREATE TABLE other (street text, zip int, n int);
             CREATE TABLE t ({columns});"
        )
    };
    let to = database(&with("x addr, y addr")).await;
    let settings = Settings::default();
    let comparison = compared(&url(&from), &url(&to), &settings).await.expect("they are compared");
    psql(&from, &script(&comparison, &from, "public"));
    let kept = "(SELECT x::text || y::text FROM t WHERE x IS NOT NULL) = '(7,Main)(,Side)'";
    psql(&from, &format!("DO $$ BEGIN ASSERT {kept}; END $$"));
    for columns in ["x addr[], y other", "x other, y addr"] {
        let to = database(&with(columns)).await;
        let refusal = compared(&url(&from), &url(&to), &settings).await;
        let refusal = refusal.expect_err("the attributes are others").to_string();
        assert!(refusal.contains("=<expression>'"), "{refusal}");
    }
}

#[tokio::test]
async fn b13_what_no_cast_of_an_array_follows_is_said_of_its_type() {
    let with = |attributes: &str| {
        format!("CREATE TYPE pair AS ({attributes}); CREATE TABLE t (u pair[], v pair)")
    };
    let from = database(&with("a int, b int")).await;
    let to = database(&with("c int, a bigint")).await;
    let refusal = compared(&url(&from), &url(&to), &Settings::default()).await;
    let refusal = refusal.expect_err("elements have other attributes").to_string();
    assert!(refusal.contains("`t.u` is of `pair[]`, which is made anew"), "{refusal}");
}

#[tokio::test]
async fn b16_the_first_element_is_that_of_any_array() {
    let from = database("CREATE TABLE t (a text[], b int[], c varchar[])").await;
    let rows = "('[0:0]={a}', '[5:6]={7,8}', '{{x}}'), ('{b}', '{{9,1},{2,3}}', '{y,z}'), (NULL, '{}', '{}')";
    execute(&from, &format!("INSERT INTO t VALUES {rows}")).await;
    let to = database("CREATE TABLE t (a text, b int, c text)").await;
    let comparison = compared(&url(&from), &url(&to), &Settings::default()).await;
    psql(&from, &script(&comparison.expect("they are compared"), &from, "public"));
    let kept = "(SELECT string_agg(concat_ws(';', a, b, c), ' ' ORDER BY a) FROM t) = 'a;7;x b;9;{y,z} {}'";
    psql(&from, &format!("DO $$ BEGIN ASSERT {kept}; END $$"));
}

#[tokio::test]
async fn b16_no_cast_is_made_of_texts_that_two_types_only_read_by_chance() {
    for (from, to) in [
        ("circle", "date"),
        ("point", "money"),
        ("date", "macaddr"),
        ("text", "xid8"),
        ("timestamp", "timetz"),
    ] {
        let [from, to] = [from, to].map(|sql_type| format!("CREATE TABLE t (a {sql_type})"));
        let (from, to) = (database(&from).await, database(&to).await);
        let refusal = compared(&url(&from), &url(&to), &Settings::default()).await;
        let refusal = refusal.expect_err("no cast leads there").to_string();
        assert!(refusal.contains("--using 't.a=<expression>'"), "{refusal}");
    }
    for (from, to) in [
        ("(a smallint, b circle[])", "(a money, b point[])"),
        ("(a money, b polygon)", "(a bigint, b circle)"),
        ("(a int4range, b lseg)", "(a int8range, b path)"),
        ("(a numrange, b macaddr)", "(a daterange, b macaddr8)"),
    ] {
        let [from, to] = [from, to].map(|columns| format!("CREATE TABLE t {columns}"));
        reaches(&from, &to, "public", &Settings::default()).await;
    }
}

#[tokio::test]
async fn b13_the_order_of_attributes_is_a_difference() {
    let with = |attributes: &str| format!("CREATE TYPE c AS ({attributes}); CREATE TABLE t (z c)");
    let (from, to) = (with("n int, m int"), with("m int, n int"));
    reaches(&from, &to, "public", &Settings::default()).await;
}

#[tokio::test]
async fn a_type_of_another_kind_is_refused_while_something_is_of_it() {
    let from = database("CREATE DOMAIN r AS int; CREATE TABLE u (b r)").await;
    let to = database("CREATE TYPE r AS ENUM ('1'); CREATE TABLE u (b r)").await;
    let outcome = compared(&url(&from), &url(&to), &Settings::default()).await;
    let error = outcome.expect_err("no statement does it").to_string();
    assert!(error.contains("domain `r` becomes enum `r` while column `u.b` is of it"), "{error}");
    let freed = database("CREATE TYPE r AS ENUM ('1'); CREATE TABLE u (b int)").await;
    compared(&url(&from), &url(&freed), &Settings::default()).await.expect("it is free");
}

#[tokio::test]
async fn b15_the_rows_of_columns_that_become_required_are_read_while_others_read_and_write() {
    let from = database("CREATE TABLE t (a int, b int, old int CHECK (old > 0));").await;
    let to = database("CREATE TABLE t (a int NOT NULL, b int NOT NULL, old int);").await;
    let settings = Settings::default();
    let comparison = compared(&url(&from), &url(&to), &settings).await.expect("they are compared");
    let sql = script(&comparison, &from, "public");
    let talking = sql.replace("client_min_messages = warning", "client_min_messages = debug1");
    let said = psql(&from, &talking);
    assert_eq!(said.matches("sufficient to prove").count(), 2, "{sql}\n{said}");
    let validations = sql.matches("VALIDATE CONSTRAINT").count();
    assert_eq!(said.matches("verifying table").count(), validations, "{sql}\n{said}");
}

#[tokio::test]
async fn b11_types_may_have_the_names_of_those_that_the_catalog_is_read_with() {
    let types = ["text", "regclass", "regtype", "oid", "bool", "int2"]
        .map(|name| format!("CREATE TYPE public.\"{name}\" AS ENUM ('a');"));
    let types = types.concat();
    let from = database(&types).await;
    let to =
        database(&format!("{types} CREATE TABLE t (a public.\"text\", b pg_catalog.text);")).await;
    let comparison = compared(&url(&from), &url(&to), &Settings::default()).await;
    psql(&from, &script(&comparison.expect("they are compared"), &from, "public"));
    assert_eq!(dump(&from), dump(&to));
}

#[tokio::test]
async fn b16_a_cast_that_the_database_knows_is_used() {
    let types = "CREATE TYPE pair AS (x float, y float);
        CREATE FUNCTION to_point(pair) RETURNS point LANGUAGE sql AS 'SELECT point($1.x, $1.y)';
        CREATE CAST (pair AS point) WITH FUNCTION to_point(pair);";
    let with = |columns: &str| format!("{types} CREATE TABLE t ({columns});");
    let from = database(&with("a macaddr8, b circle, c box, d pair, e \"char\", f oid")).await;
    let to = database(&with("a macaddr, b polygon, c circle, d point, e int, f bigint")).await;
    let row = "INSERT INTO t VALUES ('08:00:2b:ff:fe:01:02:03', '<(1,2),3>', '(1,1),(0,0)', ROW(1, 2), 'A', 7)";
    execute(&from, row).await;
    // Casts are of no kind that a scratch database gets.
    let [current, desired] = sides(&url(&from), &url(&to), "public").await.expect("they are read");
    let (schema, settings) = (Ident::new("public"), Settings::default());
    let comparison = between::compare(&current, &desired, &schema, None, &settings).await;
    psql(&from, &script(&comparison.expect("they are compared"), &from, "public"));
    assert_eq!(dump(&from), dump(&to));
    let mut connection = connect(&from).await;
    let read = "SELECT concat_ws(' ', a, d, e, f) FROM t";
    let values: String = sqlx::query_scalar(read).fetch_one(&mut connection).await.expect("a row");
    assert_eq!(values, "08:00:2b:01:02:03 (1,2) 65 7");
    connection.close().await.expect("the session ends");
}

#[tokio::test]
async fn b15_a_value_that_only_the_author_knows_is_asked_for() {
    let from = database("CREATE TABLE t (a int); CREATE TABLE u (id int PRIMARY KEY);").await;
    let to = "CREATE TABLE u (id int PRIMARY KEY);
        CREATE TABLE t (a int, b int NOT NULL REFERENCES u, c text NOT NULL);
        CREATE TABLE new (b int NOT NULL REFERENCES u);";
    let to = database(to).await;
    let comparison = compared(&url(&from), &url(&to), &Settings::default()).await;
    let notes = comparison.expect("they are compared").notes;
    let asked = "Rows need a value in `t.b`, which only you know: fill it before it is required.";
    let placeholder = "Rows without a value in `t.c` get '' as a placeholder: edit it.";
    assert_eq!(notes, [placeholder, asked]);

    let (from, to) = (
        database("CREATE TABLE t (a text, b int[])").await,
        database("CREATE TABLE t (a text[], b int[])").await,
    );
    let comparison = compared(&url(&from), &url(&to), &Settings::default()).await;
    let wrapped =
        "Each value in `t.a` becomes the one element of an array: say with `--using` how else.";
    assert_eq!(comparison.expect("they are compared").notes, [wrapped]);

    let counted = "CREATE TABLE t (a int GENERATED ALWAYS AS IDENTITY, b int)";
    let (from, to) = (database("CREATE TABLE t (a int, b int)").await, database(counted).await);
    let comparison = compared(&url(&from), &url(&to), &Settings::default()).await;
    let notes = comparison.expect("they are compared").notes;
    assert_eq!(notes, [asked.replace("t.b", "t.a")]);
}

#[tokio::test]
async fn b16_each_way_to_take_a_time_zone_for_granted_is_told() {
    let with = |moment: &str, range: &str, rest: &str| {
        format!(
            "CREATE DOMAIN zoned AS timestamptz; CREATE DOMAIN d AS {moment};
            CREATE TYPE c AS (a {moment});
            CREATE TABLE t (d d, c c, moments {moment}[], range {range}, {rest})"
        )
    };
    let from =
        with("timestamp", "tsrange", "plain timestamp, text text, at timestamptz, date date");
    let to = with("timestamptz", "tstzrange", "plain zoned, text timestamptz, at time, date text");
    let (from, to) = (database(&from).await, database(&to).await);
    let using = [("t.range".to_owned(), "tstzrange(lower(range), upper(range))".to_owned())].into();
    let settings = Settings { using, ..Settings::default() };
    let comparison = compared(&url(&from), &url(&to), &settings).await.expect("they are compared");
    for column in ["d", "c", "moments", "range", "plain", "text", "at"] {
        let note = format!("Takes the moments in `t.{column}` as UTC");
        assert!(comparison.notes.iter().any(|one| one.starts_with(&note)), "{comparison:#?}");
    }
    assert!(!comparison.notes.iter().any(|one| one.contains("`t.date`")), "{comparison:#?}");
}

#[tokio::test]
async fn rows_of_a_table_that_another_column_holds_are_not_written_anew() {
    let with =
        |columns: &str, holders: &str| format!("CREATE TABLE t (id int, {columns}); {holders}");
    let and_function = |tables: &str| {
        format!(
            "{tables}; CREATE FUNCTION rows() RETURNS SETOF t LANGUAGE sql
             BEGIN ATOMIC SELECT * FROM t; END"
        )
    };
    let holders = "CREATE DOMAIN d AS t; CREATE TYPE c AS (d d);
         CREATE TABLE u (id int, one t, many t[], deep c)";
    let settings = Settings::default();
    let refusal = async |columns: &str, holder: &str| {
        let from = database(&with("a int", holder)).await;
        let to = database(&with(columns, holder)).await;
        let refused = compared(&url(&from), &url(&to), &settings).await;
        refused.expect_err("rows are held").to_string()
    };
    for (columns, holder, texts) in [
        ("a bigint", "CREATE TABLE u (one t)", ["(`a` becomes `bigint`)", "column `u.one`"]),
        ("a int, b int DEFAULT 1", "CREATE TABLE u (many t[])", ["(`b` comes ", "column `u.many`"]),
        ("a bigint", "CREATE TYPE c AS (t t); CREATE TABLE u (deep c)", ["`t` can't", "`u.deep`"]),
    ] {
        let error = refusal(columns, holder).await;
        assert!(texts.iter().all(|text| error.contains(text)), "{error}");
    }
    // What needs no look at the rows, or comes when nobody holds them.
    reaches(&with("a int", holders), &with("a int, b text", holders), "public", &settings).await;
    let without_column = and_function(&with("a int", holders));
    let with_column = and_function(&with("a int, b text", holders));
    reaches(&with_column, &without_column, "public", &settings).await;
    let without = "CREATE TABLE u (id int)";
    for [current, desired] in [[holders, without], [without, "CREATE TABLE u (id int, one t)"]] {
        let (current, desired) =
            (with("a int", current), with("a bigint, b int DEFAULT 1", desired));
        reaches(&and_function(&current), &and_function(&desired), "public", &settings).await;
    }
}

#[tokio::test]
async fn b16_bits_get_zeros_where_they_become_more() {
    let from = database("CREATE TABLE t (a bit(3), b bit)").await;
    execute(&from, "INSERT INTO t VALUES (B'101', B'1')").await;
    let to = database("CREATE TABLE t (a bit(4), b bit(2))").await;
    let comparison = compared(&url(&from), &url(&to), &Settings::default()).await;
    psql(&from, &script(&comparison.expect("they are compared"), &from, "public"));
    psql(&from, "DO $$ BEGIN ASSERT (SELECT (a, b) = (B'1010', B'10') FROM t); END $$");
    assert_eq!(dump(&from), dump(&to));
}

#[tokio::test]
async fn b16_nothing_but_a_text_is_read_of_a_row() {
    let with =
        |sql_type: &str| format!("CREATE TYPE co AS (a int); CREATE TABLE t (co {sql_type})");
    let from = database(&with("co")).await;
    for sql_type in ["int", "date", "hstore"] {
        let extension = if sql_type == "hstore" { "CREATE EXTENSION hstore;" } else { "" };
        let to = database(&format!("{extension} {}", with(sql_type))).await;
        let refusal = compared(&url(&from), &url(&to), &Settings::default()).await;
        let refusal = refusal.expect_err("no cast leads there").to_string();
        assert!(refusal.contains("--using 't.co=<expression>'"), "{refusal}");
    }
    for sql_type in ["text", "varchar(20)", "jsonb"] {
        reaches(&with("co"), &with(sql_type), "public", &Settings::default()).await;
    }
}
