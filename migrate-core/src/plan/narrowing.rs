//! Changes of type that PostgreSQL makes by itself and that not every value survives as it is.

use rustc_hash::FxHashMap;

use crate::catalog::{Catalog, Composite, Domain, Ident, Object, ObjectKey, QualifiedName};

#[cfg(feature = "generate")]
use super::Made;
use super::cast::{Family, base, family};
use super::type_replacement::attribute;
use super::{Action, Hazard, Plan, TableChange};

/// What a change of type may do to a value.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Narrowing {
    /// PostgreSQL refuses a value that is too long or too large.
    refuses: bool,
    /// It rounds, or cuts off what the new type can't hold.
    rounds: bool,
}

/// What types that are made anew under their names may do to values that are there; what another type
/// does is a matter of its statement.
pub(super) fn narrowings(plan: &Plan, current: &Catalog) -> Vec<Hazard> {
    let types = Types::of(plan, current);
    let changes = plan.table_changes();
    changes.flat_map(|(table, change)| of_change(table, change, current, &types)).collect()
}

fn of_change(
    table: &QualifiedName,
    change: &TableChange,
    current: &Catalog,
    types: &Types<'_>,
) -> Vec<Hazard> {
    let TableChange::SetType { column, sql_type, .. } = change else { return Vec::new() };
    match current.column(table, column) {
        Some(before) if before.sql_type == *sql_type => {
            told(table, column, sql_type, types.between(sql_type, sql_type))
        }
        _ => Vec::new(),
    }
}

/// A column of which its new type can't hold everything.
#[cfg(feature = "generate")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Rounded {
    /// The table.
    pub(crate) table: QualifiedName,
    /// The column.
    pub(crate) column: Ident,
    /// The new type.
    pub(crate) sql_type: String,
    /// The regular expression of the values that are sure to be whole, where they are texts.
    pub(crate) exact: Option<String>,
}

/// The columns whose values may be rounded or cut by a plan that starts from this catalog.
#[cfg(feature = "generate")]
pub(crate) fn rounded(plan: &Plan, current: &Catalog) -> Vec<Rounded> {
    let made = Made::by(plan, current);
    let types = Types::of(plan, current);
    let rounded = plan.table_changes().filter_map(|(table, change)| {
        let TableChange::SetType { column, sql_type, .. } = change else { return None };
        let before = made.column_type(table, column)?;
        let narrowing = match before == sql_type {
            true => types.between(before, sql_type),
            false => between(&made.element_base(before), &made.element_base(sql_type)),
        };
        // How a JSON value is written is no part of it.
        let is_json = [before, sql_type].iter().all(|one| family(&base(one)) == Family::Json);
        let end = made.element_base(sql_type);
        let is_one =
            !end.ends_with("[]") && family(&base(&made.element_base(before))) == Family::Text;
        let exact = if is_one { exact_text(&base(&end), &modifiers(&end)) } else { None };
        let (table, column, sql_type) = (table.clone(), column.clone(), sql_type.clone());
        (narrowing.rounds && !is_json).then_some(Rounded { table, column, sql_type, exact })
    });
    rounded.collect()
}

/// What a change of a column's type may do to its values.
pub(super) fn of_column(
    table: &QualifiedName,
    column: &Ident,
    before: &str,
    after: &str,
) -> Vec<Hazard> {
    told(table, column, after, between(before, after))
}

fn told(
    table: &QualifiedName,
    column: &Ident,
    sql_type: &str,
    narrowing: Narrowing,
) -> Vec<Hazard> {
    let Narrowing { refuses, rounds } = narrowing;
    let place = format!("`{}.{}`", table.plain(), column.as_str());
    let fails =
        Hazard::CanFailOnRows { why: format!("a value of {place} may not fit its new type") };
    let loses = Hazard::DataLost { what: format!("what `{sql_type}` can't hold of {place}") };
    let found = [refuses.then_some(fails), rounds.then_some(loses)];
    found.into_iter().flatten().collect()
}

