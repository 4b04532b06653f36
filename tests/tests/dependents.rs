//! Views, functions, triggers, policies, rules, statistics and privileges that stand on what
//! changes: they go, and come back as they were.

use migrate_tests::{Case, check};

const ROLES: &str = "
    DO $$ BEGIN CREATE ROLE reader; EXCEPTION WHEN duplicate_object OR unique_violation THEN END $$;
    DO $$ BEGIN CREATE ROLE editor; EXCEPTION WHEN duplicate_object OR unique_violation THEN END $$;";

const ROWS: &str = "
    INSERT INTO author VALUES (1, 'a'), (2, 'it''s'), (3, NULL);
    INSERT INTO article VALUES (1, 1, 'x', 3), (2, NULL, 'y', NULL);";

/// The two tables, with a type for `article.title`, and what stands on them.
fn schema(title: &str, rest: &str) -> String {
    format!(
        "{ROLES}
        CREATE TABLE author (id bigint PRIMARY KEY, name text);
        CREATE TABLE article (
            id bigint PRIMARY KEY, author_id bigint REFERENCES author, title {title}, size integer);
        {rest}"
    )
}

/// `article.title` changes its type under `rest`; the statements say how.
#[track_caller]
fn retyped_under(rest: &str) -> String {
    check(Case {
        current: &schema("varchar(20)", rest),
        rows: ROWS,
        desired: &schema("text", rest),
        ..Case::default()
    })
}

#[test]
fn b03_a_chain_of_views_comes_back_with_grants_comments_and_options() {
    let sql = retyped_under(
        "CREATE VIEW titled WITH (security_barrier = true) AS
            SELECT a.id, a.title AS \"The title\", w.name FROM article a LEFT JOIN author w ON w.id = a.author_id
            WHERE a.title <> 'it''s';
        CREATE VIEW short WITH (check_option = cascaded) AS SELECT id, \"The title\" FROM titled;
        CREATE VIEW unconcerned AS SELECT name FROM author;
        ALTER VIEW titled ALTER COLUMN name SET DEFAULT 'nobody';
        COMMENT ON VIEW titled IS 'What''s titled';
        COMMENT ON COLUMN titled.\"The title\" IS 'Shown';
        GRANT SELECT ON titled TO reader;
        GRANT SELECT, UPDATE ON titled TO editor WITH GRANT OPTION;
        GRANT SELECT (id) ON short TO PUBLIC;",
    );
    assert!(!sql.contains("unconcerned"), "{sql}");
}

#[test]
fn b03_nothing_is_gone_between_two_steps() {
    let with = |title: &str, size: &str, index: &str| {
        format!(
            "CREATE FUNCTION noted() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
            CREATE TABLE article (id bigint, title {title}, size {size}, CHECK (size > 0));
            CREATE VIEW titles AS SELECT title, size FROM article;
            ALTER TABLE article ENABLE ROW LEVEL SECURITY;
            CREATE POLICY all_rows ON article USING (true);
            CREATE POLICY sized ON article AS RESTRICTIVE USING (size > 0 AND title <> 'x');
            CREATE TRIGGER note BEFORE UPDATE OF title ON article FOR EACH ROW EXECUTE FUNCTION noted();
            CREATE INDEX sorted ON article ({index});"
        )
    };
    let sql = check(Case {
        current: &with("varchar(20) DEFAULT '7'", "integer", "(title || 'a')"),
        rows: "INSERT INTO article VALUES (1, 'a', 1), (2, 'b', NULL), (3, NULL, 2);",
        desired: &with("text DEFAULT '7'", "bigint NOT NULL DEFAULT 3", "(title || 'b')"),
        ..Case::default()
    });
    for (gone, back) in [
        ("DROP VIEW titles", "CREATE VIEW titles"),
        ("DROP POLICY sized", "CREATE POLICY sized"),
        ("DROP TRIGGER note", "CREATE TRIGGER note"),
        ("DROP DEFAULT", "SET DEFAULT '7'"),
    ] {
        let step = |text: &str| sql.split("\n\n").position(|step| step.contains(text));
        assert_eq!(step(gone), step(back), "{gone}, {back}\n{sql}");
    }
}

