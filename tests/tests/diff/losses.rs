//! What a change loses, and how many rows that are.

use migrate_core::between::Settings;
use migrate_core::diff::{Answers, ColumnRename, Rename};
use migrate_core::loss::{self, Permission, count_losses};
use migrate_core::plan::hazards;
use migrate_core::revision::Executed;
use migrate_tests::{connect, dump, execute, major, psql};
use sqlx::Connection;

use super::{catalog_of, compared, database, lost, reaches, script, url};

#[tokio::test]
async fn what_would_be_lost_is_named_and_counted() {
    let from = database(
        "CREATE TABLE audit (id int); INSERT INTO audit VALUES (1), (2);
         CREATE SEQUENCE tickets;
         CREATE SCHEMA old; CREATE TABLE old.note (a int);
         CREATE TABLE t (a int, b text, c int[], d int GENERATED ALWAYS AS (a + 1) STORED);
         INSERT INTO t VALUES (1, 'b', '{1,2}'), (2, NULL, '{1}')",
    )
    .await;
    let to = database("CREATE TABLE report (a int, e int)").await;
    let renames = vec![
        Rename::Table { current: "t".into(), desired: "report".into() },
        Rename::Column(ColumnRename {
            table: "report".into(),
            current: "c".into(),
            desired: "e".into(),
        }),
    ];
    let settings =
        Settings { answers: Answers { renames, ..Answers::default() }, ..Settings::default() };
    let comparison = compared(&url(&from), &url(&to), &settings).await.expect("they are compared");
    let mut connection = connect(&from).await;
    let counted = count_losses(&mut connection, comparison.losses.clone()).await;
    connection.close().await.expect("the session ends");
    let counted: Vec<String> = counted
        .expect("rows are counted")
        .iter()
        .map(|counted| format!("{counted} {}", counted.loss.permission))
        .collect();
    assert_eq!(
        counted,
        [
            "schema `old` drop-schema",
            "sequence `tickets` drop-sequence",
            "table `audit` (2 rows) drop-table",
            "table `old.note` (0 rows) drop-table",
            "column `t.b` (1 row with a value) drop-column",
            "column `t.d` (2 rows with a value) drop-column",
            "all but the first element of `t.c` (1 row with more) lose-elements",
        ]
    );
    let refused = |allow: &[&str]| {
        let allow: Vec<Permission> =
            allow.iter().map(|text| text.parse().expect("it is a loss")).collect();
        loss::refused(&comparison.losses, &allow)
            .into_iter()
            .map(|loss| loss.permission.as_str())
            .collect()
    };
    let left: Vec<&str> =
        refused(&["drop-table=audit", "drop-column=t.b", "drop-column=t.d", "drop-schema"]);
    assert_eq!(left, ["drop-sequence", "drop-table", "lose-elements"]);
    assert_eq!(refused(&["all"]), Vec::<&str>::new());
    let unknown = "drop_table".parse::<Permission>().expect_err("it is no loss").to_string();
    assert!(
        unknown.contains("`--allow drop_table`") && unknown.contains("`drop-table`"),
        "{unknown}"
    );
    psql(&from, &script(&comparison, &from, "public"));
    assert_eq!(dump(&from), dump(&to));
}

#[tokio::test]
async fn an_attribute_is_lost_with_the_values_of_all_columns_that_hold_its_type() {
    let schema = |attributes: &str| {
        format!(
            "CREATE TYPE inner_pair AS ({attributes});
             CREATE TYPE outer_pair AS (inside inner_pair[]);
             CREATE TABLE t (a inner_pair, b outer_pair, c int)"
        )
    };
    let rows =
        "INSERT INTO t VALUES (ROW(1, 42), ROW(ARRAY[ROW(1, 2)::inner_pair]), 1), (NULL, NULL, 2)";
    let from = database(&format!("{}; {rows}", schema("x int, y int"))).await;
    for attributes in ["x int", "x int, z text"] {
        let to = database(&schema(attributes)).await;
        let comparison = compared(&url(&from), &url(&to), &Settings::default()).await;
        let comparison = comparison.expect("they are compared");
        let mut connection = connect(&from).await;
        let counted = count_losses(&mut connection, comparison.losses).await;
        connection.close().await.expect("the session ends");
        let counted = counted.expect("rows are counted");
        let named: Vec<String> = counted.iter().map(ToString::to_string).collect();
        assert_eq!(named, ["attribute `inner_pair.y` (2 rows with a value)"]);
        assert_eq!(counted[0].loss.permission, "drop-attribute");
    }
}