/// The domains and composite types that are made anew under their names, before and after.
struct Types<'a> {
    domains: FxHashMap<String, [&'a Domain; 2]>,
    composites: FxHashMap<String, [&'a Composite; 2]>,
}

impl<'a> Types<'a> {
    fn of(plan: &'a Plan, current: &'a Catalog) -> Self {
        let domains = plan.actions().filter_map(|action| {
            let Action::CreateDomain { name, definition } = action else { return None };
            match current.objects.get(&ObjectKey::Domain { name: name.clone() })? {
                Object::Domain(before) => Some((name.to_string(), [before, definition])),
                _ => None,
            }
        });
        let composites = plan.actions().filter_map(|action| {
            let Action::CreateComposite { name, definition } = action else { return None };
            match current.objects.get(&ObjectKey::Composite { name: name.clone() })? {
                Object::Composite(before) => Some((name.to_string(), [before, definition])),
                _ => None,
            }
        });
        Self { domains: domains.collect(), composites: composites.collect() }
    }

    fn between(&self, current: &str, desired: &str) -> Narrowing {
        let name = desired.trim_end_matches("[]");
        if current != desired {
            return between(current, desired);
        }
        if let Some([before, after]) = self.domains.get(name) {
            return self.between(&before.base, &after.base);
        }
        let Some([before, after]) = self.composites.get(name) else { return Narrowing::default() };
        let common = after.attributes.iter().filter_map(|(name, after)| {
            let before = attribute(before, name)?;
            Some(self.between(before, after))
        });
        common.fold(Narrowing::default(), |one, other| Narrowing {
            refuses: one.refuses || other.refuses,
            rounds: one.rounds || other.rounds,
        })
    }
}

/// Whether a value of one type may be too long or too large for the other.
pub(super) fn narrows(current: &str, desired: &str) -> bool {
    between(current, desired).refuses
}

fn between(current: &str, desired: &str) -> Narrowing {
    let (from, to) = (base(current), base(desired));
    let (had, has) = (modifiers(current), modifiers(desired));
    let is_shorter = |before: Option<i32>, after: Option<i32>| {
        after.is_some_and(|after| before.is_none_or(|before| before > after))
    };
    let refuses = |refuses| Narrowing { refuses, rounds: false };
    if let (Some(from), Some(to)) = (bound_of(&from), bound_of(&to)) {
        return between(from, to);
    }
    // These leave out what they can't hold, without a word.
    let is_part = ["name", "\"char\""].contains(&to.as_str()) || to.starts_with("interval ");
    if is_part && from != to {
        return Narrowing { refuses: false, rounds: true };
    }
    match (family(&from), family(&to)) {
        (Family::Integer, Family::Integer) => refuses(digits(&from) > digits(&to)),
        (Family::Integer, Family::Number) if to == "numeric" => {
            let room = has.first().map(|precision| precision - scale(&has));
            refuses(room.is_some_and(|room| Some(room) < digits(&from)))
        }
        (Family::Integer, Family::Number) => {
            Narrowing { refuses: false, rounds: digits(&from) > digits(&to) }
        }
        (Family::Number, Family::Integer) => Narrowing { refuses: true, rounds: true },
        (Family::Number, Family::Number) if to == "numeric" => {
            let whole = |modifiers: &[i32]| Some(modifiers.first()? - scale(modifiers));
            let fraction = |modifiers: &[i32]| modifiers.first().map(|_| scale(modifiers));
            Narrowing {
                refuses: is_shorter(whole(&had), whole(&has)),
                rounds: is_shorter(fraction(&had), fraction(&has)),
            }
        }
        (Family::Number, Family::Number) => {
            let narrows = from != to && (from == "numeric" || to == "real");
            Narrowing { refuses: narrows, rounds: narrows }
        }
        (Family::Integer | Family::Number, Family::Boolean | Family::Bits)
        | (Family::Moment | Family::Interval, Family::TimeOfDay) => {
            Narrowing { refuses: false, rounds: true }
        }
        (Family::Number, Family::Money)
        | (Family::Money, Family::Integer)
        | (Family::Json, Family::Integer | Family::Number) => {
            Narrowing { refuses: true, rounds: true }
        }
        (Family::Money, Family::Number) => {
            let refuses = to == "real" || !has.is_empty();
            let rounds = to != "numeric" || (!has.is_empty() && scale(&has) < 2);
            Narrowing { refuses, rounds }
        }
        (Family::Text, _) if exact_text(&to, &has).is_some() => {
            Narrowing { refuses: true, rounds: true }
        }
        (Family::Other, Family::Other) => {
            let is_kept = KEPT_SHAPES.contains(&(from.as_str(), to.as_str()));
            let are_shapes = is_shape(&from) && is_shape(&to);
            Narrowing { refuses: false, rounds: are_shapes && from != to && !is_kept }
        }
        (Family::Network, Family::Network) => {
            Narrowing { refuses: false, rounds: from != to && to == "cidr" }
        }
        (_, Family::Text) => {
            // `char` alone has the length 1, and `varchar` alone has none.
            let length = |base: &str, modifiers: &[i32]| {
                modifiers.first().copied().or((base == "character").then_some(1))
            };
            refuses(is_shorter(length(&from, &had), length(&to, &has)))
        }
        (Family::Bits, Family::Bits) => {
            refuses(is_shorter(had.first().copied(), has.first().copied()))
        }
        (Family::Moment, Family::Moment) if to == "date" => {
            Narrowing { refuses: false, rounds: from != to }
        }
        // It keeps neither the order of keys nor several of one name, and takes no `\u0000`.
        (Family::Json, Family::Json) => {
            let parses = from == "json" && to == "jsonb";
            Narrowing { refuses: parses, rounds: parses }
        }
        (Family::Moment, Family::Moment)
        | (Family::TimeOfDay, Family::TimeOfDay | Family::Interval)
        | (Family::Interval, Family::Interval) => {
            let loses_zone = from == "time with time zone" && from != to;
            let rounds = is_shorter(had.first().copied(), has.first().copied()) && from != "date";
            Narrowing { refuses: false, rounds: rounds || loses_zone }
        }
        _ => Narrowing::default(),
    }
}

/// Whether a type is one of PostgreSQL's geometric types.
pub(super) fn is_shape(base: &str) -> bool {
    ["point", "line", "lseg", "box", "path", "polygon", "circle"].contains(&base)
}

/// Whether a type is one of PostgreSQL's ranges, or of several of them.
pub(super) fn is_range(base: &str) -> bool {
    bound_of(base).is_some()
}

/// The shapes that others have room for.
const KEPT_SHAPES: [(&str, &str); 5] = [
    ("point", "box"),
    ("box", "polygon"),
    ("lseg", "path"),
    ("path", "polygon"),
    ("polygon", "path"),
];

/// The regular expression of the texts that a type reads without leaving a part out; nothing for
/// types that leave none out.
fn exact_text(base: &str, modifiers: &[i32]) -> Option<String> {
    let digits = |most: i32| match most {
        0 => String::new(),
        most => format!(r"(\.\d{{1,{most}}}0*)?"),
    };
    let seconds = || digits(modifiers.first().copied().unwrap_or(6));
    let (date, time) = (r"\d{4}-\d{2}-\d{2}", r"\d{2}:\d{2}(:\d{2}");
    let exact = match base {
        // Nothing is sure where tens or hundreds are rounded.
        "numeric" if scale(modifiers) < 0 => String::new(),
        "numeric" if !modifiers.is_empty() => format!(r"[-+]?\d*{}", digits(scale(modifiers))),
        "real" => r"[-+]?\d{1,6}|[-+]?(?=.{1,7}$)\d*\.\d+".to_owned(),
        "double precision" => r"[-+]?\d{1,15}|[-+]?(?=.{1,16}$)\d*\.\d+".to_owned(),
        "money" => format!(r"[-+]?\d+{}", digits(2)),
        "date" => date.to_owned(),
        "timestamp without time zone" => format!("{date}([ T]{time}{})?)?", seconds()),
        "timestamp with time zone" if !modifiers.is_empty() => {
            format!(r"{date}([ T]{time}{})?([-+]\d{{2}}(:?\d{{2}})?|Z)?)?", seconds())
        }
        "time without time zone" => format!("{time}{})?", seconds()),
        "time with time zone" if !modifiers.is_empty() => {
            format!(r"{time}{})?([-+]\d{{2}}(:?\d{{2}})?)?", seconds())
        }
        "bit" => format!("[01]{{{}}}", modifiers.first().copied().unwrap_or(1)),
        "bit varying" if !modifiers.is_empty() => {
            format!("[01]{{0,{}}}", modifiers.first().copied().unwrap_or(1))
        }
        "interval" if !modifiers.is_empty() => String::new(),
        _ => return None,
    };
    Some(format!("^({exact})$"))
}

/// The type of the bounds of a range, or of several.
fn bound_of(range: &str) -> Option<&'static str> {
    let bound = match range {
        "int4range" | "int4multirange" => "integer",
        "int8range" | "int8multirange" => "bigint",
        "numrange" | "nummultirange" => "numeric",
        "daterange" | "datemultirange" => "date",
        "tsrange" | "tsmultirange" => "timestamp without time zone",
        "tstzrange" | "tstzmultirange" => "timestamp with time zone",
        _ => return None,
    };
    Some(bound)
}

