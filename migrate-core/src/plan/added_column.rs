//! What a new column does to the rows that are there: one value for all of them is kept beside the
//! table, any other is written into each.

use squawk_lexer::{TokenKind, tokenize};

use super::{ColumnDefinition, Made};

/// Whether PostgreSQL writes every row anew for a column: for what it computes or counts, for what a
/// function of a default may give each time anew (`contain_volatile_functions`), and for a domain
/// that demands something of each value.
pub(super) fn is_written(column: &ColumnDefinition, new: &Made) -> bool {
    let ColumnDefinition { column, default, .. } = column;
    column.generated.as_ref().is_some_and(|generated| generated.stored)
        || column.identity.is_some()
        || new.demands(&column.sql_type)
        || default.as_ref().is_some_and(|default| may_vary(default.text()))
}

/// Functions that a default calls often and that give the same value throughout a statement. Of all
/// others that is not known.
const STEADY: &[&str] = &[
    "array",
    "array_fill",
    "coalesce",
    "concat",
    "current_date",
    "current_setting",
    "current_time",
    "current_timestamp",
    "date_part",
    "date_trunc",
    "decode",
    "encode",
    "extract",
    "format",
    "greatest",
    "hashtext",
    "json_build_array",
    "json_build_object",
    "jsonb_build_array",
    "jsonb_build_object",
    "least",
    "left",
    "length",
    "localtime",
    "localtimestamp",
    "lower",
    "make_date",
    "make_interval",
    "md5",
    "now",
    "nullif",
    "replace",
    "row",
    "statement_timestamp",
    "timezone",
    "to_char",
    "to_timestamp",
    "transaction_timestamp",
    "upper",
];

/// Words of the syntax, which may stand before a parenthesis and call nothing.
const SYNTAX: &[&str] = &[
    "all", "and", "any", "as", "case", "cast", "distinct", "else", "from", "in", "is", "not", "or",
    "then", "when",
];

/// Whether an expression calls what may give another value for each row.
fn may_vary(expression: &str) -> bool {
    let mut offset = 0;
    let mut tokens = Vec::new();
    for token in tokenize(expression) {
        let text = &expression[offset..offset + token.len as usize];
        offset += token.len as usize;
        if !matches!(token.kind, TokenKind::Whitespace) {
            tokens.push((token.kind, text));
        }
    }
    // A type may be of several words and have a length: `::character varying(3)`.
    let is_type = |at: usize| {
        let words = tokens[..at].iter().rev();
        let mut before =
            words.skip_while(|(kind, text)| *kind == TokenKind::Ident && !is_one_of(SYNTAX, text));
        before.next().is_some_and(|(kind, _)| *kind == TokenKind::Colon)
    };
    tokens.windows(2).enumerate().any(|(at, pair)| match pair {
        [(TokenKind::QuotedIdent { .. }, _), (TokenKind::OpenParen, _)] => !is_type(at),
        [(TokenKind::Ident, name), (TokenKind::OpenParen, _)] => {
            !is_one_of(STEADY, name) && !is_one_of(SYNTAX, name) && !is_type(at)
        }
        _ => false,
    })
}

fn is_one_of(words: &[&str], word: &str) -> bool {
    words.iter().any(|one| one.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_the_same_for_all_rows_does_not_vary() {
        for text in [
            "1",
            "'a(b)'::character varying(10)",
            "now()",
            "CURRENT_TIMESTAMP(3)",
            "timezone('utc'::text, now())",
            "'{}'::numeric(10,2)[]",
            "(2 + (3 * 4))",
            "CASE WHEN (1 = 1) THEN ('a'::text) ELSE (NULL::text) END",
            "'1'::\"my type\"",
            "ARRAY['a'::character varying(3)]",
        ] {
            assert!(!may_vary(text), "{text}");
        }
        for text in [
            "gen_random_uuid()",
            "clock_timestamp()",
            "floor(random() * 10)",
            "\"Next code\"()",
            "public.next_code(1)",
            "nextval('s'::regclass)",
            "lower((gen_random_uuid())::text)",
        ] {
            assert!(may_vary(text), "{text}");
        }
    }
}
