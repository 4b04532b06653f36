//! SQL revisions as a chain.

use sqlx::{Connection, Executor};

use crate::project::Project;

/// Files by their names, and their texts.
type Files<'a> = &'a [(&'a str, &'a str)];

const POINT: (&str, &str) =
    ("migrations/V0001__create_point.sql", "CREATE TABLE point (x int NOT NULL);\n");

#[tokio::test]
async fn sql_files_are_applied_by_number_and_taken_back_by_their_down_files() {
    let project = Project::with(&[
        ("migrations/V0010__add_z.up.sql", "ALTER TABLE point ADD COLUMN z int"),
        ("migrations/V0010__add_z.down.sql", "ALTER TABLE point DROP COLUMN z"),
        ("migrations/later/V0002__add_y.sql", "ALTER TABLE point ADD COLUMN y int;"),
        POINT,
        ("migrations/notes.txt", "no revision"),
    ])
    .await;
    project.run(&["status"]).says(2, &["pending  V0001__create_point"]);
    project
        .run(&["apply", "--to", "2"])
        .says(0, &["applied V0001__create_point", "applied V0002__add_y"]);
    project.run(&["apply"]).says(0, &["applied V0010__add_z"]);
    project.run(&["apply"]).says(0, &["nothing is pending"]);
    let columns = "SELECT attname::text FROM pg_attribute
                   WHERE attrelid = 'point'::regclass AND attnum > 0 AND NOT attisdropped
                   ORDER BY attnum";
    assert_eq!(project.texts(columns).await, ["x", "y", "z"]);
    project.run(&["rollback"]).says(0, &["rolled back V0010__add_z"]);
    assert_eq!(project.texts(columns).await, ["x", "y"]);
    project
        .run(&["rollback"])
        .says(1, &["`V0002__add_y` has no SQL that takes it back", "`V0002__add_y.down.sql`"]);
}

#[tokio::test]
async fn a_file_of_comments_alone_takes_nothing_back() {
    let project = Project::with(&[POINT]).await;
    project.run(&["new", "-m", "add y"]).fine();
    let named = "V0003__index_x_NONTRANSACTIONAL.up.sql";
    project.run(&["new", "-m", "Index x NONTRANSACTIONAL"]).says(0, &[named]);
    project.run(&["apply"]).fine();
    project.run(&["rollback"]).fine();
    project.run(&["rollback"]).fine();
    project.write("migrations/V0002__add_y.up.sql", "ALTER TABLE point ADD COLUMN y int");
    project.run(&["apply"]).fine();
    let refused = "`V0002__add_y` has no SQL that takes it back";
    project.run(&["rollback", "-n", "2"]).says(1, &[refused]);
}

#[tokio::test]
async fn an_error_names_the_line_of_the_file_and_nothing_of_it_stays() {
    let text = "CREATE TABLE line (x int);\n\n-- A comment.\nALTER TABLE line\n    ADD COLUMN y nowhere;\n";
    let project = Project::with(&[POINT, ("migrations/V0002__wrong.sql", text)]).await;
    project.run(&["apply"]).says(
        1,
        &["applied V0001__create_point", "V0002__wrong.sql:5: type \"nowhere\" does not exist"],
    );
    assert_eq!(project.texts("SELECT to_regclass('line') IS NULL || ''").await, ["true"]);
}

#[tokio::test]
async fn dollar_quotes_atomic_bodies_and_nested_comments_are_not_cut() {
    let text = "/* outer; /* inner; */ still; */
CREATE FUNCTION one() RETURNS text LANGUAGE plpgsql AS $body$ BEGIN RETURN 'a;b'; END; $body$;
CREATE FUNCTION two() RETURNS int BEGIN ATOMIC SELECT 1; SELECT 2; END;
DO $$ BEGIN PERFORM one(); END $$;
CREATE TABLE \"semi;colon\" (a text DEFAULT ';');
";
    let project = Project::with(&[("migrations/V1__bodies.sql", text)]).await;
    project.run(&["apply"]).fine();
    assert_eq!(project.texts("SELECT one() || two()").await, ["a;b2"]);
}

#[tokio::test]
async fn what_runs_outside_a_transaction_goes_on_after_the_statement_that_failed() {
    let index = "-- migrate: transaction = none
CREATE INDEX CONCURRENTLY point_x ON point (x);
CREATE UNIQUE INDEX CONCURRENTLY point_once ON point (x);
VACUUM point;
";
    let project = Project::with(&[POINT, ("migrations/V0002__index.sql", index)]).await;
    project.run(&["apply", "--to", "1"]).fine();
    project.execute("INSERT INTO point VALUES (1), (1)").await;
    project.run(&["apply"]).says(1, &["V0002__index.sql:3: could not create unique index"]);
    let invalid = "SELECT count(*)::text FROM pg_index WHERE NOT indisvalid";
    assert_eq!(project.texts(invalid).await, ["0"]);
    project.execute("DELETE FROM point").await;
    project.run(&["apply"]).says(0, &["applied V0002__index"]);
    let indexes = "SELECT indexrelid::regclass::text FROM pg_index
                   WHERE indrelid = 'point'::regclass AND indisvalid ORDER BY 1";
    assert_eq!(project.texts(indexes).await, ["point_once", "point_x"]);
    assert_eq!(
        project
            .texts(
                "SELECT array_to_string(steps, ',') FROM migrate_history
                       WHERE revision = 'V0002__index'"
            )
            .await,
        ["statement 1,statement 2,statement 3"]
    );
}

