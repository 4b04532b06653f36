//! Changes of type that take a time zone for granted.

use crate::catalog::Catalog;

use super::cast::{Family, base, family, in_the_end};
use super::type_replacement::attribute;

/// Whether values get or lose a time zone, by that of the session, when they become of the other
/// type: those of domains, arrays, ranges and composite types too.
pub(crate) fn takes_a_zone(
    before: &str,
    current: &Catalog,
    after: &str,
    desired: &Catalog,
) -> bool {
    let (from, to) = (base(&in_the_end(before, current)), base(&in_the_end(after, desired)));
    if family(&from) == Family::Other && from == to {
        let composite =
            |sql_type: &str, side| Catalog::composite(side, sql_type.trim_end_matches("[]"));
        let (Some(before), Some(after)) = (composite(before, current), composite(after, desired))
        else {
            return false;
        };
        return after.attributes.iter().any(|(name, after)| {
            let before = attribute(before, name);
            before.is_some_and(|before| takes_a_zone(before, current, after, desired))
        });
    }
    let zone = |one: &str| match one {
        "timestamp with time zone" | "time with time zone" | "tstzrange" | "tstzmultirange" => {
            Some(true)
        }
        "timestamp without time zone"
        | "time without time zone"
        | "date"
        | "text"
        | "character varying"
        | "tsrange"
        | "tsmultirange"
        | "daterange"
        | "datemultirange" => Some(false),
        _ => None,
    };
    matches!((zone(&from), zone(&to)), (Some(one), Some(other)) if one != other)
}
