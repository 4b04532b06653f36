//! All that a database holds: its schema, its rows, its history.

use std::collections::BTreeMap;

use migrate_core::postgres::ScratchDatabase;
use migrate_tests::{connect, dump};
use sqlx::{AssertSqlSafe, Connection, PgConnection};

const TABLES: &str = "
    SELECT format('%I.%I', schemaname, tablename)
    FROM pg_tables
    WHERE schemaname NOT IN ('pg_catalog', 'information_schema')
        AND tablename <> 'migrate_history'
    ORDER BY 1";

/// What runs leave in the history, without times.
const HISTORY: &str = "
    SELECT concat_ws(' ', revision, state, parent, checksum, steps, begun_step, up_sql, down_sql)
    FROM migrate_history
    ORDER BY applied_at, revision";

const INVALID_INDEXES: &str = "
    SELECT indexrelid::regclass::text FROM pg_index WHERE NOT indisvalid ORDER BY 1";

/// What two databases are compared by.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct State {
    schema: String,
    rows: BTreeMap<String, Vec<String>>,
    history: Vec<String>,
    invalid_indexes: Vec<String>,
}

impl State {
    /// Reads a database.
    pub(crate) async fn of(database: &ScratchDatabase) -> Self {
        let mut connection = connect(database).await;
        let mut rows = BTreeMap::new();
        for table in texts(&mut connection, TABLES).await {
            let sql = format!("SELECT to_jsonb(one)::text FROM {table} AS one ORDER BY 1");
            rows.insert(table, texts(&mut connection, &sql).await);
        }
        let history = texts(&mut connection, HISTORY).await;
        let invalid_indexes = texts(&mut connection, INVALID_INDEXES).await;
        connection.close().await.expect("the session ends");
        Self { schema: dump(database), rows, history, invalid_indexes }
    }

    /// What another has that this one lacks, and the other way round.
    pub(crate) fn difference(&self, other: &Self) -> String {
        let [ours, theirs] = [self, other].map(Self::lines);
        let extra =
            ours.iter().filter(|line| !theirs.contains(line)).map(|line| format!("+ {line}"));
        let missing =
            theirs.iter().filter(|line| !ours.contains(line)).map(|line| format!("- {line}"));
        extra.chain(missing).collect::<Vec<_>>().join("\n")
    }

    fn lines(&self) -> Vec<&str> {
        let rows = self.rows.values().flatten();
        let all = rows.chain(&self.history).chain(&self.invalid_indexes).map(String::as_str);
        all.chain(self.schema.lines()).collect()
    }
}

async fn texts(connection: &mut PgConnection, sql: &str) -> Vec<String> {
    let texts = sqlx::query_scalar(AssertSqlSafe(sql.to_owned())).fetch_all(connection).await;
    texts.unwrap_or_else(|error| panic!("{error}\n{sql}"))
}
