//! Whose a history is that isn't kept in its target's own schema: services with one `history-schema`
//! would otherwise take each other's revisions for their own.

use sqlx::{AssertSqlSafe, Executor, PgConnection, Row};

use crate::catalog::Ident;
use crate::model::quote_literal as quoted;
use crate::sql::with_values;

use super::HistoryTable;

/// How the comment begins that names the target's schema.
const OF: &str = "migrate: history of schema ";

impl HistoryTable {
    /// Notes whose it is, when it was just made.
    pub(super) async fn note_target(
        &self,
        conn: &mut PgConnection,
        target: &Ident,
    ) -> Result<(), sqlx::Error> {
        let comment = quoted(&format!("{OF}{}", target.as_str()));
        let sql = format!("COMMENT ON TABLE {self} IS {comment}");
        sqlx::raw_sql(AssertSqlSafe(sql)).execute(conn).await?;
        Ok(())
    }

    /// The schema of another target whose it is.
    pub async fn other_target(
        &self,
        conn: &mut PgConnection,
        target: &Ident,
    ) -> Result<Option<String>, sqlx::Error> {
        if self.schema == *target {
            return Ok(None);
        }
        let sql = "SELECT pg_catalog.obj_description(pg_catalog.to_regclass($1), 'pg_class')";
        let sql = with_values(sql, &[Some(&self.to_string())]);
        let row = conn.fetch_one(sqlx::raw_sql(AssertSqlSafe(sql))).await?;
        let comment: Option<String> = row.try_get(0)?;
        let noted = comment.as_deref().and_then(|comment| comment.strip_prefix(OF));
        Ok(noted.filter(|noted| *noted != target.as_str()).map(str::to_owned))
    }
}
