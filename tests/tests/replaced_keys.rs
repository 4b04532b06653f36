//! A key or index in another form takes over from the current one: at no moment are rows without a
//! key, and a run that was cut off goes on.

use migrate_core::catalog::Deferrable;
use migrate_core::direction;
use migrate_core::introspect::{Scope, introspect};
use migrate_core::plan::{Plan, PlanOptions, plan};
use migrate_core::postgres::ScratchDatabase;
use migrate_core::revision::{
    Chain, Column, Constraint, Dependencies, Header, Index, Migrator, Result, Revision, run_plan,
};
use migrate_core::runner::{self, Goal, RunError, RunSettings};
use migrate_core::target::Target;
use migrate_tests::{Case, check, connect, dump, execute, server};
use sqlx::Connection;

const CURRENT: &str =
    "CREATE TABLE p (id int CONSTRAINT p_pkey PRIMARY KEY, code int NOT NULL, name text);
    CREATE UNIQUE INDEX name ON p (name);
    CREATE TABLE c (p_id int REFERENCES p (id));
    INSERT INTO p VALUES (1, 1, 'a');
    INSERT INTO c VALUES (1);";

const DESIRED: &str = "CREATE TABLE p (id int NOT NULL, code int NOT NULL, name text, CONSTRAINT p_pkey PRIMARY KEY (id) INCLUDE (code));
    CREATE UNIQUE INDEX name ON p (name) INCLUDE (code);
    CREATE TABLE c (p_id int REFERENCES p (id));";

async fn planned(current: &ScratchDatabase, desired: &ScratchDatabase) -> Plan {
    let mut catalogs = Vec::new();
    for database in [current, desired] {
        let mut connection = connect(database).await;
        let read = introspect(&mut connection, &Scope::all("public")).await;
        catalogs.push(read.expect("the catalog is read"));
        connection.close().await.expect("the session ends");
    }
    plan(&catalogs[0], &catalogs[1], &PlanOptions::default()).expect("there is a plan")
}

/// Whether rows are refused that a key doesn't allow.
async fn is_refused(database: &ScratchDatabase, sql: &'static str) -> bool {
    let mut connection = connect(database).await;
    let refused = sqlx::raw_sql(sql).execute(&mut connection).await.is_err();
    connection.close().await.expect("the session ends");
    refused
}

async fn require_keys(database: &ScratchDatabase, after: &str) {
    let rows = [
        "INSERT INTO p VALUES (1, 2, 'b')",
        "INSERT INTO p VALUES (2, 2, 'a')",
        "INSERT INTO c VALUES (7)",
    ];
    for row in rows {
        assert!(is_refused(database, row).await, "after `{after}`, {row} is taken");
    }
}

#[tokio::test]
async fn rows_are_never_without_a_key_while_it_is_replaced() {
    let server = server().await;
    let current = server.create().await.expect("a database is made");
    let desired = server.create().await.expect("a database is made");
    execute(&current, CURRENT).await;
    execute(&desired, DESIRED).await;
    let [up, down] = [planned(&current, &desired).await, planned(&desired, &current).await];
    for plan in [up, down] {
        for step in plan.steps {
            let name = step.name.clone();
            let part = Plan { steps: vec![step] };
            let ran = run_plan(connect(&current).await, &part, "public").await;
            let (connection, _) = ran.unwrap_or_else(|error| panic!("{name}: {error}"));
            connection.close().await.expect("the session ends");
            require_keys(&current, &name).await;
        }
    }
}

