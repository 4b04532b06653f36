//! The only place that prints: data to stdout, talk to stderr.

use std::io::{IsTerminal, Write};
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use migrate_core::postgres::said;
use migrate_core::runner::Event;

use crate::{exit, server_warnings};

/// Where a command speaks.
pub(crate) struct Output {
    progress: Mutex<Option<ProgressBar>>,
    /// Whether revisions run: what the server warns of on a scratch database is no news.
    runs: AtomicBool,
}

impl Output {
    /// Speaks to the terminal.
    pub(crate) fn of_terminal() -> Self {
        Self { progress: Mutex::new(None), runs: AtomicBool::new(false) }
    }

    /// Whether somebody can answer a question.
    pub(crate) fn can_ask(&self) -> bool {
        std::io::stdin().is_terminal() && std::io::stderr().is_terminal()
    }

    /// Data, for a file or another program.
    pub(crate) fn data(&self, text: &str) {
        let mut stdout = std::io::stdout().lock();
        // A reader that has seen enough, as `head` has, is no error of ours.
        writeln!(stdout, "{}", text.trim_end_matches('\n')).ok();
    }

    /// Talk, for whoever watches.
    pub(crate) fn say(&self, text: &str) {
        let progress = self.progress.lock().ok().and_then(|bar| bar.clone());
        match progress {
            Some(bar) if !bar.is_hidden() => bar.println(text),
            _ => {
                writeln!(std::io::stderr().lock(), "{text}").ok();
            }
        }
    }

    /// What is worth knowing and asks for nothing.
    pub(crate) fn notes(&self, notes: &[String]) {
        for note in notes {
            self.say(&format!("note: {note}"));
        }
    }

    /// An error with its causes, each once.
    pub(crate) fn error(&self, error: &anyhow::Error) {
        self.finish();
        self.warn();
        let mut text = String::from("error: ");
        for (number, cause) in error.chain().enumerate() {
            let database =
                cause.downcast_ref::<sqlx::Error>().and_then(sqlx::Error::as_database_error);
            let message =
                database.map_or_else(|| cause.to_string(), |error| error.message().to_owned());
            match number {
                0 => text += &said(cause),
                _ if text.contains(&message) => {}
                _ => text += &format!("\n  because: {}", said(cause)),
            }
            // What the driver adds says the same once more.
            if database.is_some() {
                break;
            }
        }
        self.say(&text);
    }

    /// Says the last things, and how the program ends.
    pub(crate) fn conclude(&self, outcome: anyhow::Result<u8>) -> ExitCode {
        self.warn();
        let code = outcome.unwrap_or_else(|error| {
            self.error(&error);
            exit::of(&error)
        });
        ExitCode::from(code)
    }

    /// Shows a spinner on a terminal until the next message or the end.
    pub(crate) fn working(&self, what: &str) {
        // A spinner has a thread of its own.
        if !std::io::stderr().is_terminal() {
            return;
        }
        let bar = ProgressBar::new_spinner().with_message(what.to_owned());
        if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} {elapsed}") {
            bar.set_style(style);
        }
        bar.enable_steady_tick(Duration::from_millis(120));
        if let Ok(mut progress) = self.progress.lock()
            && let Some(before) = progress.replace(bar)
        {
            before.finish_and_clear();
        }
    }

    /// Ends the spinner.
    pub(crate) fn finish(&self) {
        if let Ok(mut progress) = self.progress.lock()
            && let Some(bar) = progress.take()
        {
            bar.finish_and_clear();
        }
    }

    /// Revisions run from now on.
    pub(crate) fn begin_run(&self) {
        self.runs.store(true, Ordering::Relaxed);
    }

    /// Says what the server warned of while revisions ran.
    pub(crate) fn warn(&self) {
        if self.runs.load(Ordering::Relaxed) {
            for warning in server_warnings::take() {
                self.say(&format!("the server warns: {warning}"));
            }
        }
    }

    /// Tells what a run does.
    pub(crate) fn event(&self, verb: &str, event: Event) {
        if let Event::Started { .. } = event {
            self.begin_run();
        }
        self.warn();
        match event {
            Event::WaitingForOtherRun => self.say("waiting for another run on this database"),
            Event::SyncTakenBack => {
                self.say("took back what `dev sync` had made");
            }
            Event::Started { revision, number, of } => {
                self.working(&format!("{revision} ({number} of {of})"));
            }
            Event::LockNotAvailable { revision, attempt, pause, blockers } => {
                let seconds = pause.as_secs_f64();
                self.say(&format!(
                    "{revision}: attempt {attempt} got no lock, the next is in {seconds:.1} s"
                ));
                for blocker in blockers {
                    self.say(&format!("  held by {blocker}"));
                }
            }
            Event::BlockerEnded { blocker, ending } => {
                self.say(&format!("in the way for too long: {blocker}\n  {ending}"));
            }
            Event::OwedHooksRan => {
                self.say("ran the hooks after everything, which an earlier run owed");
            }
            Event::Ended => {}
            Event::Finished { revision, elapsed } => {
                self.finish();
                self.say(&format!("{verb} {revision} in {}", shown(elapsed)));
            }
            Event::Lost { what } => {
                self.say(&format!("  lost: {}", what.join(", ")));
            }
        }
    }
}

/// A duration as people read it.
pub(crate) fn shown(elapsed: Duration) -> String {
    let seconds = elapsed.as_secs_f64();
    if seconds < 1.0 { format!("{:.0} ms", seconds * 1000.0) } else { format!("{seconds:.1} s") }
}
