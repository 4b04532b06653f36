//! A setting of a role, as `ALTER ROLE … SET` takes it and as the catalog has it.

use crate::catalog::Ident;
use crate::model::quote_literal;

/// The settings that are lists of names; PostgreSQL would read one quoted text as one name.
const LISTS: [&str; 4] =
    ["local_preload_libraries", "search_path", "session_preload_libraries", "temp_tablespaces"];

/// Whether a setting is `search_path`; the names of settings have no case.
pub(super) fn is_search_path(name: &str) -> bool {
    name.eq_ignore_ascii_case("search_path")
}

/// The setting and its value as they stand after `SET`.
pub(super) fn assignment(name: &str, value: &str) -> String {
    let parts: Vec<String> = name.split('.').map(|part| Ident::new(part).to_string()).collect();
    let values: Vec<String> = if is_list(name) {
        elements(value).iter().map(|element| quote_literal(element)).collect()
    } else {
        vec![quote_literal(value)]
    };
    format!("{} = {}", parts.join("."), values.join(", "))
}

/// Whether the catalog's value is the wanted one.
pub(super) fn agrees(name: &str, found: &str, wanted: &str) -> bool {
    if is_list(name) { elements(found) == elements(wanted) } else { found == wanted }
}

/// The elements of a list, as PostgreSQL reads them: what is quoted stays as it is, the rest is
/// lower case.
pub(super) fn elements(list: &str) -> Vec<String> {
    let mut elements = vec![String::new()];
    let mut is_quoted = false;
    let mut signs = list.chars().peekable();
    while let Some(sign) = signs.next() {
        let element = elements.last_mut().expect("there is one from the beginning");
        match sign {
            '"' if is_quoted && signs.next_if_eq(&'"').is_some() => element.push('"'),
            '"' => is_quoted = !is_quoted,
            _ if is_quoted => element.push(sign),
            ',' => elements.push(String::new()),
            _ if sign.is_whitespace() => {}
            _ => element.push(sign.to_ascii_lowercase()),
        }
    }
    elements
}

/// The elements as PostgreSQL writes a list.
pub(super) fn list(elements: &[String]) -> String {
    let names: Vec<String> = elements.iter().map(|name| Ident::new(name).to_string()).collect();
    names.join(", ")
}

fn is_list(name: &str) -> bool {
    LISTS.iter().any(|list| list.eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_are_read_as_postgresql_reads_them() {
        assert_eq!(elements(r#""Svc ""A"", b", Ext ,c"#), [r#"Svc "A", b"#, "ext", "c"]);
        assert!(agrees("search_path", "a,b", "\"a\", B"));
        assert!(!agrees("search_path", "a, b", "b, a"));
        assert!(!agrees("lock_timeout", "5s", "5S"));
    }

    #[test]
    fn a_list_is_set_name_by_name() {
        assert_eq!(assignment("search_path", "a, \"B\""), "search_path = 'a', 'B'");
        assert_eq!(assignment("app.tenant", "a, b"), "app.tenant = 'a, b'");
    }
}