#[tokio::test]
async fn no_invalid_index_is_left_whatever_its_statement_calls_it() {
    for index in ["ON {current_schema}.point", "once ON \"{current_schema}\".point"] {
        let index = format!(
            "-- migrate: transaction = none\nCREATE UNIQUE INDEX CONCURRENTLY {index} (x);\n"
        );
        let project = Project::with(&[POINT, ("migrations/V0002__index.sql", &index)]).await;
        project.run(&["apply", "--to", "1"]).fine();
        project.execute("INSERT INTO point VALUES (1), (1)").await;
        for _ in 0..2 {
            project.run(&["apply"]).says(1, &["V0002__index.sql:2: could not create unique index"]);
        }
        project.execute("TRUNCATE point").await;
        project.run(&["apply"]).says(0, &["applied V0002__index"]);
        let valid = "SELECT indisvalid::text FROM pg_index WHERE indrelid = 'point'::regclass";
        assert_eq!(project.texts(valid).await, ["true"]);
    }
}

#[tokio::test]
async fn an_error_after_another_role_was_taken_is_no_interruption() {
    let text = "-- migrate: transaction = none
SET ROLE pg_monitor;
SELECT 1 / (SELECT count(*) FROM pg_class WHERE relname = 'mended');
";
    let project = Project::with(&[POINT, ("migrations/V0002__monitor.sql", text)]).await;
    project.run(&["apply"]).says(1, &["V0002__monitor.sql:3: division by zero"]);
    project.execute("CREATE TABLE mended ()").await;
    project.run(&["apply"]).says(0, &["applied V0002__monitor"]);
}

#[tokio::test]
async fn what_failed_before_anything_was_done_is_not_half_applied_nor_half_taken_back() {
    let fails = "-- migrate: transaction = none\nSELECT 1 / 0;\nSELECT 1;\n";
    let project = Project::with(&[
        ("migrations/V0001__point.up.sql", "CREATE TABLE point (x int);"),
        ("migrations/V0001__point.down.sql", fails),
        ("migrations/V0002__fails.sql", fails),
    ])
    .await;
    project.run(&["apply"]).says(1, &["V0002__fails.sql:2: division by zero"]);
    project.run(&["status"]).says(2, &["applied  V0001__point", "pending  V0002__fails"]);
    std::fs::remove_file(project.path().join("migrations/V0002__fails.sql")).expect("it is there");
    project.run(&["apply"]).says(0, &["nothing is pending"]);
    project.run(&["rollback"]).says(1, &["V0001__point.down.sql:2: division by zero"]);
    project.run(&["status"]).says(0, &["applied  V0001__point"]);
    project.run(&["apply"]).says(0, &["nothing is pending"]);
}

#[tokio::test]
async fn no_limit_of_sessions_or_transactions_ends_a_run() {
    let sleep = "SELECT pg_sleep(0.4);";
    let project = Project::with(&[
        ("migrations/V0001__wait.sql", sleep),
        ("migrations/V0002__wait.sql", sleep),
        ("migrations/V0003__wait.sql", "-- migrate: transaction = none\nSELECT pg_sleep(0.4);"),
    ])
    .await;
    project
        .execute(
            "DO $$ DECLARE limits text[] = ARRAY['idle_session_timeout', 'transaction_timeout',
                    'idle_in_transaction_session_timeout']; BEGIN
                 FOR i IN 1..3 LOOP
                     IF current_setting(limits[i], true) IS NOT NULL THEN
                         EXECUTE format('ALTER DATABASE %I SET %I = 200', current_database(), limits[i]);
                     END IF;
                 END LOOP;
             END $$",
        )
        .await;
    let project = &project;
    std::thread::scope(|scope| {
        let runs = [(); 2].map(|()| scope.spawn(|| project.run(&["apply"])));
        for run in runs {
            run.join().expect("the command ends").fine();
        }
    });
}