/// Ends a run at a place.
struct Cut(&'static str);

fn reach(place: &'static str, cut: Option<&Cut>) -> Result<()> {
    if cut.is_some_and(|cut| cut.0 == place) { Err("the power is gone".into()) } else { Ok(()) }
}

async fn create(db: &mut Migrator) -> Result<()> {
    let columns = [Column::new("id", "int").not_null(), Column::new("name", "text")];
    db.create_table("p", columns).constraint("p_key", Constraint::unique(["id"])).await?;
    db.create_index("name", Index::on("p", ["name"])).await
}

async fn remove(db: &mut Migrator) -> Result<()> {
    db.drop_table("p").await
}

/// What is generated where both change, with places to cut it off.
async fn replace(db: &mut Migrator, cut: Option<&Cut>) -> Result<()> {
    db.outside_transaction("build name_replacement", async |db| {
        let index = Index::on("p", ["name", "id"]);
        db.create_index_concurrently("name_replacement", index).await?;
        reach("after the index", cut)
    })
    .await?;
    db.outside_transaction("build p_key_replacement", async |db| {
        let index = Index::on("p", ["id", "name"]).unique();
        db.create_index_concurrently("p_key_replacement", index).await?;
        reach("after the key's index", cut)
    })
    .await?;
    db.transaction("replace p_key", async |db| {
        db.drop_index("name").await?;
        reach("after the drop", cut)?;
        db.alter_table("p")
            .drop_constraint("p_key")
            .add_unique_using_index("p_key", "p_key_replacement", Deferrable::No)
            .await?;
        db.rename_index("name_replacement", "name").await?;
        reach("before the commit", cut)
    })
    .await
}

static CHAIN: Chain = Chain {
    root: "",
    module: "",
    packages: &[],
    revisions: &[
        Revision {
            header: Header::new("m1_create"),
            file: "m1_create.rs",
            source: "create",
            up: direction!(create),
            down: direction!(remove),
        },
        Revision {
            header: Header::new("m2_replace").after("m1_create"),
            file: "m2_replace.rs",
            source: "replace",
            up: direction!(replace),
            down: direction!(remove),
        },
    ],
};

async fn apply(
    database: &ScratchDatabase,
    provided: Dependencies,
) -> std::result::Result<(), RunError> {
    let target = Target::new(database.options(), "public");
    let settings = RunSettings::default();
    runner::apply(&CHAIN, &provided, &target, &Goal::Head, &settings, &|_| {}).await.map(drop)
}

#[tokio::test]
async fn a_replacement_that_was_cut_off_goes_on() {
    let whole = server().await.create().await.expect("a database is made");
    apply(&whole, Dependencies::default()).await.expect("it applies");
    let places =
        ["after the index", "after the key's index", "after the drop", "before the commit"];
    for place in places {
        let database = server().await.create().await.expect("a database is made");
        apply(&database, Dependencies::default().provide(Cut(place))).await.expect_err(place);
        apply(&database, Dependencies::default()).await.expect("it goes on");
        assert_eq!(dump(&database), dump(&whole), "{place}");
    }
}

#[tokio::test]
async fn another_index_under_the_temporary_name_is_not_taken_for_the_key() {
    let database = server().await.create().await.expect("a database is made");
    let cut = Dependencies::default().provide(Cut("after the index"));
    apply(&database, cut).await.expect_err("it is cut off");
    execute(&database, "CREATE UNIQUE INDEX p_key_replacement ON p (name, id)").await;
    let error = apply(&database, Dependencies::default()).await.expect_err("it is another one");
    assert!(error.to_string().contains("exists with another definition"), "{error}");
}

#[test]
fn an_index_is_replaced_while_a_column_of_it_goes_and_its_table_is_set() {
    check(Case {
        current: "CREATE TABLE t (id integer PRIMARY KEY, p text, m text);
            CREATE INDEX i ON t (id) WHERE p = 'x';",
        rows: "INSERT INTO t VALUES (1, 'x', 'y');",
        desired: "CREATE TABLE t (id integer PRIMARY KEY, m text) WITH (fillfactor = 70);
            CREATE INDEX i ON t (id) WHERE m = 'y';",
        ..Case::default()
    });
}

#[test]
fn a_primary_key_gets_another_name_while_a_column_becomes_required() {
    check(Case {
        current: "CREATE TABLE t (id integer CONSTRAINT z PRIMARY KEY, n text);",
        rows: "INSERT INTO t VALUES (1, NULL), (2, 'x');",
        desired: "CREATE TABLE t (id integer, n text NOT NULL, CONSTRAINT a PRIMARY KEY (id));",
        ..Case::default()
    });
}

#[test]
fn a_foreign_key_leans_on_the_key_that_stays() {
    let with = |rest: &str| {
        format!(
            "CREATE TABLE p (id integer NOT NULL); CREATE TABLE c (p_id integer, n integer);
            {rest}
            ALTER TABLE p ADD PRIMARY KEY (id);"
        )
    };
    let key = "ALTER TABLE p ADD CONSTRAINT u UNIQUE (id);";
    let index = "CREATE UNIQUE INDEX u ON p (id);";
    let desired = format!("{} ALTER TABLE c ADD FOREIGN KEY (p_id) REFERENCES p (id);", with(""));
    for current in [key, index] {
        check(Case {
            current: &with(current),
            rows: "INSERT INTO p VALUES (1); INSERT INTO c VALUES (1, NULL);",
            desired: &desired,
            ..Case::default()
        });
    }
}

#[test]
fn a_foreign_key_goes_before_each_key_that_it_may_lean_on() {
    // As made at once the foreign key leans on the primary key; after the change on `a`, which is
    // there first.
    check(Case {
        current: "CREATE TABLE p (id integer NOT NULL, code text NOT NULL,
                CONSTRAINT a UNIQUE (code, id));",
        rows: "INSERT INTO p VALUES (1, 'x');",
        desired:
            "CREATE TABLE p (id integer NOT NULL, code text NOT NULL, PRIMARY KEY (code, id),
                CONSTRAINT a UNIQUE (id, code));
            CREATE TABLE c (id integer, code text, FOREIGN KEY (id, code) REFERENCES p (id, code));",
        ..Case::default()
    });
}

