//! Sequences.

use crate::catalog::SequenceOptions;

use super::code::Code;
use super::literal::{number, text};

/// `Sequence::new(…)`. The increment stands first, since it sets the bounds, and they the start.
pub(super) fn sequence(options: &SequenceOptions) -> Code {
    let SequenceOptions { data_type, start, increment, min, max, cache, cycle } = *options;
    let defaults = SequenceOptions::defaults(data_type, increment);
    let first = if increment < 0 { max } else { min };
    let unless = |default: i64, value: i64| (value != default).then(|| number(value));
    Code::function("Sequence::new", [text(data_type.name())])
        .optional("increment", unless(1, increment))
        .optional("min", unless(defaults.min, min))
        .optional("max", unless(defaults.max, max))
        .optional("start", unless(first, start))
        .optional("cache", unless(1, cache))
        .flag("cycle", cycle)
}