#[tokio::test]
async fn b02_an_attribute_that_is_renamed_keeps_its_values() {
    let schema = |zip: &str, more: &str| {
        format!(
            "CREATE TYPE address AS ({zip} text, city text{more});
             CREATE TABLE t (home address, many address[], CHECK ((home).{zip} <> ''));
             CREATE VIEW v AS SELECT (home).{zip} AS code FROM t"
        )
    };
    for more in ["", ", country text", ", n int, lat float8"] {
        let from = database(&schema("zip", "")).await;
        execute(&from, "INSERT INTO t VALUES (('1', 'a'), ARRAY[('2', 'b')::address])").await;
        let to = database(&schema("postcode", more)).await;
        let rename = Rename::Column(ColumnRename {
            table: "address".into(),
            current: "zip".into(),
            desired: "postcode".into(),
        });
        let answers = Answers { renames: vec![rename], ..Answers::default() };
        let settings = Settings { answers, ..Settings::default() };
        let comparison = compared(&url(&from), &url(&to), &settings).await;
        let comparison = comparison.expect("they are compared");
        assert_eq!(lost(&comparison), Vec::<String>::new());
        psql(&from, &script(&comparison, &from, "public"));
        assert_eq!(dump(&from), dump(&to));
        let kept = "(SELECT (home).postcode || (many[1]).postcode FROM t) = '12'";
        psql(&from, &format!("DO $$ BEGIN ASSERT {kept}; END $$"));
    }
}

#[tokio::test]
async fn b13_what_domains_of_elements_cannot_hold_of_arrays_is_a_loss_or_told() {
    let domains = "CREATE DOMAIN wide AS numeric(10, 4); CREATE DOMAIN d AS numeric(10, 2);
        CREATE DOMAIN day AS date; CREATE DOMAIN short AS varchar(5);";
    let with = |columns: &str| format!("{domains} CREATE TABLE t ({columns})");
    let from =
        database(&with("a numeric(10, 4)[], b wide[], c timestamp[], e varchar(20)[]")).await;
    let to = database(&with("a d[], b d[], c day[], e short[]")).await;
    let comparison = compared(&url(&from), &url(&to), &Settings::default()).await;
    let comparison = comparison.expect("they are compared");
    let lost_parts =
        ["`d[]` can't hold of `t.a`", "`d[]` can't hold of `t.b`", "`day[]` can't hold of `t.c`"];
    assert_eq!(lost(&comparison), lost_parts.map(|part| format!("what {part}")));
    let script = script(&comparison, &from, "public");
    assert!(script.contains("can fail on rows: a value of `t.e` may not fit"), "{script}");
}

#[tokio::test]
async fn what_a_type_leaves_out_of_texts_is_a_loss_of_the_rows_that_have_it() {
    let columns = [
        ("text", "date", "2020-01-01", "2020-01-01 10:11:12"),
        ("text", "timestamp", "2020-01-01 10:11:12.5", "2020-01-01 10:11:12+05"),
        ("varchar(30)", "numeric(3,1)", "-1.50", "1.26"),
        ("text", "bit(4)", "1011", "10111"),
        ("text", "time(0)", "10:11", "10:11:12.7"),
        ("text", "double precision", "-0.25", "0.12345678901234567"),
        ("money", "integer", "", "1.26"),
        ("circle", "point", "", "<(1,2),3>"),
    ];
    for (before, after, whole, parted) in columns {
        let from = database(&format!("CREATE TABLE t (a {before})")).await;
        let to = database(&format!("CREATE TABLE t (a {after})")).await;
        execute(&from, "INSERT INTO t VALUES (NULL)").await;
        if !whole.is_empty() {
            execute(&from, &format!("INSERT INTO t VALUES ('{whole}')")).await;
        }
        let settings = Settings::default();
        let count = async || {
            let comparison = compared(&url(&from), &url(&to), &settings).await;
            let losses = comparison.expect("they are compared").losses;
            let mut connection = connect(&from).await;
            let counted = count_losses(&mut connection, losses).await.expect("they are counted");
            connection.close().await.expect("the session ends");
            counted.iter().map(|one| one.rows.unwrap_or_default()).sum::<i64>()
        };
        assert_eq!(count().await, 0, "{before} to {after}");
        execute(&from, &format!("INSERT INTO t VALUES ('{parted}')")).await;
        assert_eq!(count().await, 1, "{before} to {after}");
    }
}