#[test]
fn b03_a_materialized_view_comes_back_with_its_indexes() {
    retyped_under(
        "CREATE MATERIALIZED VIEW titles WITH (fillfactor = 70) AS
            SELECT id, title, size FROM article WHERE size > 0;
        CREATE UNIQUE INDEX ON titles (id);
        CREATE INDEX titles_lower ON titles (lower(title::text)) WHERE size > 3;
        COMMENT ON INDEX titles_lower IS 'Searched';
        COMMENT ON MATERIALIZED VIEW titles IS 'Counted';
        ALTER MATERIALIZED VIEW titles CLUSTER ON titles_id_idx;
        CREATE MATERIALIZED VIEW empty_yet AS SELECT title FROM titles WITH NO DATA;",
    );
}

#[test]
fn b03_a_policy_comes_back_with_its_roles() {
    retyped_under(
        "CREATE POLICY \"Own rows\" ON article AS RESTRICTIVE FOR UPDATE TO reader, editor
            USING (title = current_user) WITH CHECK (title <> '');
        CREATE POLICY open ON article USING (size > 0);
        COMMENT ON POLICY \"Own rows\" ON article IS 'Mine';",
    );
}

#[test]
fn b03_a_trigger_comes_back_with_its_columns_and_state() {
    retyped_under(
        "CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
        CREATE TRIGGER titled BEFORE UPDATE OF title ON article FOR EACH ROW EXECUTE FUNCTION touch();
        CREATE TRIGGER changed AFTER UPDATE ON article FOR EACH ROW
            WHEN (OLD.title IS DISTINCT FROM NEW.title) EXECUTE FUNCTION touch();
        ALTER TABLE article ENABLE ALWAYS TRIGGER changed;
        CREATE CONSTRAINT TRIGGER later AFTER INSERT OR UPDATE OF title ON article
            DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION touch();
        ALTER TABLE article DISABLE TRIGGER later;
        COMMENT ON TRIGGER titled ON article IS 'Touches';",
    );
}

#[test]
fn b03_a_rule_comes_back() {
    retyped_under(
        "CREATE TABLE log (title text);
        CREATE RULE \"Log it\" AS ON UPDATE TO article WHERE OLD.title <> NEW.title
            DO ALSO INSERT INTO log VALUES (OLD.title);
        ALTER TABLE article DISABLE RULE \"Log it\";
        CREATE VIEW shown AS SELECT id, title FROM article;
        CREATE RULE hidden AS ON DELETE TO shown DO INSTEAD NOTHING;",
    );
}

#[test]
fn b03_a_function_with_a_parsed_body_comes_back_with_its_grants() {
    retyped_under(
        "CREATE FUNCTION title_of(article_id bigint, OUT result text) LANGUAGE sql STABLE STRICT
            PARALLEL SAFE COST 50 SECURITY DEFINER SET work_mem = '1MB'
            BEGIN ATOMIC SELECT title FROM article WHERE id = article_id; END;
        REVOKE EXECUTE ON FUNCTION title_of(bigint) FROM PUBLIC;
        GRANT EXECUTE ON FUNCTION title_of(bigint) TO reader;
        COMMENT ON FUNCTION title_of(bigint) IS 'It''s the title';
        CREATE PROCEDURE clear(below integer) LANGUAGE sql
            BEGIN ATOMIC UPDATE article SET title = '' WHERE size < below; END;
        CREATE VIEW titles AS SELECT id, title_of(id) AS title FROM author;",
    );
}

#[test]
fn b03_what_stands_on_a_generated_column_comes_back_when_that_is_made_anew() {
    let table = |double: &str| {
        schema(
            "text",
            &format!(
                "ALTER TABLE article ADD COLUMN area integer GENERATED ALWAYS AS ({double}) STORED;
                CREATE INDEX ON article (area) WHERE area > 1;
                CREATE VIEW areas AS SELECT area FROM article;"
            ),
        )
    };
    check(Case {
        current: &table("size * 2"),
        rows: "INSERT INTO article (id, size) VALUES (1, 2), (2, NULL)",
        desired: &table("size * size"),
        ..Case::default()
    });
}

