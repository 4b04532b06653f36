//! What is said of rewrites and locks before a plan runs, with the server as the judge.

use std::collections::BTreeMap;

use migrate_core::between::{self, Settings, Source};
use migrate_core::catalog::Ident;
use migrate_core::generate::Scratch;
use migrate_core::plan::{Hazard, Lock};
use migrate_core::postgres::ScratchDatabase;
use migrate_core::revision::Executed;
use migrate_core::target::Target;
use migrate_tests::{connect, execute, psql, server};
use sqlx::{AssertSqlSafe, Connection, PgConnection};

/// A database, and the statements that lead from it to another.
async fn changes(current: &str, desired: &str) -> (ScratchDatabase, Vec<Executed>) {
    changes_made(false, current, desired).await
}

async fn changes_made(
    simple: bool,
    current: &str,
    desired: &str,
) -> (ScratchDatabase, Vec<Executed>) {
    let scratch = Scratch::new(server().await.clone());
    let mut databases = Vec::new();
    for sql in [current, desired] {
        let database = scratch.server.create().await.expect("a database is made");
        execute(&database, sql).await;
        databases.push(database);
    }
    let sources = [0, 1].map(|side| Source::Database(Box::new(databases[side].options())));
    let (schema, [current, desired]) = (Ident::new("public"), &sources);
    let sides = between::read([current, desired], &schema, Some(&scratch)).await;
    let [current, desired] = sides.expect("they are read");
    let settings = Settings { simple, ..Settings::default() };
    let comparison = between::compare(&current, &desired, &schema, Some(&scratch), &settings).await;
    (databases.swap_remove(0), comparison.expect("they are compared").statements)
}

#[tokio::test]
async fn a_type_that_only_gets_wider_rewrites_no_row() {
    let wider = [
        ("varchar(20)", "varchar(40)"),
        ("varchar(20)", "varchar"),
        ("varchar(20)", "text"),
        ("text", "varchar"),
        ("numeric(5,2)", "numeric(9,2)"),
        ("numeric(5,2)", "numeric"),
        ("timestamp(3)", "timestamp"),
        ("timestamptz(0)", "timestamptz(3)"),
        ("time(0)", "time"),
        ("interval(0)", "interval(3)"),
        ("varbit(3)", "varbit(5)"),
        ("cidr", "inet"),
    ];
    let others = [
        ("integer", "bigint"),
        ("varchar(20)", "char(40)"),
        ("char(20)", "char(40)"),
        ("numeric(5,2)", "numeric(9,3)"),
        ("numeric", "numeric(9,3)"),
        ("bit(3)", "bit(5)"),
        ("varchar(20)[]", "varchar(40)[]"),
        ("timestamp(0)", "timestamptz(0)"),
        ("date", "timestamp"),
    ];
    for (pairs, is_written) in [(&wider[..], false), (&others[..], true)] {
        for (before, after) in pairs {
            let current = format!("CREATE TABLE t (a {before})");
            let (from, changes) = changes(&current, &format!("CREATE TABLE t (a {after})")).await;
            let sql = between::psql_script(&changes, &Target::new(from.options(), "public"));
            assert_eq!(sql.contains("rewrites every row of `t`"), is_written, "{before} {sql}");
            let said = psql(&from, &sql.replace("= warning", "= debug1"));
            assert_eq!(said.contains("rewriting table"), is_written, "{before} {after}: {said}");
        }
    }
}

#[tokio::test]
async fn a_new_column_rewrites_rows_where_each_may_get_a_value_of_its_own() {
    let kept = [
        "integer",
        "integer DEFAULT 1",
        "timestamptz DEFAULT now()",
        "text DEFAULT lower('A'::varchar(3))",
        "free",
    ];
    let written = [
        "uuid DEFAULT gen_random_uuid()",
        "double precision DEFAULT random() + 1",
        "integer DEFAULT next_code()",
        "serial",
        "integer GENERATED ALWAYS AS IDENTITY",
        "integer GENERATED ALWAYS AS (b + 1) STORED",
        "positive",
        "more_positive DEFAULT 4",
    ];
    let types =
        "CREATE DOMAIN free AS integer; CREATE DOMAIN positive AS integer CHECK (VALUE > 0);
        CREATE DOMAIN more_positive AS positive;
        CREATE FUNCTION next_code() RETURNS integer LANGUAGE plpgsql AS 'BEGIN RETURN 3; END';";
    for (columns, is_written) in [(&kept[..], false), (&written[..], true)] {
        for column in columns {
            let current = format!("{types} CREATE TABLE t (b int)");
            let desired = format!("{types} CREATE TABLE t (b int, a {column})");
            let (from, changes) = changes(&current, &desired).await;
            let sql = between::psql_script(&changes, &Target::new(from.options(), "public"));
            assert_eq!(sql.contains("rewrites every row of `t`"), is_written, "{column}\n{sql}");
            let said = psql(&from, &sql.replace("= warning", "= debug1"));
            assert_eq!(said.contains("rewriting table"), is_written, "{column}: {said}");
        }
    }
}

/// The locks that a transaction has, of those that anybody waits for, by table.
async fn taken(connection: &mut PgConnection) -> BTreeMap<String, Lock> {
    let sql = "SELECT c.relname::text, l.mode FROM pg_locks l JOIN pg_class c ON c.oid = l.relation
        WHERE l.pid = pg_backend_pid() AND c.relkind = 'r' AND c.oid >= 16384 AND l.mode IN
            ('ShareUpdateExclusiveLock', 'ShareLock', 'ShareRowExclusiveLock', 'AccessExclusiveLock')";
    let rows: Vec<(String, String)> =
        sqlx::query_as(sql).fetch_all(connection).await.expect("locks are seen");
    let locks = rows.into_iter().map(|(table, mode)| {
        let lock = match mode.as_str() {
            "ShareUpdateExclusiveLock" => Lock::ShareUpdateExclusive,
            "ShareLock" => Lock::Share,
            "ShareRowExclusiveLock" => Lock::ShareRowExclusive,
            _ => Lock::AccessExclusive,
        };
        (table, lock)
    });
    strongest(locks)
}

