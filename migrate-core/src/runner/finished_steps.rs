//! What the finished steps of a half-applied revision ran, held against what its file says now:
//! steps are known by their names, and one that was edited would be left out with its new text.

use sqlx::PgConnection;

use crate::history::Record;
use crate::revision::{Revision, sql_tokens};

use super::RunError;
use super::job::On;
use super::record_sql::{PendingSql, record_sql};

/// Refuses to go on with a revision of which a finished step is another now.
pub(super) async fn require_unedited(
    on: On<'_>,
    revision: &Revision,
    record: &Record,
    connection: &mut PgConnection,
) -> Result<(), RunError> {
    let kept = on.target.history.kept_sql(connection, revision.id()).await;
    let kept = kept.map_err(|source| RunError::Record { source })?.up_sql.unwrap_or_default();
    let version = connection.server_version_num().unwrap_or_default();
    let (dependencies, schema) = (on.job.dependencies, &on.target.schema);
    let up = record_sql(revision, &revision.up, dependencies, schema, version).await;
    match edited(&record.steps, &kept, &up) {
        None => Ok(()),
        Some(step) => Err(RunError::FinishedStepEdited {
            file: revision.file.to_owned(),
            step: step.to_owned(),
            revision: revision.id().to_owned(),
        }),
    }
}

/// The first finished step that isn't what was kept, by its words. Of a step that runs code nobody
/// can tell what it ran.
fn edited<'a>(finished: &'a [String], kept: &str, file: &PendingSql) -> Option<&'a str> {
    let kept = sql_tokens(kept);
    let mut rest = kept.as_str();
    let mut is_after_code = false;
    let mut without_text = None;
    for step in finished {
        if file.runs_code_in(step) {
            is_after_code = true;
            continue;
        }
        let text = sql_tokens(&file.script_of(step));
        if text.is_empty() {
            if file.stopped.is_some() {
                return None;
            }
            without_text.get_or_insert(step);
        }
        let found =
            if is_after_code { rest.find(&text) } else { rest.starts_with(&text).then_some(0) };
        let Some(found) = found else { return Some(without_text.unwrap_or(step)) };
        rest = &rest[found + text.len()..];
        is_after_code &= text.is_empty();
    }
    let is_left = !rest.is_empty() && !is_after_code;
    without_text.or(finished.last()).filter(|_| is_left).map(String::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::revision::{Executed, Work};

    fn executed(step: &str, work: Work) -> Executed {
        Executed {
            step: Some(step.to_owned()),
            outside_transaction: true,
            work,
            hazards: Vec::new(),
            own_sql: true,
        }
    }

    #[track_caller]
    fn check(kept: &str, file: &[(&str, &str)], wanted: Option<&str>) {
        let work = |text: &str| match text {
            "code" => Work::Code { place: "a.rs:1".to_owned() },
            text => Work::Sql(text.to_owned()),
        };
        let statements = file.iter().map(|(step, text)| executed(step, work(text))).collect();
        let file = PendingSql { revision: "V1__a", statements, stopped: None };
        let finished = ["one", "two"].map(str::to_owned);
        assert_eq!(edited(&finished, kept, &file), wanted);
    }

    #[test]
    fn steps_as_they_ran_are_unedited_whatever_their_layout() {
        let file = [("one", "CREATE TABLE  a ()"), ("two", "SELECT 2"), ("three", "SELECT 3")];
        check("CREATE TABLE a ();\nSELECT 2 /* two */;\n", &file, None);
    }

    #[test]
    fn a_step_with_another_text_or_with_none_is_named() {
        let kept = "SELECT 1;\nSELECT 2;\n";
        check(kept, &[("one", "SELECT 1"), ("two", "SELECT 3")], Some("two"));
        check(kept, &[("one", "SELECT 2")], Some("one"));
        check(kept, &[("one", "SELECT 1")], Some("two"));
    }

    #[test]
    fn a_step_that_runs_code_is_not_compared() {
        let kept = "UPDATE a;\nSELECT 2;\n";
        check(kept, &[("one", "code"), ("two", "SELECT 2")], None);
        check(kept, &[("one", "code"), ("two", "SELECT 3")], Some("two"));
        check(kept, &[("one", "UPDATE a"), ("two", "code")], None);
    }
}
