//! What the server warns of, which the driver only traces.

use std::collections::BTreeSet;
use std::fmt::Debug;
use std::sync::{Mutex, PoisonError};

use tracing::field::{Field, Visit};
use tracing::level_filters::LevelFilter;
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber};

/// The warnings that nobody has taken yet, and those that were taken: what a thousand schemas have in
/// common is said once.
static HEARD: Mutex<Heard> = Mutex::new(Heard { new: Vec::new(), known: BTreeSet::new() });

struct Heard {
    new: Vec<String>,
    known: BTreeSet<String>,
}

/// Listens from now on, unless the program traces by itself.
pub(crate) fn listen() {
    tracing::subscriber::set_global_default(Listener).ok();
}

/// The warnings since the last time, each text once.
pub(crate) fn take() -> Vec<String> {
    std::mem::take(&mut HEARD.lock().unwrap_or_else(PoisonError::into_inner).new)
}

struct Listener;

impl Subscriber for Listener {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == "sqlx::postgres::notice" && *metadata.level() == Level::WARN
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(LevelFilter::WARN)
    }

    fn event(&self, event: &Event<'_>) {
        event.record(&mut Message);
    }

    // Spans are never enabled.
    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

/// Keeps the message of an event.
struct Message;

impl Visit for Message {
    fn record_str(&mut self, field: &Field, text: &str) {
        // A message of which nothing could be read began no transaction, and is taken back all the same.
        if field.name() == "message" && text != "there is no transaction in progress" {
            let mut heard = HEARD.lock().unwrap_or_else(PoisonError::into_inner);
            if heard.known.insert(text.to_owned()) {
                heard.new.push(text.to_owned());
            }
        }
    }

    fn record_debug(&mut self, field: &Field, text: &dyn Debug) {
        self.record_str(field, &format!("{text:?}"));
    }
}