#[tokio::test]
async fn what_a_type_cannot_hold_of_values_is_a_loss() {
    let from = database(
        "CREATE DOMAIN d AS numeric(9, 3); CREATE TABLE t (a timestamp, b float8, c d, e text, f json);
         INSERT INTO t VALUES ('2020-02-02 02:02', 1.5, 1.234, 'x', '{}'), (NULL, 2, NULL, 'y', NULL)",
    )
    .await;
    let to = database(
        "CREATE DOMAIN d AS numeric(9, 2); CREATE TABLE t (a date, b int, c d, e text, f jsonb)",
    );
    let comparison = compared(&url(&from), &url(&to.await), &Settings::default()).await;
    let losses = comparison.expect("they are compared").losses;
    assert!(losses.iter().all(|loss| loss.permission == "lose-parts"), "{losses:?}");
    let mut connection = connect(&from).await;
    let counted = count_losses(&mut connection, losses).await.expect("rows are counted");
    connection.close().await.expect("the session ends");
    assert_eq!(
        counted.iter().map(ToString::to_string).collect::<Vec<_>>(),
        [
            "what `date` can't hold of `t.a` (1 row with a value)",
            "what `integer` can't hold of `t.b` (2 rows with a value)",
            "what `d` can't hold of `t.c` (1 row with a value)",
        ]
    );
}

#[tokio::test]
async fn what_goes_with_a_column_is_told_from_what_stays() {
    let with = |column: &str, rest: &str| {
        format!(
            "CREATE TABLE t (a int, c int{column}); {rest} CREATE STATISTICS stays ON a, c FROM t;"
        )
    };
    let from = database(&with(", b int", "CREATE STATISTICS goes ON a, b FROM t;")).await;
    let to = "CREATE TABLE t (a int, c int);";
    let comparison = compared(&url(&from), &url(&database(to).await), &Settings::default()).await;
    let named: Vec<String> = { comparison.expect("they are compared").left_alone }
        .iter()
        .map(|one| format!("{} {}", one.what, one.found))
        .collect();
    assert_eq!(
        named,
        ["statistics `goes` goes with what it is on", "statistics `stays` only in FROM"]
    );
}

#[tokio::test]
async fn what_a_narrower_type_does_to_values_stands_beside_its_statement() {
    let from = database("CREATE TABLE t (a bigint, b varchar(50), c numeric, d inet, e float8)");
    let to = database("CREATE TABLE t (a int, b varchar(10), c numeric(10,2), d cidr, e int)");
    let (from, to) = (from.await, to.await);
    let settings = Settings::default();
    let comparison = compared(&url(&from), &url(&to), &settings).await.expect("they are compared");
    let sql = script(&comparison, &from, "public");
    for line in [
        "-- can fail on rows: a value of `t.a` may not fit its new type",
        "-- can fail on rows: a value of `t.b` may not fit its new type",
        "-- loses what `numeric(10,2)` can't hold of `t.c`",
        "-- loses what `cidr` can't hold of `t.d`",
        "-- loses what `integer` can't hold of `t.e`",
    ] {
        assert!(sql.contains(line), "{line}\n{sql}");
    }
}

#[tokio::test]
async fn what_values_inside_types_lose_is_told() {
    let with = |number: &str, text: &str| {
        format!(
            "CREATE DOMAIN n AS {number}; CREATE TYPE c AS (a {text}, b {number});
            CREATE TABLE t (x n, c c)"
        )
    };
    let from = database(&with("numeric(10,4)", "text")).await;
    let to = database(&with("numeric(10,2)", "varchar(3)")).await;
    let comparison =
        compared(&url(&from), &url(&to), &Settings::default()).await.expect("they are compared");
    let hazards = hazards(&comparison.plan, &catalog_of(&from).await);
    let said: Vec<String> = hazards.iter().map(ToString::to_string).collect();
    for wanted in ["what `n` can't hold of `t.x`", "what `c` can't hold of `t.c`"] {
        assert!(said.iter().any(|one| one.contains(wanted)), "{said:?}");
    }
}