fn strongest(locks: impl Iterator<Item = (String, Lock)>) -> BTreeMap<String, Lock> {
    let mut strongest = BTreeMap::new();
    for (table, lock) in locks {
        let found = strongest.entry(table).or_insert(lock);
        *found = lock.max(*found);
    }
    strongest
}

#[tokio::test]
async fn each_statement_locks_the_tables_that_are_named() {
    for simple in [false, true] {
        each_statement_locks_what_is_named(simple).await;
    }
}

async fn each_statement_locks_what_is_named(simple: bool) {
    let (database, changes) = changes_made(
        simple,
        "CREATE TYPE mood AS ENUM ('a', 'b');
         CREATE TABLE plain (a int, b text, c int DEFAULT 1, d mood, e int NOT NULL, f varchar(9));
         CREATE INDEX plain_a ON plain (a);
         CREATE TABLE author (id int PRIMARY KEY, name text, CONSTRAINT short CHECK (length(name) < 9));
         CREATE TABLE book (id int PRIMARY KEY, author int REFERENCES author, other int);
         CREATE TABLE gone (id int, author int REFERENCES author);
         CREATE TABLE left_out (id int, author int REFERENCES author);
         CREATE TABLE stored (a int, b int GENERATED ALWAYS AS (a) STORED) WITH (fillfactor = 90);
         CREATE TABLE watched (a int PRIMARY KEY, b int);
         CREATE TABLE stays (a int NOT NULL, b int NOT NULL, c int REFERENCES author, d text, e int,
             f serial, g int NOT NULL);
         CREATE UNIQUE INDEX stays_a ON stays (a); CREATE UNIQUE INDEX stays_b ON stays (b);
         CREATE INDEX stays_e ON stays (e); CREATE STATISTICS stays_s ON a, b FROM stays;
         CREATE VIEW seen AS SELECT a FROM watched WHERE b > 1;
         CREATE FUNCTION see() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
         CREATE TRIGGER see BEFORE UPDATE OF b ON watched FOR EACH ROW EXECUTE FUNCTION see();",
        "CREATE TYPE mood AS ENUM ('a', 'b', 'c');
         CREATE TABLE plain (a int, b text NOT NULL DEFAULT '', c int, d mood, e int, f varchar(20), g uuid);
         CREATE INDEX plain_b ON plain (b); COMMENT ON TABLE plain IS 'commented';
         CREATE TABLE author (id int PRIMARY KEY, name text UNIQUE);
         CREATE TABLE book (id int PRIMARY KEY, author int, other int REFERENCES author);
         CREATE TABLE left_out (id int);
         CREATE TABLE stored (a int, b int) WITH (fillfactor = 80);
         ALTER TABLE stored ALTER a SET STATISTICS 5;
         CREATE TABLE watched (a int PRIMARY KEY, b bigint);
         CREATE UNLOGGED TABLE stays (a bigint NOT NULL, b int NOT NULL,
             c int REFERENCES author DEFERRABLE, d text, e int CHECK (e > 0),
             f int NOT NULL GENERATED ALWAYS AS IDENTITY, g int);
         CREATE UNIQUE INDEX stays_a ON stays (a);
         ALTER TABLE stays ADD CONSTRAINT stays_b UNIQUE (b);
         CREATE INDEX stays_e ON stays (e DESC); CREATE STATISTICS stays_s ON a, b FROM stays;
         ALTER TABLE stays ALTER d SET STORAGE EXTERNAL;
         ALTER TABLE stays REPLICA IDENTITY USING INDEX stays_a; CLUSTER stays USING stays_e;
         CREATE VIEW seen AS SELECT a FROM watched WHERE b > 1;
         CREATE FUNCTION see() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
         CREATE TRIGGER see BEFORE UPDATE OF b ON watched FOR EACH ROW EXECUTE FUNCTION see();
         CREATE TABLE added (id int REFERENCES author);",
    )
    .await;
    let mut connection = connect(&database).await;
    let mut wrong = Vec::new();
    for change in &changes {
        let sql = change.sql().expect("a plan has no code").to_owned();
        // That a comment lets no other change of its table begin is no matter of programs.
        if change.outside_transaction || sql.starts_with("COMMENT") {
            sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut connection).await.expect("it runs");
            continue;
        }
        let mut transaction = connection.begin().await.expect("it begins");
        sqlx::raw_sql(AssertSqlSafe(sql.clone()))
            .execute(&mut *transaction)
            .await
            .expect("it runs");
        let mut taken = taken(&mut transaction).await;
        transaction.commit().await.expect("it is done");
        // What is new is nobody's yet.
        taken.retain(|table, _| table != "added");
        let mut claimed = strongest(change.hazards.iter().filter_map(|hazard| match hazard {
            Hazard::Lock { relation, lock } => Some((relation.clone(), *lock)),
            _ => None,
        }));
        // A table that is gone is seen no more.
        claimed.retain(|table, _| *table != "gone");
        if claimed != taken {
            wrong.push(format!("{sql}\n  says {claimed:?}\n  takes {taken:?}"));
        }
    }
    connection.close().await.expect("the session ends");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
