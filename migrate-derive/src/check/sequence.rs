//! Sequences that PostgreSQL would refuse.

use crate::parse::{Number, Sequence};
use crate::scope::Scope;

pub(super) fn check_sequence(sequence: &Sequence, scope: &Scope) {
    let increment = sequence.increment.value();
    if let Some(increment) = increment.filter(|increment| increment.value == 0) {
        scope.error(increment.span, "a sequence must move; give it an increment other than 0");
    }
    if let Some(cache) = sequence.cache.value().filter(|cache| cache.value < 1) {
        scope.error(cache.span, "a session takes at least 1 value");
    }
    let (min, max) = (sequence.min.value(), sequence.max.value());
    if let (Some(min), Some(max)) = (min, max)
        && min.value >= max.value
    {
        scope.error(min.span, "the smallest value must be below the largest");
    }
    let start = sequence.start.value();
    if let Some(start) = start.filter(|start| !lies_between(start.value, min, max)) {
        let message = "the first value must lie between the smallest and the largest";
        scope.error(start.span, message);
    }
}

fn lies_between(value: i64, min: Option<&Number>, max: Option<&Number>) -> bool {
    min.is_none_or(|min| min.value <= value) && max.is_none_or(|max| value <= max.value)
}