/// The decimal digits that a number of the type may have.
fn digits(base: &str) -> Option<i32> {
    match base {
        "smallint" => Some(5),
        "integer" => Some(10),
        "bigint" => Some(19),
        "real" => Some(6),
        "double precision" => Some(15),
        _ => None,
    }
}

fn scale(modifiers: &[i32]) -> i32 {
    modifiers.get(1).copied().unwrap_or(0)
}

/// The numbers in parentheses.
pub(super) fn modifiers(sql_type: &str) -> Vec<i32> {
    let inside = sql_type.split_once('(').and_then(|(_, rest)| rest.split_once(')'));
    let numbers = inside.into_iter().flat_map(|(inside, _)| inside.split(','));
    numbers.filter_map(|number| number.trim().parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(current: &str, desired: &str, refuses: bool, rounds: bool) {
        assert_eq!(
            between(current, desired),
            Narrowing { refuses, rounds },
            "{current}, {desired}"
        );
    }

    #[test]
    fn a_value_may_be_too_long_or_too_large() {
        check("character varying(50)", "character varying(20)", true, false);
        check("text", "name", false, true);
        check("inet", "cidr", false, true);
        check("numeric", "money", true, true);
        check("timestamp without time zone", "time without time zone", false, true);
        check("interval", "interval day to hour", false, true);
        check("integer", "bit(3)", false, true);
        check("text", "character varying(20)", true, false);
        check("character varying(20)", "text", false, false);
        check("integer[]", "smallint[]", true, false);
        check("integer", "bigint", false, false);
        check("bigint", "numeric(10,2)", true, false);
        check("smallint", "numeric(10,2)", false, false);
        check("numeric(10,2)", "numeric(9,2)", true, false);
        check("integer", "character varying(5)", true, false);
        check("money", "integer", true, true);
        check("money", "numeric(12,2)", true, false);
        check("text", "integer", false, false);
        check("text", "numeric", false, false);
        check("text", "numeric(3,1)", true, true);
        check("text", "numeric(5,-2)", true, true);
        check("text", "date", true, true);
        check("text", "timestamp with time zone", false, false);
        check("circle", "point", false, true);
        check("box", "polygon", false, false);
    }

    #[test]
    fn no_text_is_sure_to_be_whole_where_tens_are_rounded() {
        assert_eq!(exact_text("numeric", &[5, -2]).as_deref(), Some("^()$"));
        let exact = exact_text("numeric", &[5, 1]);
        assert_eq!(exact.as_deref(), Some(r"^([-+]?\d*(\.\d{1,1}0*)?)$"));
    }

    #[test]
    fn a_value_may_be_rounded() {
        check("numeric(10,2)", "numeric(9,1)", false, true);
        check("numeric", "integer", true, true);
        check("double precision", "real", true, true);
        check("timestamp without time zone", "date", false, true);
        check("timestamp with time zone", "timestamp(0) with time zone", false, true);
        check("interval", "interval(0)", false, true);
        check("time without time zone", "interval(0)", false, true);
        check("time without time zone", "interval", false, false);
        check("json", "jsonb", true, true);
        check("tstzrange", "daterange", false, true);
        check("int4multirange", "int8multirange", false, false);
        check("numrange", "int4range", true, true);
        check("jsonb", "json", false, false);
        check("date", "timestamp(0) without time zone", false, false);
        check("numeric(9,1)", "numeric(10,2)", false, false);
        check("bigint", "double precision", false, true);
    }
}
