//! Sequences as revisions write them.

use crate::catalog::{SequenceOptions, SequenceType};

/// A sequence's options; what isn't said is PostgreSQL's default.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sequence(SequenceOptions);

impl Sequence {
    /// A sequence of `smallint`, `integer` or `bigint`.
    pub fn new(data_type: &str) -> Self {
        Self(SequenceOptions::defaults(SequenceType::named(data_type), 1))
    }

    /// `INCREMENT BY`; a negative one counts down, from -1 unless the bounds say otherwise.
    #[must_use]
    pub fn increment(self, increment: i64) -> Self {
        Self(SequenceOptions::defaults(self.0.data_type, increment))
    }

    /// `MINVALUE`, from which an ascending sequence starts.
    #[must_use]
    pub fn min(mut self, min: i64) -> Self {
        self.0.min = min;
        if self.0.increment > 0 {
            self.0.start = min;
        }
        self
    }

    /// `MAXVALUE`, from which a descending sequence starts.
    #[must_use]
    pub fn max(mut self, max: i64) -> Self {
        self.0.max = max;
        if self.0.increment < 0 {
            self.0.start = max;
        }
        self
    }

    /// `START WITH`.
    #[must_use]
    pub fn start(mut self, start: i64) -> Self {
        self.0.start = start;
        self
    }

    /// `CACHE`.
    #[must_use]
    pub fn cache(mut self, cache: i64) -> Self {
        self.0.cache = cache;
        self
    }

    /// `CYCLE`.
    #[must_use]
    pub fn cycle(mut self) -> Self {
        self.0.cycle = true;
        self
    }

    pub(super) fn into_options(self) -> SequenceOptions {
        self.0
    }
}
