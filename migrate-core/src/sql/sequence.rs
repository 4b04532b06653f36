//! Sequence options.

use crate::catalog::SequenceOptions;

/// Every option, so that a sequence that exists gets exactly these.
pub(super) fn all_options(options: &SequenceOptions) -> Vec<String> {
    vec![
        format!("INCREMENT BY {}", options.increment),
        format!("MINVALUE {}", options.min),
        format!("MAXVALUE {}", options.max),
        format!("START WITH {}", options.start),
        format!("CACHE {}", options.cache),
        if options.cycle { "CYCLE".to_owned() } else { "NO CYCLE".to_owned() },
    ]
}

/// The options that aren't what PostgreSQL takes by itself.
pub(super) fn changed_options(options: &SequenceOptions) -> Vec<String> {
    let defaults = SequenceOptions::defaults(options.data_type, options.increment);
    let start = if options.increment < 0 { options.max } else { options.min };
    let candidates = [
        (options.increment != 1, format!("INCREMENT BY {}", options.increment)),
        (options.min != defaults.min, format!("MINVALUE {}", options.min)),
        (options.max != defaults.max, format!("MAXVALUE {}", options.max)),
        (options.start != start, format!("START WITH {}", options.start)),
        (options.cache != 1, format!("CACHE {}", options.cache)),
        (options.cycle, "CYCLE".to_owned()),
    ];
    candidates.into_iter().filter_map(|(changed, sql)| changed.then_some(sql)).collect()
}