#[tokio::test]
async fn what_newer_servers_know_is_left_alone_and_a_virtual_column_is_not_lost_unasked() {
    if major() < 18 {
        return;
    }
    let from = database(
        "CREATE TABLE t (a int GENERATED ALWAYS AS (b + 1) VIRTUAL, b int);
         CREATE TABLE u (r int4range, v daterange)",
    )
    .await;
    let to = database(
        "CREATE TABLE t (a int, b int CONSTRAINT small CHECK (b < 9) NOT ENFORCED);
         ALTER TABLE t ADD CONSTRAINT there NOT NULL b NOT VALID;
         CREATE TABLE u (r int4range, v daterange, CONSTRAINT k UNIQUE (r, v WITHOUT OVERLAPS))",
    )
    .await;
    let comparison = compared(&url(&from), &url(&to), &Settings::default()).await;
    let comparison = comparison.expect("they are compared");
    let named: Vec<&str> = comparison.left_alone.iter().map(|one| one.what.as_str()).collect();
    for wanted in [
        "not enforced constraint `small` of `t`",
        "not valid constraint `there` of `t`",
        "temporal constraint `k` of `u`",
    ] {
        assert!(named.contains(&wanted), "{named:?}");
    }
    let sql: Vec<&str> = comparison.statements.iter().filter_map(Executed::sql).collect();
    assert!(!sql.iter().any(|one| one.contains("small") || one.contains(" k ")), "{sql:?}");
    assert!(!sql.iter().any(|one| one.contains("NOT NULL")), "{sql:?}");
    assert_eq!(lost(&comparison), ["column `t.a`"]);
}

#[tokio::test]
async fn a_text_that_an_attribute_has_no_room_for_is_refused_wherever_the_attribute_stands() {
    let from = "CREATE TYPE c AS (x numeric, t text, n int, b varbit, l text[]);
        CREATE TABLE t (id int, c c)";
    let to = "CREATE DOMAIN code AS varchar(3);
        CREATE TYPE c AS (t varchar(3), x numeric(3, 1), n code, b varbit(2), l varchar(3)[], s int);
        CREATE TABLE t (id int, c c)";
    for (row, fits) in [
        ("(1.5, 'abc', 123, B'10', '{abc}')", true),
        ("(1.5, 'abcd', 123, B'10', '{abc}')", false),
        ("(1.5, 'abc', 1234, B'10', '{abc}')", false),
        ("(1.5, 'abc', 123, B'101', '{abc}')", false),
        ("(1.5, 'abc', 123, B'10', '{abcd}')", false),
        ("(100.5, 'abc', 123, B'10', '{abc}')", false),
    ] {
        let rows = format!("{from}; INSERT INTO t VALUES (1, ROW{row}::c), (2, NULL)");
        let (from, to) = (database(&rows).await, database(to).await);
        let comparison = compared(&url(&from), &url(&to), &Settings::default()).await;
        let comparison = comparison.expect("they are compared");
        let script = script(&comparison, &from, "public");
        let mut connection = connect(&from).await;
        let ran = sqlx::raw_sql(sqlx::AssertSqlSafe(script)).execute(&mut connection).await;
        assert_eq!(ran.is_ok(), fits, "{row}: {ran:?}");
        if fits {
            let read = "SELECT string_agg(c::text, ' ') FROM t";
            let value: String =
                sqlx::query_scalar(read).fetch_one(&mut connection).await.expect("a row");
            assert_eq!(value, "(abc,1.5,123,10,{abc},)");
        }
        connection.close().await.expect("the session ends");
    }
}

#[tokio::test]
async fn no_id_is_given_twice_where_a_column_counts_with_another_sequence() {
    let kinds = [
        "id serial PRIMARY KEY",
        "id bigserial PRIMARY KEY",
        "id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY",
        "id bigint GENERATED BY DEFAULT AS IDENTITY (SEQUENCE NAME counted) PRIMARY KEY",
        "id bigint GENERATED BY DEFAULT AS IDENTITY (INCREMENT BY -1) PRIMARY KEY",
    ];
    for current in kinds {
        for desired in kinds.iter().filter(|kind| **kind != current) {
            let with = |id: &str| format!("CREATE TABLE t ({id}, x int)");
            let rows = format!(
                "{}; INSERT INTO t (x) SELECT 1 FROM generate_series(1, 200); DELETE FROM t WHERE abs(id) > 5",
                with(current)
            );
            let comparison = reaches(&rows, &with(desired), "public", &Settings::default()).await;
            assert_eq!(lost(&comparison), [""; 0], "{current} {desired}");
            let (from, to) = (database(&rows).await, database(&with(desired)).await);
            let compared = compared(&url(&from), &url(&to), &Settings::default()).await;
            psql(&from, &script(&compared.expect("they are compared"), &from, "public"));
            let next: i64 = sqlx::query_scalar("INSERT INTO t (x) VALUES (2) RETURNING id::bigint")
                .fetch_one(&mut connect(&from).await)
                .await
                .expect("a row comes");
            let turns = current.contains("-1") != desired.contains("-1");
            assert!(turns || next.abs() == 201, "{current} {desired}: {next}");
        }
    }
}
