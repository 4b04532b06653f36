//! How a value of one type becomes one of another, and what stands in for a missing value.

use std::collections::BTreeSet;

use crate::catalog::{Catalog, Column, ConstraintKind, Ident, QualifiedName};

use super::PlanError;
use super::narrowing::{is_range, is_shape};

/// Groups of types between which PostgreSQL casts on assignment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Family {
    Integer,
    Number,
    Money,
    Text,
    Boolean,
    Moment,
    TimeOfDay,
    Interval,
    Json,
    Uuid,
    Bytes,
    Network,
    Bits,
    /// Enums, domains, composites, ranges and what extensions bring.
    Other,
}

pub(super) fn family(base: &str) -> Family {
    match base {
        "smallint" | "integer" | "bigint" => Family::Integer,
        "numeric" | "real" | "double precision" => Family::Number,
        "money" => Family::Money,
        "text" | "character varying" | "character" | "name" | "citext" => Family::Text,
        "boolean" => Family::Boolean,
        "date" | "timestamp without time zone" | "timestamp with time zone" => Family::Moment,
        "time without time zone" | "time with time zone" => Family::TimeOfDay,
        interval if interval.split(' ').next() == Some("interval") => Family::Interval,
        "json" | "jsonb" => Family::Json,
        "uuid" => Family::Uuid,
        "bytea" => Family::Bytes,
        "inet" | "cidr" => Family::Network,
        "bit" | "bit varying" => Family::Bits,
        _ => Family::Other,
    }
}

/// Whether values of a type, or of the elements of an array, are texts.
pub(crate) fn is_text(sql_type: &str) -> bool {
    family(&base(sql_type)) == Family::Text
}

/// Whether values of a type, or of the elements of an array, are JSON.
pub(super) fn is_json(sql_type: &str) -> bool {
    family(&base(sql_type)) == Family::Json
}

/// Whether values of a type, or of the elements of an array, are numbers.
#[cfg(feature = "generate")]
pub(crate) fn is_number(sql_type: &str) -> bool {
    matches!(family(&base(sql_type)), Family::Integer | Family::Number)
}

/// A type without its modifiers: `timestamp(3) with time zone` is `timestamp with time zone`.
pub(super) fn base(sql_type: &str) -> String {
    let plain = sql_type.split(" COLLATE ").next().unwrap_or(sql_type);
    let element = plain.trim_end_matches("[]");
    match (element.find('('), element.find(')')) {
        (Some(open), Some(close)) => format!("{}{}", &element[..open], &element[close + 1..]),
        _ => element.to_owned(),
    }
}

/// A type without its modifiers in a form that has none of its own, which `bit` and `character` have.
pub(super) fn unlimited(sql_type: &str) -> String {
    let element = sql_type.trim_end_matches("[]");
    let plain = match base(element).as_str() {
        "bit" => "\"bit\"".to_owned(),
        "character" => "bpchar".to_owned(),
        plain => plain.to_owned(),
    };
    format!("{plain}{}", &sql_type[element.len()..])
}

/// What a type is in the end, where it is a domain or an array of one: a value becomes one of the
/// domain by the assignment to it, which cuts nothing off.
pub(crate) fn in_the_end(sql_type: &str, side: &Catalog) -> String {
    let element = sql_type.trim_end_matches("[]");
    let dimensions = &sql_type[element.len()..];
    if family(&base(element)) != Family::Other {
        return sql_type.to_owned();
    }
    let end = side.base_type(element);
    match dimensions.is_empty() || !end.ends_with("[]") {
        true => format!("{end}{dimensions}"),
        false => sql_type.to_owned(),
    }
}

