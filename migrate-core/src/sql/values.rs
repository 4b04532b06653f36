//! Values written into a statement, so that one message runs it: behind a transaction pooler a
//! prepared statement may be on another server than the next message.

use super::clause::quoted;

/// The statement with a literal for each of `$1`, `$2`, ….
///
/// ```
/// # use migrate_core::sql::with_values;
/// assert_eq!(with_values("SELECT $1, $2", &[Some("it's"), None]), "SELECT 'it''s', NULL");
/// ```
pub fn with_values(sql: &str, values: &[Option<&str>]) -> String {
    let mut parts = sql.split('$');
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let digits = part.len() - part.trim_start_matches(|sign: char| sign.is_ascii_digit()).len();
        let number = part[..digits].parse::<usize>().ok();
        match number.and_then(|number| values.get(number.checked_sub(1)?)) {
            Some(value) => {
                text.push_str(&value.map_or_else(|| "NULL".to_owned(), quoted));
                text.push_str(&part[digits..]);
            }
            None => {
                text.push('$');
                text.push_str(part);
            }
        }
    }
    text
}
