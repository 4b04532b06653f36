//! What revisions do to rows that are there: none is lost on the way up, and taking a revision back
//! gives the rows as they were.

use std::collections::BTreeMap;

use app::migrations::REVISIONS;
use migrate_core::runner::Goal;
use migrate_tests::{connect, execute};
use sqlx::{AssertSqlSafe, Connection};

use crate::inserted;
use crate::site::Site;

/// The rows of each table, as JSON texts in their order.
type Rows = BTreeMap<String, Vec<String>>;

/// Revisions that put wrong rows right, which nobody wants wrong again.
const REPAIRS: [&str; 2] =
    ["handles_are_unique_what_is_published_has_a_date", "comments_belong_to_accounts"];

#[tokio::test]
async fn each_revision_keeps_every_row_and_gives_it_back_as_it_was() {
    let site = Site::empty().await;
    for revision in REVISIONS.ordered().expect("the revisions make a chain") {
        let id = revision.id();
        execute(&site.database, inserted::before(id)).await;
        let before = all_rows(&site).await;

        site.apply(Goal::Count(1)).await;
        let after = all_rows(&site).await;
        let table_now = |table: &str| after.get(table).unwrap_or_else(|| &after["author"]).len();
        for (table, rows) in &before {
            assert_eq!(table_now(table), rows.len(), "{id}: rows of {table}");
        }

        site.roll_back(Goal::Count(1)).await;
        let repairs = REPAIRS.iter().any(|end| id.ends_with(end));
        let back = all_rows(&site).await;
        assert!(repairs || back == before, "{id}: {:?} changed", differing(&before, &back));
        site.apply(Goal::Count(1)).await;
        let again = all_rows(&site).await;
        assert!(again == after, "{id}: {:?} changed", differing(&after, &again));
    }
    let rows = all_rows(&site).await;
    let empty: Vec<&String> = rows.keys().filter(|table| rows[*table].is_empty()).collect();
    assert!(empty.is_empty(), "no rows were tried in {empty:?}");
}

#[tokio::test]
async fn rows_of_today_survive_the_whole_way_back() {
    let site = Site::filled().await;
    let today = all_rows(&site).await;
    site.roll_back(Goal::Revision("create_accounts_writers_and_articles".to_owned())).await;
    let first = all_rows(&site).await;
    for (table, first_name) in
        [("account", "account"), ("author", "writer"), ("article", "article")]
    {
        assert_eq!(first[first_name].len(), today[table].len(), "rows of {table}");
    }
    assert!(first["writer"].iter().any(|row| row.contains(r#""name": "Jean  Luc \"Q\" Picard""#)));
    site.roll_back(Goal::Base).await;
    assert!(all_rows(&site).await.is_empty());
}

/// The tables whose rows differ.
fn differing<'a>(before: &'a Rows, after: &Rows) -> Vec<&'a String> {
    before.keys().filter(|table| before.get(*table) != after.get(*table)).collect()
}

async fn all_rows(site: &Site) -> Rows {
    let mut connection = connect(&site.database).await;
    let tables: Vec<String> = sqlx::query_scalar(
        "SELECT table_name::text FROM information_schema.tables
         WHERE table_schema = 'public' AND table_type = 'BASE TABLE' AND table_name <> 'migrate_history'",
    )
    .fetch_all(&mut connection)
    .await
    .expect("the tables are listed");
    let mut rows = Rows::new();
    for table in tables {
        let sql = format!("SELECT to_jsonb(one)::text FROM {table} AS one ORDER BY 1");
        let texts = sqlx::query_scalar(AssertSqlSafe(sql)).fetch_all(&mut connection).await;
        rows.insert(table, texts.expect("the rows are read"));
    }
    connection.close().await.expect("the session ends");
    rows
}
