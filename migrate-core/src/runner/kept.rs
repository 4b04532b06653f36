//! The SQL that the history keeps: written down with its steps, and run from there, where no file
//! is left that could be called.

use crate::revision::{Executed, Migrator, Result};

/// The line before the statements of a step.
const STEP: &str = "-- step: ";
/// Behind the name of a step that is in no transaction.
const OUTSIDE: &str = " (outside a transaction)";
/// The line between two statements of such a step, which are sent one by one.
const THEN: &str = "-- then:";

/// The statements as one text, with the steps that they stand in.
pub fn kept_script(statements: &[Executed]) -> String {
    let mut text = String::new();
    let mut step = None;
    for statement in statements {
        let Some(sql) = statement.sql() else { continue };
        if statement.step != step {
            step.clone_from(&statement.step);
            let name = step.as_deref().unwrap_or_default().replace('\n', " ");
            let outside = if statement.outside_transaction { OUTSIDE } else { "" };
            text += &format!("{STEP}{name}{outside}\n");
        } else if statement.outside_transaction {
            text += &format!("{THEN}\n");
        }
        text += &format!("{sql};\n");
    }
    text
}

/// A part of a kept text.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    /// All of it, for one transaction.
    Whole { sql: String },
    /// A step in a transaction.
    Transaction { step: String, sql: String },
    /// A step outside one, statement by statement.
    Outside { step: String, statements: Vec<String> },
}

fn parts(kept: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    for line in kept.lines() {
        if let Some(step) = line.strip_prefix(STEP) {
            parts.push(match step.strip_suffix(OUTSIDE) {
                Some(step) => {
                    Part::Outside { step: step.to_owned(), statements: vec![String::new()] }
                }
                None => Part::Transaction { step: step.to_owned(), sql: String::new() },
            });
            continue;
        }
        if parts.is_empty() {
            parts.push(Part::Whole { sql: String::new() });
        }
        match parts.last_mut() {
            Some(Part::Outside { statements, .. }) if line == THEN => {
                statements.push(String::new());
            }
            Some(Part::Outside { statements, .. }) => {
                if let Some(statement) = statements.last_mut() {
                    *statement += &format!("{line}\n");
                }
            }
            Some(Part::Whole { sql } | Part::Transaction { sql, .. }) => {
                *sql += &format!("{line}\n");
            }
            None => {}
        }
    }
    parts
}

/// Runs a kept text, as the revision would that it was written down from.
pub(super) async fn run_kept(db: &mut Migrator, kept: &str) -> Result<()> {
    for part in parts(kept) {
        match part {
            Part::Whole { sql } => db.execute(sql).await?,
            Part::Transaction { step, sql } => {
                db.transaction(&step, async |db| db.execute(sql.as_str()).await).await?;
            }
            Part::Outside { step, statements } => {
                let work = async |db: &mut Migrator| {
                    for sql in &statements {
                        db.execute(sql.as_str()).await?;
                    }
                    Ok(())
                };
                db.outside_transaction(&step, work).await?;
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_is_written_down_is_read_again_with_its_steps() {
        let mut db = Migrator::recording("m1", "public");
        db.transaction("first", async |db| {
            db.execute("SELECT\n1").await?;
            db.execute("SELECT 2").await
        })
        .await
        .expect("it is recorded");
        db.outside_transaction("second", async |db| {
            db.execute("SELECT 3").await?;
            db.execute("SELECT 4").await
        })
        .await
        .expect("it is recorded");
        let [first, second] = ["first", "second"].map(str::to_owned);
        let statements = vec!["SELECT 3;\n".to_owned(), "SELECT 4;\n".to_owned()];
        assert_eq!(
            parts(&kept_script(db.executed())),
            [
                Part::Transaction { step: first, sql: "SELECT\n1;\nSELECT 2;\n".to_owned() },
                Part::Outside { step: second, statements },
            ]
        );
    }

    #[tokio::test]
    async fn what_has_no_steps_is_one_transaction() {
        let mut db = Migrator::recording("m1", "public");
        db.execute("SELECT 1").await.expect("it is recorded");
        db.execute("SELECT 2").await.expect("it is recorded");
        let sql = "SELECT 1;\nSELECT 2;\n".to_owned();
        assert_eq!(kept_script(db.executed()), sql);
        assert_eq!(parts(&sql), [Part::Whole { sql }]);
    }
}
