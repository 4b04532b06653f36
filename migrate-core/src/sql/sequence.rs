//! Sequence options.

use crate::catalog::{Ident, QualifiedName, SequenceOptions};

use super::clause::quoted;

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

/// Sets a count outside of the range to the start.
pub(super) fn restart(name: &QualifiedName, start: i64, (min, max): (i64, i64)) -> String {
    let sequence = quoted(&name.to_string());
    format!(
        "SELECT setval({sequence}, {start}, false) FROM {name} WHERE last_value NOT BETWEEN {min} AND {max}"
    )
}

/// Lets the column's own sequence go on after the last value in the column.
pub(super) fn sync(table: &QualifiedName, column: &Ident) -> String {
    let (of_table, of_column) = (quoted(&table.to_string()), quoted(column.as_str()));
    let own = format!("pg_get_serial_sequence({of_table}, {of_column})");
    let count = "coalesce(pg_sequence_last_value(seqrelid), seqstart)";
    go_on(&own, &present(table, column), count)
}

/// The same of any sequence.
pub(super) fn advance(name: &QualifiedName, table: &QualifiedName, column: &Ident) -> String {
    let counted = format!("{name} AS counted, {}", present(table, column));
    go_on(&quoted(&name.to_string()), &counted, "counted.last_value")
}

/// Lets a sequence go on where another is, if that has given a value and it can be there.
pub(super) fn go_on_from(name: &QualifiedName, from: &QualifiedName) -> String {
    let sequence = quoted(&name.to_string());
    format!(
        "SELECT setval(seqrelid::regclass, counted.last_value)
FROM pg_catalog.pg_sequence, {from} AS counted
WHERE seqrelid = {sequence}::regclass AND counted.is_called
    AND counted.last_value BETWEEN seqmin AND seqmax"
    )
}

fn present(table: &QualifiedName, column: &Ident) -> String {
    format!(
        "(SELECT max({column})::bigint AS high, min({column})::bigint AS low FROM {table}) AS present"
    )
}

/// Where there is no such value, or the sequence is beyond it, the count stays.
fn go_on(sequence: &str, from: &str, count: &str) -> String {
    format!(
        "SELECT setval(seqrelid::regclass, CASE WHEN seqincrement > 0 THEN least(high, seqmax) ELSE greatest(low, seqmin) END)
FROM pg_catalog.pg_sequence, {from}
WHERE seqrelid = {sequence}::regclass
    AND CASE WHEN seqincrement > 0 THEN high >= {count} ELSE low <= {count} END"
    )
}