const WITH_INDEX: &str = "CREATE TABLE p (id integer NOT NULL, n integer);
    CREATE UNIQUE INDEX u ON p (id); COMMENT ON INDEX u IS 'it''s unique';
    CREATE TABLE c (p_id integer REFERENCES p (id));
    ALTER TABLE p REPLICA IDENTITY USING INDEX u;";
const KEY_ROWS: &str = "INSERT INTO p VALUES (1, 2), (3, 4); INSERT INTO c VALUES (1);";

/// The same with a constraint in the place of the index.
fn with_constraint(constraint: &str) -> String {
    WITH_INDEX.replace(
        "CREATE UNIQUE INDEX u ON p (id)",
        &format!("ALTER TABLE p ADD CONSTRAINT u {constraint}"),
    )
}

#[test]
fn an_index_becomes_the_constraint_that_it_fits_with_all_that_leans_on_it() {
    for constraint in ["UNIQUE (id)", "UNIQUE (id) DEFERRABLE", "PRIMARY KEY (id)"] {
        // What is deferrable identifies no row, and nothing references it.
        let deferrable = constraint.ends_with("DEFERRABLE");
        let fitting = |sql: &str| match deferrable {
            true => sql
                .replace(" REFERENCES p (id)", "")
                .replace("ALTER TABLE p REPLICA IDENTITY USING INDEX u;", ""),
            false => sql.to_owned(),
        };
        let up = check(Case {
            current: &fitting(WITH_INDEX),
            rows: KEY_ROWS,
            desired: &fitting(&with_constraint(constraint)),
            ..Case::default()
        });
        assert!(up.contains("USING INDEX u"), "{up}");
        assert!(!up.contains("DROP") && !up.contains("CREATE"), "{up}");
    }
}

