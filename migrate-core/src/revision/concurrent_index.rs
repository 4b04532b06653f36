//! Indexes that are built and dropped with writes going on. A build that failed leaves an invalid
//! index behind, which `IF NOT EXISTS` would take for done.

use crate::catalog::{Ident, Index, IndexTerm, QualifiedName};
use crate::plan::{Action, IndexBuild};

use sqlx::{AssertSqlSafe, Executor, FromRow, Row};

use crate::sql::with_values;

use super::place::Place;
use super::{Migrator, RevisionError};

/// What stands under an index's name.
enum Present {
    Nothing,
    Invalid,
    Valid { definition: String, columns: Vec<String> },
}

impl Migrator {
    /// Builds an index unless it is there; an invalid one is dropped and built again.
    pub(super) async fn build_index(
        &mut self,
        name: &QualifiedName,
        index: &Index,
        place: Place,
    ) -> Result<(), RevisionError> {
        let build = Action::CreateIndex {
            name: name.clone(),
            index: index.clone(),
            build: IndexBuild::Concurrently,
        };
        let sql = crate::sql::statements(&build).concat();
        let qualified = index.table.sibling(name.name.clone());
        match self.present_index(&qualified.to_string(), place).await? {
            Present::Nothing => {}
            Present::Invalid => {
                let drop =
                    Action::DropIndex { name: qualified.clone(), build: IndexBuild::Concurrently };
                self.send(&crate::sql::statements(&drop).concat()).await?;
            }
            Present::Valid { definition, columns } => {
                if !covers_same_table(&definition, index) || !has_same_columns(&columns, index) {
                    let name = name.plain();
                    return Err(RevisionError::IndexDiffers {
                        place: Some(place.to_string()),
                        name,
                    });
                }
                self.write_down(sql);
                return Ok(());
            }
        }
        let built = self.run_statement(place, sql).await;
        if built.is_err() {
            let drop = Action::DropIndex { name: qualified, build: IndexBuild::Concurrently };
            let drop = crate::sql::statements(&drop)
                .concat()
                .replace("CONCURRENTLY", "CONCURRENTLY IF EXISTS");
            self.send(&drop).await.ok();
        }
        built
    }

    /// Builds an index by a statement of somebody's own; an invalid one is dropped first, and one
    /// that an interrupted run built is left alone.
    pub(super) async fn build_index_as_written(
        &mut self,
        index: &str,
        sql: String,
        place: Place,
    ) -> Result<(), RevisionError> {
        let drop = format!("DROP INDEX CONCURRENTLY IF EXISTS {index}");
        match self.present_index(index, place).await? {
            Present::Invalid => self.send(&drop).await?,
            Present::Valid { .. } if self.is_interrupted() => {
                self.write_down(sql);
                return Ok(());
            }
            Present::Nothing | Present::Valid { .. } => {}
        }
        let built = self.run_statement(place, sql).await;
        if built.is_err() && matches!(self.present_index(index, place).await, Ok(Present::Invalid))
        {
            self.send(&drop).await.ok();
        }
        built
    }

    /// Builds an index to which PostgreSQL gives a name; one that stays invalid is known by not having
    /// been there before.
    pub(super) async fn build_unnamed_index(
        &mut self,
        table: &str,
        sql: String,
        place: Place,
    ) -> Result<(), RevisionError> {
        let before = self.invalid_indexes(table, place).await?;
        let built = self.run_statement(place, sql).await;
        if built.is_err() {
            let after = self.invalid_indexes(table, place).await.unwrap_or_default();
            for index in after.iter().filter(|index| !before.contains(index)) {
                self.send(&format!("DROP INDEX CONCURRENTLY IF EXISTS {index}")).await.ok();
            }
        }
        built
    }

    /// Builds the indexes of a table anew, or one of them. What a build leaves beside them that fails is
    /// dropped at once, or, where somebody holds the table, when one has succeeded.
    pub(super) async fn rebuild_indexes(
        &mut self,
        relation: &str,
        sql: String,
        place: Place,
    ) -> Result<(), RevisionError> {
        let before = self.unfinished_rebuilds(relation, place).await?;
        let built = self.run_statement(place, sql).await;
        let after = self.unfinished_rebuilds(relation, place).await.unwrap_or_default();
        for index in after.iter().filter(|index| built.is_ok() || !before.contains(index)) {
            self.send(&format!("DROP INDEX CONCURRENTLY IF EXISTS {index}")).await.ok();
        }
        built
    }

