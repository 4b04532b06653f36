//! A statement as an error shows it: whole, unless nobody could read that.

/// How many characters are shown.
const SHOWN: usize = 2000;

/// The statement, or the part of it around a character, counted from 1.
pub(super) fn excerpt(sql: &str, character: Option<usize>) -> String {
    let count = sql.chars().count();
    if count <= SHOWN {
        return sql.to_owned();
    }
    let start = character.unwrap_or_default().saturating_sub(SHOWN / 2).min(count - SHOWN);
    let part: String = sql.chars().skip(start).take(SHOWN).collect();
    let before = if start > 0 { "… " } else { "" };
    let after = if start + SHOWN < count { " …" } else { "" };
    format!("{before}{part}{after}\n({SHOWN} of {count} characters)")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_statement_is_shown_around_the_character_that_is_wrong() {
        let sql = format!("{}WRONG{}", "a".repeat(100_000), "b".repeat(100_000));
        let shown = excerpt(&sql, Some(100_001));
        assert!(shown.len() < 2100 && shown.contains("aWRONGb"), "{shown}");
        assert!(shown.ends_with(" …\n(2000 of 200005 characters)"), "{shown}");
        assert!(excerpt(&sql, None).starts_with('a'));
        assert_eq!(excerpt("SELECT 1", None), "SELECT 1");
    }
}
