//! How a run over many targets is shown: a live table while it goes, and a summary.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use comfy_table::{Table, presets};
use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use migrate_core::history::HistoryError;
use migrate_core::runner::{Event, FleetReport, Outcome, RunError};
use migrate_core::target::{Fleet, Target};

use crate::exit;
use crate::output::Output;

/// A line for each target that is being worked on, and one for all.
pub(crate) struct Progress<'a> {
    output: &'a Output,
    lines: MultiProgress,
    all: ProgressBar,
    running: Mutex<BTreeMap<String, ProgressBar>>,
}

impl<'a> Progress<'a> {
    pub(crate) fn new(fleet: &Fleet, output: &'a Output) -> Self {
        let count: usize = fleet.databases.iter().map(|database| database.targets().count()).sum();
        let lines = MultiProgress::new();
        let all = lines.add(ProgressBar::new(count as u64));
        if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos} of {len} targets {elapsed}")
        {
            all.set_style(style);
        }
        Self { output, lines, all, running: Mutex::default() }
    }

    /// Tells what a run does on a target.
    pub(crate) fn event(&self, verb: &str, target: &Target, event: Event) {
        let name = format!("{} in {}", target.schema.as_str(), target.place());
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        match event {
            Event::Started { revision, number, of } => {
                self.output.begin_run();
                if self.lines.is_hidden() {
                    return;
                }
                let line = running.entry(name.clone()).or_insert_with(|| {
                    let line = self.lines.add(ProgressBar::new_spinner());
                    line.enable_steady_tick(std::time::Duration::from_millis(120));
                    line
                });
                line.set_message(format!("{name}: {revision} ({number} of {of})"));
            }
            Event::Ended => {
                self.all.inc(1);
                if let Some(line) = running.remove(&name) {
                    line.finish_and_clear();
                }
            }
            Event::Finished { .. } | Event::Lost { .. } => {}
            event => self.lines.suspend(|| {
                self.output.say(&format!("{name}:"));
                self.output.event(verb, event);
            }),
        }
    }

    /// Takes the lines away.
    pub(crate) fn finish(&self) {
        self.lines.clear().ok();
        self.output.warn();
    }
}

/// Says what a run did, and gives its exit code.
pub(crate) fn summarize(verb: &str, report: &FleetReport, output: &Output) -> u8 {
    let count = |is: fn(&Outcome) -> bool| {
        report.targets.iter().filter(|target| is(&target.outcome)).count()
    };
    let done = count(|outcome| !outcome.done().is_empty());
    let nothing = count(|outcome| match outcome {
        Outcome::NothingToDo => true,
        // Another run was faster, or there was only something to note.
        Outcome::Done(done) => done.is_empty(),
        Outcome::Failed { .. } | Outcome::NotBegun => false,
    });
    let failed = count(Outcome::is_failure);
    let not_begun = count(|outcome| matches!(outcome, Outcome::NotBegun));
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    for target in &report.targets {
        let (word, why) = match &target.outcome {
            Outcome::Failed { error, .. } => ("failed", error.to_string()),
            Outcome::NotBegun => ("not begun", String::new()),
            Outcome::Done(_) | Outcome::NothingToDo => continue,
        };
        table.add_row([target.schema.as_str(), target.database.as_str(), word, why.as_str()]);
    }
    if failed + not_begun > 0 {
        output.data(&table.trim_fmt());
    }
    let revisions: usize = report.targets.iter().map(|target| target.outcome.done().len()).sum();
    output.say(&format!(
        "{verb} {revisions} revisions on {done} targets; {nothing} had nothing to do, {failed} failed, {not_begun} were not begun"
    ));
    if report.is_complete() {
        return exit::FINE;
    }
    output.say("run it again when what failed is mended; it goes on where it stopped");
    let is_ahead =
        |error: &RunError| matches!(error, RunError::History(HistoryError::DatabaseAhead { .. }));
    match report.failures().all(|(_, error)| is_ahead(error)) && failed > 0 {
        true => exit::DATABASE_AHEAD,
        false => exit::ERROR,
    }
}