#[test]
fn b10_what_stands_on_the_columns_of_a_replaced_enum_comes_back() {
    let with = |labels: &str| {
        format!(
            "{ROLES}
            CREATE TYPE status AS ENUM ({labels});
            CREATE FUNCTION is_open(one status) RETURNS boolean LANGUAGE sql IMMUTABLE
                RETURN one <> 'closed'::status;
            GRANT EXECUTE ON FUNCTION is_open(status) TO reader;
            CREATE TABLE ticket (id bigint PRIMARY KEY, status status NOT NULL DEFAULT 'open', past status[],
                CONSTRAINT open CHECK (is_open(status) OR id > 0));
            CREATE INDEX open_ticket ON ticket (id) WHERE status = 'open';
            CREATE VIEW tickets AS SELECT id, status FROM ticket;
            CREATE MATERIALIZED VIEW counts AS SELECT status, count(*) FROM tickets GROUP BY status;
            CREATE POLICY seen ON ticket TO reader USING (status = 'open');
            CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
            CREATE TRIGGER reopened BEFORE UPDATE OF status ON ticket FOR EACH ROW
                WHEN (NEW.status = 'open') EXECUTE FUNCTION touch();"
        )
    };
    check(Case {
        current: &with("'open', 'stale', 'closed'"),
        rows: "INSERT INTO ticket VALUES (1, 'open', '{stale,open}'), (2, 'stale', NULL)",
        desired: &with("'closed', 'open'"),
        mapping: &[("status", "stale", "closed")],
    });
}

#[test]
fn b03_a_trigger_and_a_policy_go_and_come_with_their_table() {
    let with = |rest: &str| {
        format!(
            "{ROLES}
            CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
            CREATE TABLE author (id bigint PRIMARY KEY);
            {rest}"
        )
    };
    check(Case {
        current: &with(
            "CREATE TABLE note (id bigint PRIMARY KEY, author_id bigint REFERENCES author);
            CREATE POLICY seen ON note TO reader USING (id > 0);
            CREATE TRIGGER touched BEFORE INSERT ON note FOR EACH ROW EXECUTE FUNCTION touch();
            CREATE VIEW notes AS SELECT id FROM note;",
        ),
        rows: "INSERT INTO author VALUES (1); INSERT INTO note VALUES (1, 1)",
        desired: &with(""),
        ..Case::default()
    });
}

#[test]
fn b02_what_calls_a_new_function_comes_after_it() {
    check(Case {
        current: &schema("text", ""),
        rows: ROWS,
        desired: &schema(
            "text",
            "CREATE FUNCTION a_number() RETURNS integer LANGUAGE sql RETURN 7;
            CREATE FUNCTION z_slug(value text) RETURNS text LANGUAGE sql IMMUTABLE RETURN lower(value);
            CREATE DOMAIN slug AS text CHECK (VALUE = z_slug(VALUE));
            ALTER TABLE article ADD COLUMN rank integer DEFAULT a_number();
            CREATE TABLE page (
                id bigint PRIMARY KEY, number integer DEFAULT a_number(), title text,
                slug text GENERATED ALWAYS AS (z_slug(title)) STORED, address slug,
                CHECK (z_slug(title) <> ''));
            CREATE INDEX ON page (z_slug(title));
            CREATE FUNCTION pages_of(one page, many page[]) RETURNS SETOF page LANGUAGE sql
                BEGIN ATOMIC SELECT * FROM page; END;
            CREATE VIEW grouped AS SELECT a.*, count(*) AS pages FROM article a
                JOIN page p ON p.id = a.id GROUP BY a.id;",
        ),
        ..Case::default()
    });
}

#[test]
fn row_security_goes_with_its_table_and_comes_back_with_it() {
    let secured = "
        ALTER TABLE note ENABLE ROW LEVEL SECURITY;
        ALTER TABLE note FORCE ROW LEVEL SECURITY;
        CREATE POLICY own ON note USING (id > 0);";
    check(Case {
        current: &format!("CREATE TABLE note (id int, text text); {secured}"),
        desired: "",
        ..Case::default()
    });
    check(Case {
        current: &format!("CREATE TABLE note (id int, text text); {secured}"),
        rows: "INSERT INTO note VALUES (1, 'a')",
        desired: &format!("CREATE TABLE note (id bigint, text varchar(10), more int); {secured}"),
        ..Case::default()
    });
}

