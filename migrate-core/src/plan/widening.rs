//! Changes of type for which PostgreSQL leaves all rows as they are: the functions that it asks for
//! that (`prosupport`), and the casts without a function.

use super::cast::base;
use super::narrowing::modifiers;

/// Whether a column of one type becomes one of the other without a row being written or read.
pub(super) fn only_widens(current: &str, desired: &str) -> bool {
    if [current, desired].iter().any(|one| one.ends_with("[]")) {
        return false;
    }
    let (from, to) = (base(current), base(desired));
    let (had, has) = (modifiers(current), modifiers(desired));
    let has_room = || match (had.first(), has.first()) {
        (_, None) => true,
        (None, Some(_)) => false,
        (Some(had), Some(has)) => had <= has,
    };
    match (from.as_str(), to.as_str()) {
        (one, other) if one == other => match one {
            "numeric" => has_room() && (has.is_empty() || had.get(1) == has.get(1)),
            "character varying" | "bit varying" => current != desired && has_room(),
            _ => is_temporal(one) && current != desired && has_room(),
        },
        ("character varying", "text") | ("cidr", "inet") => true,
        ("text", "character varying") => has.is_empty(),
        _ => false,
    }
}

/// Whether there is a type from which a column gets this one so.
pub(super) fn may_only_widen(desired: &str) -> bool {
    let to = base(&desired.to_lowercase());
    let is_known = ["numeric", "character varying", "bit varying", "text", "inet"];
    let is_short = ["varchar", "varbit", "decimal", "timestamp", "timestamptz", "time", "timetz"];
    !desired.ends_with("[]")
        && (is_temporal(&to) || is_known.iter().chain(&is_short).any(|one| *one == to))
}

fn is_temporal(base: &str) -> bool {
    [
        "timestamp without time zone",
        "timestamp with time zone",
        "time without time zone",
        "time with time zone",
        "interval",
    ]
    .contains(&base)
}