#[tokio::test]
async fn settings_of_the_session_hold_for_the_statements_that_a_rerun_goes_on_with() {
    let text = "-- migrate: transaction = none
SET search_path = archive;
CREATE UNIQUE INDEX CONCURRENTLY once ON point (x);
";
    let next = "CREATE TABLE unset AS SELECT current_schema() AS name";
    let project = Project::with(&[
        POINT,
        ("migrations/V0002__index.sql", text),
        ("migrations/V0003__next.sql", next),
    ])
    .await;
    project
        .execute(
            "CREATE SCHEMA archive; CREATE TABLE archive.point (x int);
             INSERT INTO archive.point VALUES (1), (1)",
        )
        .await;
    project.run(&["apply"]).says(1, &["could not create unique index"]);
    project.execute("DELETE FROM archive.point").await;
    project.run(&["apply"]).fine();
    let table = "SELECT indrelid::regclass::text FROM pg_index
                 WHERE indexrelid = 'archive.once'::regclass";
    assert_eq!(project.texts(table).await, ["archive.point"]);
    assert_eq!(project.texts("SELECT name::text FROM unset").await, ["public"]);
}

#[tokio::test]
async fn the_word_nontransactional_in_a_name_means_what_it_says() {
    let project = Project::with(&[
        POINT,
        (
            "migrations/V0002__index_NONTRANSACTIONAL.sql",
            "/* pgmigrate-encoding: utf-8 */\nCREATE INDEX CONCURRENTLY point_x ON point (x);\n",
        ),
    ])
    .await;
    project.run(&["apply"]).fine();
    let said = project.run(&["status", "--json"]).fine();
    let json: serde_json::Value = serde_json::from_str(&said.stdout).expect("it is JSON");
    let index = &json["revisions"][1];
    assert_eq!(index["version"], 2);
    assert_eq!(index["description"], "index NONTRANSACTIONAL");
    assert_eq!(index["transactional"], false);
    assert_eq!(index["type"], "auto");
    assert_eq!(index["state"], "applied");
    assert_eq!(json["revisions"][0]["transactional"], true);
}

