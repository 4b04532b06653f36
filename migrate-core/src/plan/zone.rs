//! Changes of type that take a time zone for granted.

use crate::catalog::{Catalog, Object, ObjectKey};

use super::cast::{Family, base, family, in_the_end};

/// Whether values get or lose a time zone, by that of the session, when they become of the other
/// type: those of domains, arrays, ranges and composite types too.
pub(crate) fn takes_a_zone(
    before: &str,
    current: &Catalog,
    after: &str,
    desired: &Catalog,
) -> bool {
    let attributes = |sql_type: &str, side: &Catalog| {
        let composite = side.objects.iter().find_map(|(key, object)| match (key, object) {
            (ObjectKey::Composite { name }, Object::Composite(composite))
                if name.to_string() == sql_type.trim_end_matches("[]") =>
            {
                Some(composite.attributes.clone())
            }
            _ => None,
        });
        composite.unwrap_or_default()
    };
    let (from, to) = (base(&in_the_end(before, current)), base(&in_the_end(after, desired)));
    if family(&from) == Family::Other && from == to {
        let of_before = attributes(before, current);
        return attributes(after, desired).iter().any(|(name, after)| {
            let before = of_before.iter().find(|(one, _)| one == name);
            before.is_some_and(|(_, before)| takes_a_zone(before, current, after, desired))
        });
    }
    let zone = |one: &str| match one {
        "timestamp with time zone" | "tstzrange" | "tstzmultirange" => Some(true),
        "timestamp without time zone"
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