#[test]
fn an_index_is_built_before_a_constraint_or_index_of_its_name_goes() {
    let index = WITH_INDEX.replace("u ON p (id)", "u ON p (id) INCLUDE (n)");
    for (current, desired, gone) in [
        (with_constraint("UNIQUE (id)"), WITH_INDEX, "DROP CONSTRAINT u"),
        (with_constraint("PRIMARY KEY (id)"), index.as_str(), "DROP CONSTRAINT u"),
        (WITH_INDEX.to_owned(), &with_constraint("UNIQUE (id) INCLUDE (n)"), "DROP INDEX u"),
    ] {
        let up = check(Case { current: &current, rows: KEY_ROWS, desired, ..Case::default() });
        let built = up.find("CREATE UNIQUE INDEX CONCURRENTLY u_replacement ON");
        let gone = up.find(gone).expect("the current form goes");
        assert!(built.is_some_and(|built| built < gone), "{up}");
    }
}

#[test]
fn an_index_becomes_a_constraint_while_its_column_changes() {
    let identity = "id integer GENERATED BY DEFAULT AS IDENTITY NOT";
    for column in ["id bigint NOT", identity] {
        for constraint in ["UNIQUE (id)", "UNIQUE (id) INCLUDE (n)"] {
            let desired = with_constraint(constraint).replace("id integer NOT", column);
            check(Case {
                current: WITH_INDEX,
                rows: KEY_ROWS,
                desired: &desired,
                ..Case::default()
            });
        }
    }
}

/// From the first to the second and back, on rows.
#[track_caller]
fn both_ways(first: &str, second: &str, rows: &str) {
    check(Case { current: first, rows, desired: second, ..Case::default() });
    check(Case { current: second, desired: first, ..Case::default() });
}

#[test]
fn a_column_that_leaves_a_key_of_the_same_name_may_be_null_when_the_key_is_gone() {
    both_ways(
        "CREATE TABLE t (a int PRIMARY KEY, b int)",
        "CREATE TABLE t (a int, b int PRIMARY KEY)",
        "INSERT INTO t VALUES (1, 2)",
    );
    both_ways(
        "CREATE TABLE p (a int PRIMARY KEY, b int NOT NULL UNIQUE); CREATE TABLE c (a int REFERENCES p (a))",
        "CREATE TABLE p (a int UNIQUE, b int NOT NULL PRIMARY KEY); CREATE TABLE c (a int REFERENCES p (a))",
        "INSERT INTO p VALUES (1, 2); INSERT INTO c VALUES (1)",
    );
    for other in ["a int CONSTRAINT k UNIQUE", "a int); CREATE UNIQUE INDEX k ON t (a"] {
        both_ways(
            "CREATE TABLE t (a int CONSTRAINT k PRIMARY KEY)",
            &format!("CREATE TABLE t ({other})"),
            "INSERT INTO t VALUES (1)",
        );
    }
}

#[test]
fn a_foreign_key_becomes_deferrable_while_the_index_below_it_becomes_a_constraint() {
    let with = |key: &str, deferrable: &str| {
        format!(
            "CREATE TABLE t (id int PRIMARY KEY, code text, pair_id int, pair_code text);
            {key}
            ALTER TABLE t ADD CONSTRAINT pair FOREIGN KEY (pair_id, pair_code)
                REFERENCES t (id, code) {deferrable};"
        )
    };
    check(Case {
        current: &with("CREATE UNIQUE INDEX both_unique ON t (id, code);", ""),
        rows: "INSERT INTO t VALUES (1, 'a', 1, 'a');",
        desired: &with("ALTER TABLE t ADD CONSTRAINT both_unique UNIQUE (id, code);", "DEFERRABLE"),
        ..Case::default()
    });
}

#[test]
fn a_replica_identity_is_on_required_columns_alone() {
    both_ways(
        "CREATE TABLE t (a int); CREATE UNIQUE INDEX i ON t (a)",
        "CREATE TABLE t (a int NOT NULL); CREATE UNIQUE INDEX i ON t (a);
         ALTER TABLE t REPLICA IDENTITY USING INDEX i",
        "INSERT INTO t VALUES (1)",
    );
}
