//! The token `{current_schema}` in SQL of one's own; other braces are left alone.

use squawk_lexer::{LiteralKind, TokenKind, tokenize};

use crate::catalog::Ident;

const TOKEN: &str = "{current_schema}";

/// Puts a schema in the token's place: its bare name between quotes, which stay closed by none of
/// its signs, and elsewhere the name as SQL quotes it. What stands between dollar signs is taken for
/// SQL itself.
pub(super) fn with_schema(sql: &str, schema: &Ident) -> String {
    if !sql.contains(TOKEN) {
        return sql.to_owned();
    }
    let quoted = schema.to_string();
    let mut filled = String::with_capacity(sql.len());
    let (mut offset, mut plain) = (0, 0);
    for token in tokenize(sql) {
        let begins = offset;
        offset += token.len as usize;
        let text = &sql[begins..offset];
        let text = match between_quotes(token.kind, schema.as_str()) {
            Some(bare) => text.replace(TOKEN, &bare),
            None => match body(token.kind, text) {
                Some((tag, body)) => format!("{tag}{}{tag}", with_schema(body, schema)),
                None => continue,
            },
        };
        filled += &sql[plain..begins].replace(TOKEN, &quoted);
        filled += &text;
        plain = offset;
    }
    filled + &sql[plain..].replace(TOKEN, &quoted)
}

/// What stands between dollar signs, and the tag around it.
fn body(kind: TokenKind, text: &str) -> Option<(&str, &str)> {
    let TokenKind::Literal { kind: LiteralKind::DollarQuotedString { .. } } = kind else {
        return None;
    };
    let end = text[1..].find('$')? + 2;
    let tag = &text[..end];
    Some((tag, text[end..].strip_suffix(tag)?))
}

/// A name as it stands between the quotes of a literal or of a name; none where there are no such
/// quotes.
fn between_quotes(kind: TokenKind, name: &str) -> Option<String> {
    let doubled = |quote: &str| name.replace(quote, &quote.repeat(2));
    match kind {
        TokenKind::QuotedIdent { uescape: false, .. } => Some(doubled("\"")),
        TokenKind::QuotedIdent { uescape: true, .. } => Some(doubled("\"").replace('\\', "\\\\")),
        TokenKind::Literal { kind } => match kind {
            LiteralKind::Str { .. }
            | LiteralKind::NationalStr { .. }
            | LiteralKind::ByteStr { .. }
            | LiteralKind::BitStr { .. } => Some(doubled("'")),
            LiteralKind::EscStr { .. } | LiteralKind::UnicodeEscStr { .. } => {
                Some(doubled("'").replace('\\', "\\\\"))
            }
            LiteralKind::DollarQuotedString { .. }
            | LiteralKind::Int { .. }
            | LiteralKind::Numeric { .. } => None,
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(sql: &str, schema: &str, wanted: &str) {
        assert_eq!(with_schema(sql, &Ident::new(schema)), wanted);
    }

    #[test]
    fn a_schema_in_a_literal_does_not_end_it() {
        check("SELECT '{current_schema}', {x}", "O'Brien", "SELECT 'O''Brien', {x}");
        check("SELECT E'{current_schema}'", "a\\'b", "SELECT E'a\\\\''b'");
    }

    #[test]
    fn a_schema_in_a_quoted_name_is_quoted_once() {
        check(r#"SET ROLE "{current_schema}_x""#, "a-b", r#"SET ROLE "a-b_x""#);
        check(r#"SET ROLE "{current_schema}""#, "a\"b", r#"SET ROLE "a""b""#);
    }

    #[test]
    fn a_schema_elsewhere_is_quoted_where_it_needs_that() {
        check("CREATE TABLE {current_schema}.t ()", "a-b", "CREATE TABLE \"a-b\".t ()");
        check("DO $$ BEGIN {current_schema}.f(); END $$", "A", "DO $$ BEGIN \"A\".f(); END $$");
        check("-- {current_schema}\nSELECT 1", "a", "-- a\nSELECT 1");
    }

    #[test]
    fn a_schema_in_a_body_is_quoted_as_there() {
        check(
            "DO $a$ IF x = '{current_schema}' THEN {current_schema}.f($$ '{current_schema}' $$) $a$",
            "It's",
            "DO $a$ IF x = 'It''s' THEN \"It's\".f($$ 'It''s' $$) $a$",
        );
    }
}
