//! `migrate apply`.

use std::time::Duration;

use migrate_core::history::HistoryError;
use migrate_core::runner::{self, Goal, RunError, RunSettings};

use crate::args::{ApplyArgs, Common, PlanArgs, Waiting};
use crate::output::Output;
use crate::{Application, database, exit};

pub(crate) async fn run(
    application: &Application,
    common: &Common,
    args: ApplyArgs,
    output: &Output,
) -> anyhow::Result<u8> {
    if args.dry_run {
        return super::plan::run(application, common, &PlanArgs { json: false }, output).await;
    }
    let goal = goal(args.to.as_deref(), args.number, Goal::Head);
    let settings =
        RunSettings { accepted_checksums: args.accept_checksum, ..args.waiting.settings() };
    let target = database::target(&application.project(), common).await?;
    let listen = |event| output.event("applied", event);
    let may_adopt = goal == Goal::Head && settings.accepted_checksums.is_empty();
    if may_adopt && super::dev_sync::adopt(application, common, &target, output).await? {
        return Ok(exit::FINE);
    }
    let outcome = runner::apply(
        application.chain,
        &application.dependencies,
        &target,
        &goal,
        &settings,
        &listen,
    )
    .await;
    output.finish();
    match outcome {
        Ok(applied) => {
            if applied.revisions.is_empty() {
                output.say("nothing is pending");
            }
            Ok(exit::FINE)
        }
        Err(error) => {
            let is_ahead = matches!(error, RunError::History(HistoryError::DatabaseAhead { .. }));
            output.error(&error.into());
            Ok(if is_ahead { exit::DATABASE_AHEAD } else { exit::ERROR })
        }
    }
}

/// The goal of `--to` or `-n`.
pub(super) fn goal(to: Option<&str>, number: Option<usize>, otherwise: Goal) -> Goal {
    match (to, number) {
        (Some(to), _) => to.parse().unwrap_or(otherwise),
        (None, Some(count)) => Goal::Count(count),
        (None, None) => otherwise,
    }
}

impl Waiting {
    /// The runner's settings.
    pub(super) fn settings(&self) -> RunSettings {
        let seconds = |seconds: f64| Duration::try_from_secs_f64(seconds).unwrap_or_default();
        RunSettings {
            lock_timeout: seconds(self.lock_timeout),
            statement_timeout: seconds(self.statement_timeout),
            attempts: self.attempts,
            ..RunSettings::default()
        }
    }
}