#[test]
fn b03_statistics_and_privileges_come_back_with_what_they_are_on() {
    let with = |computed: &str, labels: &str, base: &str, attribute: &str| {
        format!(
            "{ROLES}
            CREATE TYPE mood AS ENUM ({labels});
            CREATE DOMAIN amount AS {base} CHECK (VALUE > 0);
            CREATE TYPE pair AS (one {attribute}, two text);
            CREATE TABLE t (id integer PRIMARY KEY, a integer, mood mood, amount amount, pair pair,
                \"b \"\"b\" integer GENERATED ALWAYS AS ({computed}) STORED);
            CREATE STATISTICS together (mcv) ON a, \"b \"\"b\" FROM t;
            CREATE STATISTICS computed ON (a + 1), (mood = 'a') FROM t;
            ALTER STATISTICS together SET STATISTICS 200;
            COMMENT ON STATISTICS together IS 'What''s together';
            GRANT SELECT (\"b \"\"b\"), UPDATE (\"b \"\"b\", a) ON t TO reader;
            GRANT SELECT (\"b \"\"b\") ON t TO editor WITH GRANT OPTION;
            REVOKE ALL ON TYPE mood FROM PUBLIC;
            GRANT USAGE ON TYPE mood TO reader;
            REVOKE ALL ON DOMAIN amount FROM PUBLIC;
            GRANT USAGE ON DOMAIN amount TO editor WITH GRANT OPTION;
            GRANT USAGE ON TYPE pair TO reader;"
        )
    };
    let sql = check(Case {
        current: &with("a + 1", "'a', 'b'", "integer", "integer"),
        rows: "INSERT INTO t VALUES (1, 2, 'a', 3, '(4,x)'), (2, NULL, NULL, NULL, NULL);",
        desired: &with("a + 2", "'b', 'a'", "bigint", "bigint"),
        ..Case::default()
    });
    assert!(!sql.contains("UPDATE (a)"), "what stays keeps its privileges\n{sql}");
}

#[test]
fn statistics_go_with_any_of_their_columns() {
    let sql = check(Case {
        current: "CREATE TABLE t (a integer, b integer, c integer);
            CREATE STATISTICS together ON a, b FROM t;
            COMMENT ON STATISTICS together IS 'Together';
            CREATE STATISTICS alone ON a, c FROM t;",
        rows: "INSERT INTO t VALUES (1, 2, 3);",
        desired: "CREATE TABLE t (a bigint, c integer);
            CREATE STATISTICS alone ON a, c FROM t;",
        ..Case::default()
    });
    assert!(sql.contains("DROP STATISTICS together"), "{sql}");
}

/// The statements between two steps of `up`.
fn step_of<'a>(up: &'a str, statement: &str) -> &'a str {
    let step = up.split("\n-- ").find(|step| step.contains(statement));
    step.unwrap_or_else(|| panic!("nothing does {statement}: {up}"))
}

#[test]
fn b03_what_stands_on_a_generated_column_goes_and_comes_in_one_step() {
    let schema = |text: &str, number: &str, index: &str| {
        format!(
            "CREATE TABLE t (id int PRIMARY KEY, nm {text}, a {number}, up text GENERATED ALWAYS AS (upper(nm::text)) STORED,
                 g bigint GENERATED ALWAYS AS (a * 2) STORED);
             ALTER TABLE t ENABLE ROW LEVEL SECURITY;
             CREATE POLICY allp ON t USING (true);
             CREATE POLICY guard ON t AS RESTRICTIVE USING (up <> 'SECRET');
             CREATE VIEW v AS SELECT id, up FROM t;
             CREATE INDEX tu ON t ({index});"
        )
    };
    let up = check(Case {
        current: &schema("text", "int", "nm"),
        rows: "INSERT INTO t VALUES (1, 'x', 1), (2, NULL, 3);",
        desired: &schema("varchar(5)", "bigint NOT NULL DEFAULT 0", "nm DESC"),
        ..Case::default()
    });
    for (gone, back) in [
        ("DROP POLICY guard", "CREATE POLICY guard"),
        ("DROP VIEW v", "CREATE VIEW v"),
        ("DROP COLUMN up", "ADD COLUMN up"),
        ("DROP COLUMN g", "ADD COLUMN g"),
    ] {
        assert!(step_of(&up, gone).contains(back), "{up}");
    }
    assert_eq!(
        up.matches(" TYPE ").count(),
        step_of(&up, " TYPE ").matches(" TYPE ").count(),
        "{up}"
    );
}

#[test]
fn b05_a_key_is_there_until_its_successor_is_though_its_column_gets_another_type() {
    let up = check(Case {
        current: "CREATE TABLE t (id int, k text, CONSTRAINT t_pkey PRIMARY KEY (id));",
        rows: "INSERT INTO t VALUES (1, 'a'), (2, NULL);",
        desired: "CREATE TABLE t (id bigint, k text, CONSTRAINT t_pkey PRIMARY KEY (id) INCLUDE (k));",
        ..Case::default()
    });
    assert!(step_of(&up, "DROP CONSTRAINT t_pkey").contains("ADD CONSTRAINT t_pkey"), "{up}");
}