/// The `USING` of a change between types that are no domains, where PostgreSQL doesn't cast by
/// itself.
pub(super) fn using(
    table: &QualifiedName,
    name: &Ident,
    (current, desired): (&str, &str),
    casts: &BTreeSet<(String, String)>,
) -> Result<Option<String>, PlanError> {
    let dimensions = (current.ends_with("[]"), desired.ends_with("[]"));
    let (from, to) = (base(current), base(desired));
    let column = name.to_string();
    let castable = is_assignment(&from, &to) || explicit(&column, &from, &to, &to).is_some();
    let no_cast = || PlanError::NoCast {
        table: table.clone(),
        column: name.clone(),
        current: current.to_owned(),
        desired: desired.to_owned(),
    };
    let element = desired.trim_end_matches("[]");
    let scalar = |value: &str| match is_assignment(&from, &to) {
        true => Some(format!("{value}::{element}")),
        false => explicit(value, &from, &to, element),
    };
    match dimensions {
        (false, false) if zoned(&column, &from, &to).is_some() => Ok(zoned(&column, &from, &to)),
        (false, false) if rounds(&from, &to) => Ok(Some(format!("{column}::text::{desired}"))),
        (true, true) if rounds(&from, &to) => Ok(Some(format!("{column}::text[]::{desired}"))),
        // The assignment takes no other number of bits; a cast adds zeros.
        (false, false) | (true, true) if bits(current) < bits(desired) && from == to => {
            Ok(Some(format!("{column}::{desired}")))
        }
        (false, false) | (true, true) if from == to || is_assignment(&from, &to) => Ok(None),
        // What came to an array alone goes back alone.
        (true, false) if family(&from) == Family::Text && family(&to) == Family::Text => {
            let alone = first_element(&column);
            Ok(Some(format!(
                "CASE WHEN cardinality({column}) = 1 THEN {alone} ELSE {column}::text END"
            )))
        }
        (true, false) if family(&to) == Family::Text => Ok(None),
        (false, false) if is_known(&from, &to, casts) => Ok(Some(format!("{column}::{desired}"))),
        (false, false) => explicit(&column, &from, &to, desired).map(Some).ok_or_else(no_cast),
        (true, true) if is_known(&from, &to, casts) => Ok(Some(format!("{column}::{desired}"))),
        (true, true) if castable && reads_text(&from, &to) => {
            Ok(Some(format!("{column}::text[]::{desired}")))
        }
        (true, true) => Err(no_cast()),
        (true, false) if family(&to) == Family::Json => Ok(Some(format!("to_{to}({column})"))),
        (true, false) => scalar(&first_element(&column)).map(Some).ok_or_else(no_cast),
        // What a JSON value has of elements is the author's to say.
        (false, true) if family(&from) == Family::Json && family(&to) != Family::Text => {
            Err(no_cast())
        }
        (false, true) => {
            // The assignment to the column cuts nothing off, as a cast to the length would.
            let is_text = family(&from) == Family::Text && family(&to) == Family::Text;
            let value = if is_text { Some(format!("{column}::text")) } else { scalar(&column) };
            let value = value.ok_or_else(no_cast)?;
            Ok(Some(format!("CASE WHEN {column} IS NOT NULL THEN ARRAY[{value}] END")))
        }
    }
}

/// How many bits each value of a type has, or of its elements.
fn bits(sql_type: &str) -> Option<u32> {
    match sql_type.trim_end_matches("[]") {
        "bit" => Some(1),
        sql_type => sql_type.strip_prefix("bit(")?.strip_suffix(')')?.parse().ok(),
    }
}

/// The first element of an array, wherever its numbers begin, also within the first of several arrays.
pub(super) fn first_element(array: &str) -> String {
    let [first, within] = [1, 2].map(|dimension| format!("[array_lower({array}, {dimension})]"));
    format!("coalesce({array}{first}, {array}{first}{within})")
}

/// The expression that makes a value one of another type, for where nothing casts by itself.
pub(super) fn value(
    value: &str,
    (current, desired): (&str, &str),
    casts: &BTreeSet<(String, String)>,
) -> Option<String> {
    let (from, to) = (base(current), base(desired));
    let arrays = (current.ends_with("[]"), desired.ends_with("[]"));
    match arrays {
        (false, false) if rounds(&from, &to) => Some(format!("{value}::text::{desired}")),
        (true, true) if rounds(&from, &to) => Some(format!("{value}::text[]::{desired}")),
        _ if current == desired || is_assignment(&from, &to) => Some(format!("{value}::{desired}")),
        (false, false) | (true, true) if is_known(&from, &to, casts) => {
            Some(format!("{value}::{desired}"))
        }
        (true, true) => {
            let cast = explicit(value, &from, &to, &to).filter(|_| reads_text(&from, &to));
            cast.map(|_| format!("{value}::text[]::{desired}"))
        }
        (false, false) => explicit(value, &from, &to, desired).map(|cast| format!("({cast})")),
        (true, false) | (false, true) => None,
    }
}