    /// What `REINDEX CONCURRENTLY` leaves behind where it stops, by the names that it gives.
    async fn unfinished_rebuilds(
        &mut self,
        relation: &str,
        place: Place,
    ) -> Result<Vec<String>, RevisionError> {
        let sql = "SELECT i.indexrelid::regclass::text FROM pg_catalog.pg_index i \
                   JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid \
                   WHERE NOT i.indisvalid AND c.relname ~ '_cc(new|old)[0-9]*$' \
                     AND i.indrelid IN (SELECT to_regclass($1) UNION ALL \
                         SELECT o.indrelid FROM pg_catalog.pg_index o WHERE o.indexrelid = to_regclass($1))";
        self.index_names(with_values(sql, &[Some(relation)]), place).await
    }

    async fn invalid_indexes(
        &mut self,
        table: &str,
        place: Place,
    ) -> Result<Vec<String>, RevisionError> {
        let sql = "SELECT indexrelid::regclass::text FROM pg_catalog.pg_index \
                   WHERE indrelid = to_regclass($1) AND NOT indisvalid";
        self.index_names(with_values(sql, &[Some(table)]), place).await
    }

    async fn index_names(
        &mut self,
        sql: String,
        place: Place,
    ) -> Result<Vec<String>, RevisionError> {
        let Some(connection) = self.caught_up().await? else { return Ok(Vec::new()) };
        let rows = connection.fetch_all(sqlx::raw_sql(AssertSqlSafe(sql.clone()))).await;
        let names = rows.and_then(|rows| rows.iter().map(|row| row.try_get(0)).collect());
        names.map_err(|source| RevisionError::statement(Some(place), sql, source))
    }

    /// Drops an index unless it is gone.
    pub(super) async fn remove_index(
        &mut self,
        name: &QualifiedName,
        place: Place,
    ) -> Result<(), RevisionError> {
        let drop = Action::DropIndex { name: name.clone(), build: IndexBuild::Concurrently };
        let sql = crate::sql::statements(&drop).concat();
        let interrupted = self.interrupted_step.is_some();
        if interrupted
            && matches!(self.present_index(&name.to_string(), place).await?, Present::Nothing)
        {
            self.write_down(sql);
            return Ok(());
        }
        self.run_statement(place, sql).await
    }

    async fn present_index(&mut self, name: &str, place: Place) -> Result<Present, RevisionError> {
        let Some(connection) = self.caught_up().await? else { return Ok(Present::Nothing) };
        let sql = "SELECT i.indisvalid, pg_catalog.pg_get_indexdef(i.indexrelid, 0, true), \
                          ARRAY(SELECT pg_catalog.pg_get_indexdef(i.indexrelid, number, true) \
                                FROM pg_catalog.generate_series(1, i.indnatts) AS number) \
                   FROM pg_catalog.pg_index i WHERE i.indexrelid = to_regclass($1)";
        let sql = with_values(sql, &[Some(name)]);
        let row: Option<(bool, String, Vec<String>)> = connection
            .fetch_optional(sqlx::raw_sql(AssertSqlSafe(sql.clone())))
            .await
            .and_then(|row| row.map(|row| FromRow::from_row(&row)).transpose())
            .map_err(|source| RevisionError::statement(Some(place), sql, source))?;
        Ok(match row {
            None => Present::Nothing,
            Some((false, _, _)) => Present::Invalid,
            Some((true, definition, columns)) => Present::Valid { definition, columns },
        })
    }
}

/// Whether a present index is the one wanted, by uniqueness, table and method.
fn covers_same_table(definition: &str, index: &Index) -> bool {
    let unique = definition.starts_with("CREATE UNIQUE");
    let on = format!(" ON {} USING {} ", index.table.name, index.method);
    let on_qualified = format!(".{} USING {} ", index.table.name, index.method);
    unique == index.unique && (definition.contains(&on) || definition.contains(&on_qualified))
}

/// Whether it has the wanted columns in their order. Expressions are taken for the same, since
/// PostgreSQL prints them in its own way.
fn has_same_columns(present: &[String], index: &Index) -> bool {
    let elements = index.elements.iter().map(|element| match &element.term {
        IndexTerm::Column(column) => Some(column),
        IndexTerm::Expression(_) => None,
    });
    let wanted: Vec<Option<&Ident>> = elements.chain(index.include.iter().map(Some)).collect();
    let is_same = |(present, wanted): (&String, Option<&Ident>)| {
        wanted.is_none_or(|wanted| unquoted(present) == wanted.as_str())
    };
    present.len() == wanted.len() && present.iter().zip(wanted).all(is_same)
}

fn unquoted(name: &str) -> String {
    let quoted = name.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    quoted.map_or_else(|| name.to_owned(), |inside| inside.replace("\"\"", "\""))
}