#[tokio::test]
async fn files_that_make_no_chain_are_refused_before_anything_runs() {
    let cases: [(Files<'_>, &[&str]); 6] = [
        (&[("migrations/v2__low.sql", "")], &["`v2__low.sql` is no revision by its name"]),
        (
            &[("migrations/V01__other.sql", "SELECT 1")],
            &["V0001__create_point.sql", "V01__other.sql", "the number 1"],
        ),
        (&[("migrations/V2__a.down.sql", "SELECT 1")], &["add its `.up.sql`"]),
        (
            &[("migrations/V2__a.sql", "SELECT 1;\nCOMMIT;")],
            &["V2__a.sql:2: `COMMIT` begins or ends a transaction"],
        ),
        (
            &[("migrations/V2__a.sql", "COPY point FROM stdin;\n1\n\\.\n")],
            &["V2__a.sql:1: `COPY … FROM stdin`", "INSERT"],
        ),
        (
            &[("migrations/V2__a.sql", "-- migrate: lock-timeouts = 1s\nSELECT 1")],
            &["V2__a.sql:1: there is no option `lock-timeouts`; did you mean `lock-timeout`?"],
        ),
    ];
    for (files, texts) in cases {
        let project = Project::with(&[&[POINT], files].concat()).await;
        project.run(&["apply"]).says(1, texts);
        let tables = "SELECT relname::text FROM pg_class
                      WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'";
        assert_eq!(project.texts(tables).await, [""; 0]);
    }
}

#[tokio::test]
async fn an_edited_file_and_one_put_before_what_is_applied_are_refused() {
    let project = Project::with(&[POINT]).await;
    project.run(&["apply"]).fine();
    project.write(POINT.0, "-- Only a comment.\nCREATE TABLE point ( x int NOT NULL );");
    project.run(&["apply"]).says(0, &["nothing is pending"]);
    project.write(POINT.0, "CREATE TABLE point (x bigint NOT NULL);");
    project.run(&["apply"]).says(1, &["`V0001__create_point.sql` was edited after it was applied"]);
    project.write(POINT.0, POINT.1);
    project.write("migrations/V0000__before.sql", "SELECT 1");
    project.run(&["apply"]).says(
        1,
        &["`V0000__before.sql` comes before `V0001__create_point`", "give it the next free number"],
    );
}

#[tokio::test]
async fn a_baseline_notes_what_is_there_and_hides_nothing() {
    let add = ("migrations/V0002__add_y.sql", "ALTER TABLE point ADD COLUMN y int;");
    let project = Project::with(&[POINT, add]).await;
    project.run(&["baseline", "--at", "1"]).says(1, &["nothing is in the schema `public`"]);
    project.execute("CREATE TABLE point (x bigint NOT NULL)").await;
    project
        .run(&["baseline", "--at", "1", "--verify"])
        .says(1, &["not what the revisions up to `1` build", "column `point.x` was changed"]);
    project.execute("ALTER TABLE point ALTER COLUMN x TYPE int, ADD COLUMN z int").await;
    project.run(&["baseline", "--at", "1", "--verify"]).says(
        0,
        &[
            "what the revisions up to `1` don't build: column `point.z`;",
            "V0001__create_point is written down as applied; nothing was run",
        ],
    );
    let said = project.run(&["info", "--json"]).says(2, &[]);
    let json: serde_json::Value = serde_json::from_str(&said.stdout).expect("it is JSON");
    assert_eq!(json["revisions"][0]["type"], "manual");
    project.run(&["apply"]).says(0, &["applied V0002__add_y"]);
    project.run(&["baseline", "--at", "1"]).says(1, &["`V0002__add_y` is applied"]);
}

#[tokio::test]
async fn clean_removes_the_history_alone() {
    let project = Project::with(&[POINT]).await;
    project.run(&["apply"]).fine();
    project.run(&["clean"]).says(1, &["pass `--yes`"]);
    project.run(&["clean", "--yes"]).says(0, &["removed"]);
    let tables = "SELECT relname::text FROM pg_class
                  WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'";
    assert_eq!(project.texts(tables).await, ["point"]);
}

#[tokio::test]
async fn new_writes_the_next_pair_of_files() {
    let project = Project::with(&[POINT]).await;
    project.run(&["new", "-m", "Add colour"]).says(0, &["V0002__add_colour.up.sql"]);
    project.write("migrations/V0002__add_colour.up.sql", "ALTER TABLE point ADD colour text");
    project.write("migrations/V0002__add_colour.down.sql", "ALTER TABLE point DROP colour");
    project.run(&["apply"]).fine();
    project.run(&["rollback"]).fine();
}

#[tokio::test]
async fn a_revision_that_fails_at_its_commit_is_named_and_not_written_down() {
    let sql = "CREATE TABLE point (x int UNIQUE DEFERRABLE INITIALLY DEFERRED);\n\
               INSERT INTO point VALUES (1), (1)";
    let project = Project::with(&[("migrations/V1__create_point.sql", sql)]).await;
    project.run(&["apply"]).says(1, &["V1__create_point.sql", "duplicate key"]);
    project.run(&["status"]).says(2, &["pending  V1__create_point"]);
}

#[tokio::test]
async fn a_statement_outside_a_transaction_that_the_server_refused_has_not_run() {
    let text = "-- migrate: transaction = none\nINSERT INTO point VALUES (1);\nINSERT INTO points VALUES (2);\n";
    let file = "migrations/V0002__fill.sql";
    let project = Project::with(&[POINT, (file, text)]).await;
    project.run(&["apply"]).says(1, &["relation \"points\" does not exist"]);
    project.write(file, &text.replace("points", "point"));
    project.run(&["apply"]).says(0, &["applied V0002__fill"]);
    assert_eq!(project.texts("SELECT x::text FROM point ORDER BY 1").await, ["1", "2"]);
}

#[tokio::test]
async fn a_block_that_failed_outside_a_transaction_may_have_committed_a_part() {
    let text = "-- migrate: transaction = none
DO $$ BEGIN INSERT INTO point VALUES (1); COMMIT; PERFORM 1 / 0; END $$;
";
    let project = Project::with(&[POINT, ("migrations/V0002__fill.sql", text)]).await;
    project.run(&["apply"]).says(1, &["division by zero"]);
    project.run(&["apply"]).says(1, &["whether this statement ran can't be seen"]);
}

#[tokio::test]
async fn a_finished_step_of_a_half_applied_file_can_not_be_another_one() {
    let text = "-- migrate: transaction = none
CREATE TABLE one (i int);
CREATE TABL two (i int);
";
    let file = "migrations/V0001__tables.sql";
    let project = Project::with(&[(file, text)]).await;
    project.run(&["apply"]).says(1, &["syntax error"]);
    let only_two = "-- migrate: transaction = none\nCREATE TABLE two (i int);\n";
    project.write(file, only_two);
    project.run(&["apply"]).says(
        1,
        &[
            "V0001__tables.sql",
            "its step `statement 1`, which ran, was edited",
            "--accept-checksum",
        ],
    );
    project.write(file, "-- migrate: transaction = none\n-- As it was.\r\nCREATE TABLE  one (i int);\nCREATE TABLE two (i int);\n");
    project.run(&["apply"]).says(0, &["applied V0001__tables"]);
    assert_eq!(project.texts("SELECT to_regclass('two')::text").await, ["two"]);
}

#[tokio::test]
async fn an_edited_finished_step_is_passed_over_where_that_is_accepted() {
    let file = "migrations/V0001__tables.sql";
    let text =
        "-- migrate: transaction = none\nCREATE TABLE one (i int);\nCREATE TABL two (i int);\n";
    let project = Project::with(&[(file, text)]).await;
    project.run(&["apply"]).says(1, &["syntax error"]);
    project.write(file, &text.replace("(i int)", "(i bigint)").replace("TABL ", "TABLE "));
    project.run(&["apply", "--accept-checksum", "1"]).says(0, &["applied V0001__tables"]);
    let types = "SELECT atttypid::regtype::text FROM pg_attribute
                 WHERE attrelid IN ('one'::regclass, 'two'::regclass) AND attname = 'i' ORDER BY 1";
    assert_eq!(project.texts(types).await, ["bigint", "integer"]);
}

#[tokio::test]
async fn a_step_that_is_resolved_as_done_counts_as_the_text_that_ran() {
    let file = "migrations/V0002__fill.sql";
    let text = "-- migrate: transaction = none\nINSERT INTO point VALUES (1);\nINSERT INTO points VALUES (2);\n";
    let project = Project::with(&[POINT, (file, text)]).await;
    project.run(&["apply"]).says(1, &["does not exist"]);
    project
        .execute(
            "UPDATE migrate_history SET steps = '{}', up_sql = NULL, begun_step = 'statement 1'
             WHERE revision = 'V0002__fill'",
        )
        .await;
    project.run(&["apply"]).says(1, &["whether this statement ran can't be seen"]);
    project.run(&["resolve", "1", "--done"]).says(1, &["no step of `V0001__create_point`"]);
    project.run(&["resolve", "2", "--done"]).says(0, &["noted for `V0002__fill`"]);
    project.write(file, &text.replace("points", "point"));
    project.run(&["apply"]).says(0, &["applied V0002__fill"]);
    assert_eq!(project.texts("SELECT x::text FROM point ORDER BY 1").await, ["1", "2"]);
}

#[tokio::test]
async fn a_number_names_the_revision_of_that_number_only() {
    let later = ("migrations/V0035__add_y.sql", "ALTER TABLE point ADD COLUMN y int;");
    let project = Project::with(&[POINT, later]).await;
    for text in ["3", "0", "03"] {
        let named = format!("no revision is named `{text}`");
        project.run(&["apply", "--to", text]).says(1, &[&named]);
        project.run(&["baseline", "--at", text]).says(1, &[&named]);
    }
    project.run(&["apply", "--to", ""]).says(1, &["a revision is named by nothing"]);
    project.run(&["apply", "--to", "35"]).says(0, &["applied V0035__add_y"]);
    project.run(&["rollback", "--to", "5"]).says(1, &["no revision is named `5`"]);
    project
        .run(&["rollback", "--to", "add_y"])
        .says(0, &["nothing is applied that would have to go"]);
}

#[tokio::test]
async fn a_schema_in_a_literal_is_a_value_and_no_sql() {
    let text = "CREATE TABLE {current_schema}.seen AS SELECT '{current_schema}' AS name;
INSERT INTO \"{current_schema}\".seen VALUES ('-');
";
    let project = Project::with(&[("migrations/V1__see.sql", text)]).await;
    project.run(&["apply", "--schema", "O'Brien \"x\""]).fine();
    let names = "SELECT name FROM \"O'Brien \"\"x\"\"\".seen ORDER BY 1";
    assert_eq!(project.texts(names).await, ["-", "O'Brien \"x\""]);
}

#[tokio::test]
async fn other_line_ends_edit_nothing() {
    let text = "CREATE FUNCTION one() RETURNS int LANGUAGE sql AS $$\nSELECT 1;\n$$;\n";
    let project = Project::with(&[("migrations/V1__one.sql", text)]).await;
    project.run(&["apply"]).fine();
    project.write("migrations/V1__one.sql", &text.replace('\n', "\r\n"));
    project.run(&["apply"]).says(0, &["nothing is pending"]);
}

#[tokio::test]
async fn a_revision_that_requires_another_is_refused_where_nothing_is_common() {
    let requires = ("migrations/V0002__use.sql", "-- migrate: requires = V0009\nSELECT 1");
    let project = Project::with(&[POINT, requires]).await;
    for command in ["plan", "apply"] {
        project.run(&[command]).says(1, &["`V0002__use` builds on `V0009` of the common schema"]);
    }
    assert_eq!(project.texts("SELECT to_regclass('point') IS NULL || ''").await, ["true"]);
}

#[tokio::test]
async fn clean_leaves_tables_alone_that_are_no_history() {
    let project = Project::with(&[POINT]).await;
    project.execute("CREATE TABLE customers (id int); INSERT INTO customers VALUES (1)").await;
    let base = ["clean", "--yes", "--history-table"];
    project
        .run(&[&base[..], &["customers"]].concat())
        .says(1, &["public.customers is no history", "stays as it is"]);
    assert_eq!(project.texts("SELECT id::text FROM customers").await, ["1"]);
    project.run(&[&base[..], &["nowhere"]].concat()).says(0, &["nothing to remove"]);
    project.run(&["apply"]).fine();
    project.run(&["clean", "--yes"]).says(0, &["public.migrate_history in", "1 revisions"]);
}

#[tokio::test]
async fn status_says_what_was_interrupted() {
    let file = "migrations/V0002__add_y.up.sql";
    let project = Project::with(&[
        POINT,
        (file, "ALTER TABLE point ADD COLUMN y int"),
        (
            "migrations/V0002__add_y.down.sql",
            "-- migrate: transaction = none\nALTER TABLE point DROP COLUMN y;\nSELECT 1 / 0;\n",
        ),
    ])
    .await;
    project.run(&["apply"]).fine();
    project.run(&["rollback"]).says(1, &["division by zero"]);
    let interrupted = "the rollback of `V0002__add_y` was interrupted; finish it with";
    project.run(&["status"]).says(2, &["reverting  V0002__add_y", interrupted]);
}

#[tokio::test]
async fn a_statement_that_needs_no_transaction_is_answered_with_the_option() {
    for (text, said) in [
        ("CREATE INDEX CONCURRENTLY i ON point (x)", "cannot run inside a transaction block"),
        ("DO $$ BEGIN COMMIT; END $$", "invalid transaction termination"),
    ] {
        let project = Project::with(&[POINT, ("migrations/V0002__index.sql", text)]).await;
        project.run(&["apply"]).says(1, &[said, "hint: `-- migrate: transaction = none`"]);
    }
}

#[tokio::test]
async fn what_may_have_run_in_a_sql_file_is_no_matter_of_a_verb() {
    let text = "-- migrate: transaction = none\nINSERT INTO point VALUES (1);\n";
    let project = Project::with(&[POINT, ("migrations/V0002__fill.sql", text)]).await;
    project.run(&["apply", "--to", "1"]).fine();
    project
        .execute(
            "INSERT INTO migrate_history (revision, parent, checksum, state, begun_step, version)
             VALUES ('V0002__fill', 'V0001__create_point', '', 'running', 'statement 1', '0')",
        )
        .await;
    let said = project.run(&["apply"]).says(1, &["whether this statement ran can't be seen"]);
    assert!(!said.stderr.contains("done_when"), "{said:?}");
}

#[tokio::test]
async fn a_long_statement_is_not_shown_whole() {
    let text = format!("SELECT '{}' FROM nowhere;\n", "x".repeat(300_000));
    let project = Project::with(&[("migrations/V1__long.sql", &text)]).await;
    let said = project.run(&["apply"]).says(1, &["relation \"nowhere\" does not exist", "of 300"]);
    assert!(said.stderr.len() < 4000, "{}", said.stderr.len());
}

#[tokio::test]
async fn what_the_server_says_comes_with_its_code_and_no_line_of_its_source() {
    let project = Project::with(&[POINT]).await;
    project.execute("CREATE ROLE said_nobody; CREATE SCHEMA said").await;
    for schema in ["said_other", "said"] {
        let said = project.run(&["apply", "--schema", schema, "--session", "SET ROLE said_nobody"]);
        assert!(!said.stderr.contains(" at line "), "{said:?}");
        said.says(1, &["permission denied", "SQLSTATE 42501"]);
    }
    let url = project.database.url().replace(project.database.name(), "no_such_database");
    project
        .run_with(&["apply"], &[("DATABASE_URL", &url)])
        .says(1, &["check the name of the database", "SQLSTATE 3D000"]);
    let url = format!("{}&user=said_stranger", project.database.url());
    let said = project.run_with(&["apply"], &[("DATABASE_URL", &url)]);
    assert!(!said.stderr.contains("that the server runs"), "{said:?}");
    said.says(1, &["check user and password of the URL"]);
}

#[tokio::test]
async fn a_service_whose_role_is_missing_is_to_be_bootstrapped() {
    let project = Project::with(&[POINT]).await;
    project
        .run(&["apply", "--service-role", "said_missing"])
        .says(1, &["the role `said_missing` of the service is missing", "`migrate bootstrap`"]);
}

#[tokio::test]
async fn a_run_of_no_revisions_does_not_say_that_nothing_is_pending() {
    let project = Project::with(&[POINT]).await;
    let said = project.run(&["apply", "-n", "0"]).says(0, &["nothing was to be applied"]);
    assert!(!said.stderr.contains("nothing is pending"), "{said:?}");
}

#[tokio::test]
async fn what_committed_before_a_lock_timeout_does_not_run_again() {
    let procedure = "CREATE TABLE held (); CREATE TABLE log (x text);
        CREATE PROCEDURE p() LANGUAGE plpgsql AS $$ BEGIN
            INSERT INTO log VALUES ('once'); COMMIT;
            LOCK TABLE held IN ACCESS EXCLUSIVE MODE; END $$;";
    let call = "-- migrate: transaction = none\nCALL p();";
    let project =
        Project::with(&[("migrations/V1__p.sql", procedure), ("migrations/V2__call.sql", call)])
            .await;
    project.run(&["apply", "--to", "1"]).fine();
    let mut holder = migrate_tests::connect(&project.database).await;
    holder.execute("BEGIN; SELECT FROM held").await.expect("it is locked");
    project
        .run(&["apply", "--lock-timeout", "100ms", "--attempts", "3"])
        .says(1, &["attempt 1 got no lock", "whether this statement ran can't be seen", "resolve"]);
    holder.close().await.expect("the session ends");
    assert_eq!(project.texts("SELECT x FROM log").await, ["once"]);
    project.run(&["resolve", "2", "--done"]).fine();
    project.run(&["apply"]).fine();
    assert_eq!(project.texts("SELECT x FROM log").await, ["once"]);
}

#[tokio::test]
async fn an_index_is_built_whatever_isolation_sessions_begin_with() {
    let index = "-- migrate: transaction = none\nCREATE INDEX CONCURRENTLY point_x ON point (x)";
    let project = Project::with(&[POINT, ("migrations/V2__index.sql", index)]).await;
    let database = project.database.name();
    project
        .execute(&format!(
            "ALTER DATABASE \"{database}\" SET default_transaction_isolation = 'repeatable read'"
        ))
        .await;
    project.run(&["apply", "--attempts", "1", "--lock-timeout", "2s"]).says(0, &["V2__index"]);
}

#[tokio::test]
async fn files_that_can_not_be_meant_so_are_refused() {
    let without = "-- migrate: transaction = none\n";
    for (file, text, problem) in [
        ("V2__a.sql", "RESET ALL;", "`RESET ALL` takes the settings of the run away"),
        ("V2__a.sql", "SELECT 1;\n/* half", "V2__a.sql:3: a comment begins here and never ends"),
        ("V2__a.sql", "COPY point TO STDOUT", "`COPY … TO stdout` gives rows to psql"),
        ("V2__a.SQL", "SELECT 1", "V2__a.SQL"),
        ("V2__a.sql", without, "V2__a.sql:2: `transaction` is there twice; keep one"),
        ("V2__a.sql", "BEGIN;", "leave it out; each statement of this file runs by itself"),
        ("V2__a.sql", "SELECT 1;\nSELECT '\0';", "line 3 has a NUL byte"),
    ] {
        let project = Project::with(&[POINT]).await;
        project.write(&format!("migrations/{file}"), &format!("{without}{text}"));
        project.run(&["apply"]).says(1, &[problem]);
        assert_eq!(project.texts("SELECT to_regclass('point') IS NULL || ''").await, ["true"]);
    }
    let project = Project::with(&[POINT]).await;
    let file = project.path().join("migrations/V2__a.sql");
    std::fs::write(file, b"SELECT 1;\nSELECT '\xe4';\n").expect("it is written");
    project.run(&["apply"]).says(1, &["V2__a.sql", "line 2 is not UTF-8; save the file as that"]);
    let common = ["apply", "--common-revisions", "common"];
    Project::with(&[POINT]).await.run(&common).says(1, &["no `common-schema` that they are for"]);
    let hook = ("after/a.sql", "-- migrate: lock-timeout = 9s\nSELECT 1");
    let project = Project::with(&[POINT, hook]).await;
    project
        .run(&["apply", "--hooks-after-all", "after"])
        .says(1, &["a.sql:1: only `transaction` is said in a hook"]);
}

#[tokio::test]
async fn who_waits_for_another_run_says_so_once() {
    let project = Project::with(&[("migrations/V1__think.sql", "SELECT pg_sleep(4)")]).await;
    let mut other = project.begin(&["apply"]);
    let at_work = "SELECT pid::text FROM pg_stat_activity
                   WHERE datname = current_database() AND wait_event = 'PgSleep'";
    while project.texts(at_work).await.is_empty() {
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    let said = project.run(&["apply"]).says(0, &["nothing is pending"]);
    assert_eq!(said.stderr.matches("waiting for another run").count(), 1, "{said:?}");
    other.wait().expect("it ends");
}

#[tokio::test]
async fn what_the_server_warns_of_is_said_before_what_comes_of_it() {
    let warned = "DO $$ BEGIN RAISE WARNING 'two rows are odd'; RAISE NOTICE 'quiet'; END $$;";
    let project = Project::with(&[("migrations/V1__odd.sql", warned)]).await;
    let said = project.run(&["apply"]).says(0, &["applied V1__odd"]).stderr;
    let place = |text: &str| said.find(text).unwrap_or_else(|| panic!("no `{text}` in {said}"));
    assert!(place("the server warns: two rows are odd") < place("applied V1__odd"), "{said}");
    assert!(!said.contains("quiet"), "{said}");
    project.write("migrations/V2__odd.sql", &format!("{warned} SELECT 1 / 0"));
    let said = project.run(&["apply"]).says(1, &["division by zero"]).stderr;
    assert_eq!(said.matches("two rows are odd").count(), 1, "{said}");

    let config = "[tenants]\nschemas = [\"a\", \"b\"]\n";
    let project = Project::with(&[("migrations/V1__odd.sql", warned)]).await;
    project.write("migrate.toml", config);
    let said = project.run(&["apply"]).fine().stderr;
    assert_eq!(said.matches("two rows are odd").count(), 1, "{said}");
}

#[tokio::test]
async fn what_a_check_refuses_at_the_end_of_a_revision_is_said_of_its_commit_and_leaves_nothing() {
    let project = Project::with(&[
        (
            "migrations/V1__tables.sql",
            "CREATE TABLE a (id int PRIMARY KEY);
             CREATE TABLE b (a int REFERENCES a DEFERRABLE INITIALLY DEFERRED);",
        ),
        ("migrations/V2__row.sql", "INSERT INTO b VALUES (1); CREATE TABLE c ();"),
    ])
    .await;
    let refused = "insert or update on table \"b\" violates foreign key constraint \"b_a_fkey\"";
    let said = project.run(&["apply"]).says(1, &["V2__row.sql", refused, "COMMIT"]);
    assert!(!said.stderr.contains("no transaction in progress"), "{said:?}");
    project.run(&["status"]).says(2, &[" pending  V2__row"]);
    project.write(
        "migrations/V2__row.sql",
        "INSERT INTO a VALUES (1); INSERT INTO b VALUES (1); CREATE TABLE c ();",
    );
    project.run(&["apply"]).says(0, &["applied V2__row"]);
}

#[tokio::test]
async fn a_history_that_takes_no_row_keeps_the_revision_from_being_applied() {
    let project = Project::with(&[("migrations/V1__a.sql", "CREATE TABLE a ();")]).await;
    project.run(&["apply"]).fine();
    project.execute("ALTER TABLE migrate_history ADD CHECK (revision NOT LIKE 'V2%')").await;
    project.write("migrations/V2__b.sql", "CREATE TABLE b ();");
    project.run(&["apply"]).says(1, &["the history could not be", "violates check constraint"]);
    assert_eq!(project.texts("SELECT (to_regclass('b') IS NULL)::text").await, ["true"]);
}

#[tokio::test]
async fn a_statement_that_ends_too_early_or_never_is_the_one_that_is_named() {
    let project = Project::with(&[]).await;
    for (text, place, shown) in [
        ("SELECT 1;\nSELECT 2 WHERE;\n\nCREATE TABLE b ();", "V1__a.sql:2", "SELECT 2 WHERE"),
        ("SELECT 1;\nSELECT 2 WHERE;\n", "V1__a.sql:2", "SELECT 2 WHERE"),
        (
            "SELECT 1;\nSELECT 'abc;\n SELECT 2;",
            "V1__a.sql:2: unterminated quoted string",
            "SELECT 'abc",
        ),
        (
            "SELECT 1;\nDO $$ BEGIN;\n\nSELECT 2;\n",
            "V1__a.sql:2: unterminated dollar-quoted",
            "DO $$",
        ),
        ("SELECT 1;\nSELECT \"a;\n", "V1__a.sql:2: unterminated quoted identifier", "SELECT \"a"),
    ] {
        project.write("migrations/V1__a.sql", text);
        project.run(&["apply"]).says(1, &[place, shown]);
    }
    for (hook, named) in [("before-each", "h.sql:1"), ("after-each", "h.sql:1")] {
        project.write("migrations/V1__a.sql", "CREATE TABLE a ();");
        project.write("h.sql", "SELECT 3 WHERE");
        project
            .run(&["apply", &format!("--hooks-{hook}"), "h.sql"])
            .says(1, &[named, "SELECT 3 WHERE"]);
    }
    project.write("h.sql", "SELECT 3");
    project.write("migrations/V1__a.sql", "CREATE TABLE a (); SELECT 2 WHERE");
    let said = project.run(&["apply", "--hooks-after-each", "h.sql"]);
    said.says(1, &["V1__a.sql:1", "SELECT 2 WHERE"]);
}

#[tokio::test]
async fn what_fails_on_the_way_back_is_said_of_the_file_that_leads_there() {
    let project = Project::with(&[
        (
            "migrations/V1__a.up.sql",
            "CREATE TABLE a (id int PRIMARY KEY);
             CREATE TABLE b (a int REFERENCES a DEFERRABLE INITIALLY DEFERRED);
             INSERT INTO a VALUES (1); INSERT INTO b VALUES (1);",
        ),
        ("migrations/V1__a.down.sql", "DELETE FROM a;"),
    ])
    .await;
    project.run(&["apply"]).fine();
    let said = project.run(&["rollback"]).says(1, &["`V1__a.down.sql`", "COMMIT"]);
    assert!(!said.stderr.contains(".up.sql"), "{said:?}");
}