/// Whether this is how every value of a type becomes one of another that has room for it.
pub(super) fn never_fails(
    table: &QualifiedName,
    name: &Ident,
    (current, desired): (&str, &str),
    using: &str,
) -> bool {
    let (from, to) = (base(current), base(desired));
    let is_sure = match (family(&from), family(&to)) {
        (Family::Boolean, Family::Integer | Family::Number)
        | (Family::Integer | Family::Number, Family::Boolean)
        | (Family::Moment, Family::Moment)
        | (Family::Uuid, Family::Bytes) => true,
        _ => rounds(&from, &to) || from == to,
    };
    let is_one = !current.ends_with("[]");
    let usual = self::using(table, name, (current, desired), &BTreeSet::new());
    is_sure && is_one && usual.is_ok_and(|usual| usual.as_deref() == Some(using))
}

/// Between moments with and without a time zone PostgreSQL takes the session's zone; a revision
/// says which one, so that it does the same everywhere.
fn zoned(column: &str, from: &str, to: &str) -> Option<String> {
    match (from, to) {
        ("timestamp without time zone", "timestamp with time zone")
        | ("timestamp with time zone", "timestamp without time zone") => {
            Some(format!("{column} AT TIME ZONE 'UTC'"))
        }
        ("date", "timestamp with time zone") => {
            Some(format!("{column}::timestamp AT TIME ZONE 'UTC'"))
        }
        ("timestamp with time zone", "date") => {
            Some(format!("({column} AT TIME ZONE 'UTC')::date"))
        }
        _ => None,
    }
}

/// Whether PostgreSQL's own cast keeps fewer digits than the number has; its text has all of them.
fn rounds(from: &str, to: &str) -> bool {
    ["real", "double precision"].contains(&from) && to == "numeric"
}

/// `pg_cast` has an assignment or implicit cast; anything becomes text so.
fn is_assignment(from: &str, to: &str) -> bool {
    if from == to {
        return true;
    }
    match (family(from), family(to)) {
        (_, Family::Text) => true,
        (Family::Integer | Family::Number, Family::Integer | Family::Number) => true,
        (Family::Interval, Family::Interval) => true,
        (Family::Integer, Family::Money) => from != "smallint",
        (Family::Number, Family::Money) => from == "numeric",
        (Family::Money, Family::Number) => to == "numeric",
        (Family::Moment, Family::Moment)
        | (Family::Json, Family::Json)
        | (Family::Network, Family::Network)
        | (Family::TimeOfDay, Family::TimeOfDay)
        | (Family::Bits, Family::Bits) => true,
        (Family::Moment, Family::TimeOfDay) => {
            from == "timestamp with time zone"
                || (from == "timestamp without time zone" && to == "time without time zone")
        }
        _ => false,
    }
}

/// Whether the database has a cast between types of which no more is known: it may do otherwise than
/// their texts.
fn is_known(from: &str, to: &str, casts: &BTreeSet<(String, String)>) -> bool {
    let is_strange = [from, to].iter().any(|one| family(one) == Family::Other)
        || explicit("", from, to, to).is_none();
    is_strange && casts.contains(&(from.to_owned(), to.to_owned()))
}

/// Whether a type reads what the values of another are as texts, which elements of arrays go through.
fn reads_text(from: &str, to: &str) -> bool {
    !matches!(
        (family(from), family(to)),
        (Family::Boolean, Family::Integer | Family::Number)
            | (Family::Integer | Family::Number, Family::Boolean)
            | (Family::Integer, Family::Bits)
            | (Family::Bits, Family::Integer)
            | (Family::Bytes, Family::Uuid)
            | (Family::Uuid, Family::Bytes)
            | (Family::Other, Family::Json)
            | (Family::Json, Family::Other)
    )
}

/// Types of PostgreSQL's own of which the text means nothing to types of another kind, though some
/// read it: a circle as a date, say.
const OF_THEIR_OWN_KIND: [&str; 22] = [
    "point",
    "line",
    "lseg",
    "box",
    "path",
    "polygon",
    "circle",
    "macaddr",
    "macaddr8",
    "pg_lsn",
    "tsvector",
    "tsquery",
    "int4range",
    "int8range",
    "numrange",
    "daterange",
    "tsrange",
    "tstzrange",
    "xid",
    "xid8",
    "cid",
    "tid",
];

