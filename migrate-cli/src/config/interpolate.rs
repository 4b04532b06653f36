//! Variables in values: `${NAME}`, `${NAME:-default}`, `${NAME:url}` for a part of a URL, and `$${`
//! for `${` itself.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

/// A value with its variables put in; a variable that isn't set and has no default is an error.
pub(super) fn interpolate(
    text: &str,
    variable: impl Fn(&str) -> Option<String>,
) -> Result<String, String> {
    interpolate_with(text, &variable)
}

/// Whether a text is one variable and nothing else.
pub(super) fn is_variable(text: &str) -> bool {
    let inside = text.strip_prefix("${");
    inside.is_some_and(|inside| closing(inside) == Some(inside.len() - 1))
}

/// Where the brace stands that closes a variable, which may have others in its default.
fn closing(inside: &str) -> Option<usize> {
    let mut open = 1;
    for (index, sign) in inside.char_indices() {
        match sign {
            '{' if inside[..index].ends_with('$') => open += 1,
            '}' => open -= 1,
            _ => {}
        }
        if open == 0 {
            return Some(index);
        }
    }
    None
}

fn interpolate_with(
    text: &str,
    variable: &dyn Fn(&str) -> Option<String>,
) -> Result<String, String> {
    let mut filled = String::new();
    let mut rest = text;
    while let Some(start) = rest.find("${") {
        let before = &rest[..start];
        if let Some(before) = before.strip_suffix('$') {
            filled += before;
            filled += "${";
            rest = &rest[start + 2..];
            continue;
        }
        filled += before;
        let inside = &rest[start + 2..];
        let end = closing(inside).ok_or_else(|| {
            // What follows may be a secret.
            "a `${` is not closed; write `${NAME}`, or `$${` for the signs".to_owned()
        })?;
        let (name, default) = match inside[..end].split_once(":-") {
            Some((name, default)) => (name, Some(default)),
            None => (&inside[..end], None),
        };
        let (name, is_in_url) = match name.strip_suffix(":url") {
            Some(name) => (name, true),
            None => (name, false),
        };
        let value = variable(name).filter(|value| !value.is_empty() || default.is_none());
        let value = match (value, default) {
            (Some(value), _) => value,
            (None, Some(default)) => interpolate_with(default, variable)?,
            (None, None) => {
                return Err(format!(
                    "the variable `{name}` is not set; set it, or write `${{{name}:-default}}`"
                ));
            }
        };
        match is_in_url {
            true => filled.extend(utf8_percent_encode(&value, NON_ALPHANUMERIC)),
            false => filled += &value,
        }
        rest = &inside[end + 1..];
    }
    Ok(filled + rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, wanted: Result<&str, &str>) {
        let variable = |name: &str| match name {
            "HOST" => Some("db.internal".to_owned()),
            "PASSWORD" => Some("p@ss/word".to_owned()),
            "EMPTY" => Some(String::new()),
            _ => None,
        };
        let found = interpolate(text, variable);
        assert_eq!(found.as_deref().map_err(String::as_str), wanted);
    }

    #[test]
    fn variables_stand_anywhere_in_a_value() {
        check("postgres://${HOST}/${NAME:-app}", Ok("postgres://db.internal/app"));
        check("${EMPTY:-filled}|${EMPTY}", Ok("filled|"));
        check("postgres://app:${PASSWORD:url}@db", Ok("postgres://app:p%40ss%2Fword@db"));
        check("${NAME:-${EMPTY:-${HOST}}}/${NAME:-$${x}}", Ok("db.internal/${x}"));
        check("$1 $${HOST} ${HOST}", Ok("$1 ${HOST} db.internal"));
    }

    #[test]
    fn a_variable_that_is_not_set_is_an_error() {
        check(
            "${PORT}",
            Err("the variable `PORT` is not set; set it, or write `${PORT:-default}`"),
        );
        check("${A:-${B}}", Err("the variable `B` is not set; set it, or write `${B:-default}`"));
        check("${PORT", Err("a `${` is not closed; write `${NAME}`, or `$${` for the signs"));
    }
}