/// Whether only a text leads from one type to the other, and what comes of that is chance: these read
/// any text as a number, or are of kinds that have nothing in common.
fn reads_by_chance(from: &str, to: &str) -> bool {
    if is_shape(from) && is_shape(to) || is_range(from) && is_range(to) {
        return false;
    }
    let is_of_own = |one: &str| OF_THEIR_OWN_KIND.contains(&one);
    let is_familiar = |one: &str| is_of_own(one) || family(one) != Family::Other;
    let has_text = |one: &str| matches!(family(one), Family::Text | Family::Json);
    match (has_text(from), has_text(to)) {
        (_, true) => false,
        (true, false) => ["xid", "xid8", "cid"].contains(&to),
        (false, false) => {
            (is_of_own(from) || is_of_own(to)) && is_familiar(from) && is_familiar(to)
        }
    }
}

/// A cast that has to be asked for, where there is one.
fn explicit(column: &str, from: &str, to: &str, desired: &str) -> Option<String> {
    if reads_by_chance(from, to) {
        return None;
    }
    let using = match (family(from), family(to)) {
        (Family::Integer | Family::Number, Family::Boolean) => format!("{column} <> 0"),
        (Family::Boolean, Family::Integer) if desired == "integer" => format!("{column}::integer"),
        (Family::Boolean, Family::Integer | Family::Number) => {
            format!("{column}::integer::{desired}")
        }
        (Family::Money, Family::Integer | Family::Number)
        | (Family::Integer | Family::Number, Family::Money) => {
            format!("{column}::numeric::{desired}")
        }
        (Family::Text, _) => format!("{column}::{desired}"),
        (Family::Json, Family::Integer | Family::Number | Family::Boolean) if from == "jsonb" => {
            format!("{column}::{desired}")
        }
        (Family::Other, Family::Json) if from == "hstore" => format!("{column}::{desired}"),
        (Family::Other, Family::Json) => format!("to_{to}({column})"),
        (Family::Json, Family::Other) => format!("({column} #>> '{{}}')::{desired}"),
        (Family::Other, _) | (_, Family::Other) => format!("{column}::text::{desired}"),
        (Family::TimeOfDay, Family::Interval) | (Family::Interval, Family::TimeOfDay) => {
            format!("{column}::{desired}")
        }
        (Family::Integer, Family::Bits) | (Family::Bits, Family::Integer) => {
            format!("{column}::{desired}")
        }
        (Family::Bytes, Family::Uuid) => format!("encode({column}, 'hex')::uuid"),
        (Family::Uuid, Family::Bytes) => format!("uuid_send({column})"),
        _ => return None,
    };
    Some(using)
}

/// What existing rows get in a column that becomes required and has no default: a value that says
/// nothing, for the author to replace. Where no value is harmless there is none.
pub(super) fn neutral_value(
    column: &Column,
    table: &QualifiedName,
    name: &Ident,
    desired: &Catalog,
) -> Option<crate::catalog::Expression> {
    // One value for all rows is no number of a sequence.
    if is_in_key(table, name, desired) || column.identity.is_some() {
        return None;
    }
    // What a domain asks for is the author's to know.
    if desired.is_checked_domain(&column.sql_type) {
        return None;
    }
    let sql_type = desired.base_type(&column.sql_type);
    if sql_type.ends_with("[]") {
        return Some("'{}'".into());
    }
    let value = match family(&base(sql_type)) {
        Family::Integer | Family::Number | Family::Money => "0",
        Family::Text => "''",
        Family::Boolean => "false",
        Family::Moment => "now()",
        Family::TimeOfDay => "'00:00'",
        Family::Interval => "'0'",
        Family::Json => "'{}'",
        Family::Uuid => "gen_random_uuid()",
        Family::Bytes => "''",
        Family::Network | Family::Bits => return None,
        Family::Other => return first_label(sql_type, desired),
    };
    Some(value.into())
}

fn first_label(sql_type: &str, desired: &Catalog) -> Option<crate::catalog::Expression> {
    let label = desired.enum_type(sql_type)?.labels.first()?;
    Some(crate::model::quote_literal(label).into())
}

/// Whether the column is part of a key, where one value for all rows can't be right.
fn is_in_key(table: &QualifiedName, name: &Ident, desired: &Catalog) -> bool {
    desired.constraints(table).any(|(_, constraint)| match &constraint.kind {
        ConstraintKind::PrimaryKey { columns, .. }
        | ConstraintKind::Unique { columns, .. }
        | ConstraintKind::ForeignKey { columns, .. } => columns.contains(name),
        ConstraintKind::Check { .. } | ConstraintKind::Exclusion { .. } => false,
    })
}
