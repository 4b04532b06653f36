//! SQL text cut into statements where `psql` cuts it: at semicolons outside quotes, comments,
//! parentheses and `BEGIN ATOMIC` bodies; lines that begin with a backslash are `psql`'s own, and
//! rows follow a `COPY … FROM stdin`.

use squawk_lexer::{LiteralKind, TokenKind, tokenize};

/// One part of a SQL file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Part<'a> {
    /// A statement without its semicolon.
    Statement(Statement<'a>),
    /// A backslash command of `psql`.
    Command { line: usize, text: &'a str },
}

/// A statement and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Statement<'a> {
    /// The line on which it begins, from 1.
    pub(crate) line: usize,
    /// The text.
    pub(crate) sql: &'a str,
    /// Its words in capitals, as many as tell what it is.
    pub(crate) words: Vec<String>,
}

impl Statement<'_> {
    /// Whether it begins with these words.
    pub(crate) fn begins(&self, words: &[&str]) -> bool {
        self.words.len() >= words.len() && self.words.iter().zip(words).all(|(one, two)| one == two)
    }
}

/// The parts of a text in order. What is never closed is a statement, which the server refuses.
pub(crate) fn split(text: &str) -> Vec<Part<'_>> {
    let mut splitter = Splitter { text, ..Splitter::default() };
    while splitter.advance() {}
    splitter.end_statement();
    splitter.parts
}

/// Whether a statement ends with its text, so that others may follow it in a message: what is never
/// closed would take them in.
pub(crate) fn is_closed(sql: &str) -> bool {
    let mut splitter = Splitter { text: sql, ..Splitter::default() };
    while splitter.advance() {}
    !splitter.is_open && splitter.bodies == 0
}

/// How many words tell what a statement is.
const WORDS: usize = 6;

#[derive(Default)]
struct Splitter<'a> {
    text: &'a str,
    offset: usize,
    /// The line of `offset`, from 0.
    line: usize,
    /// Where the open statement begins: offset and line.
    start: Option<(usize, usize)>,
    /// Where its last token ends.
    end: usize,
    words: Vec<String>,
    parentheses: usize,
    /// Open `BEGIN`s and `CASE`s of a routine's body.
    bodies: usize,
    /// Whether a quote or comment was never closed.
    is_open: bool,
    /// The word before, outside parentheses.
    last_word: String,
    takes_rows: bool,
    parts: Vec<Part<'a>>,
}

impl Splitter<'_> {
    /// Takes one token; false at the end.
    fn advance(&mut self) -> bool {
        let rest = &self.text[self.offset..];
        let Some(token) = tokenize(rest).next().filter(|token| token.kind != TokenKind::Eof) else {
            return false;
        };
        let text = &rest[..token.len as usize];
        match token.kind {
            TokenKind::Whitespace
            | TokenKind::LineComment
            | TokenKind::BlockComment { terminated: true } => self.skip(text.len()),
            TokenKind::Semi if self.parentheses == 0 && self.bodies == 0 => {
                let takes_rows = self.takes_rows;
                self.end_statement();
                self.skip(text.len());
                if takes_rows {
                    self.skip_rows();
                }
            }
            TokenKind::Unknown if text == "\\" => self.take_command(),
            kind => self.take(kind, text),
        }
        true
    }

    fn skip(&mut self, bytes: usize) {
        let skipped = &self.text[self.offset..self.offset + bytes];
        self.line += skipped.matches('\n').count();
        self.offset += bytes;
    }

    fn take(&mut self, kind: TokenKind, text: &str) {
        self.start.get_or_insert((self.offset, self.line));
        self.is_open |= is_unterminated(kind);
        match kind {
            TokenKind::OpenParen => self.parentheses += 1,
            TokenKind::CloseParen => self.parentheses = self.parentheses.saturating_sub(1),
            TokenKind::Ident if self.parentheses == 0 => self.take_word(text.to_uppercase()),
            _ => {}
        }
        self.skip(text.len());
        self.end = self.offset;
    }

    fn take_word(&mut self, word: String) {
        if self.is_routine() {
            match word.as_str() {
                "BEGIN" => self.bodies += 1,
                "CASE" if self.bodies > 0 => self.bodies += 1,
                "END" => self.bodies = self.bodies.saturating_sub(1),
                _ => {}
            }
        }
        let copies = self.words.first().is_some_and(|first| first == "COPY");
        self.takes_rows |= copies && self.last_word == "FROM" && word == "STDIN";
        if self.words.len() < WORDS {
            self.words.push(word.clone());
        }
        self.last_word = word;
    }

    /// Whether the statement makes a function or procedure, whose body may hold semicolons.
    fn is_routine(&self) -> bool {
        let words: Vec<&str> = self.words.iter().map(String::as_str).collect();
        matches!(
            words.as_slice(),
            ["CREATE", "FUNCTION" | "PROCEDURE", ..]
                | ["CREATE", "OR", "REPLACE", "FUNCTION" | "PROCEDURE", ..]
        )
    }

    fn end_statement(&mut self) {
        let words = std::mem::take(&mut self.words);
        if let Some((start, line)) = self.start.take() {
            let sql = &self.text[start..self.end];
            self.parts.push(Part::Statement(Statement { line: line + 1, sql, words }));
        }
        self.last_word.clear();
        self.takes_rows = false;
        (self.parentheses, self.bodies) = (0, 0);
    }

    fn take_command(&mut self) {
        let rest = &self.text[self.offset..];
        let text = rest.split('\n').next().unwrap_or(rest);
        self.parts.push(Part::Command { line: self.line + 1, text: text.trim_end() });
        self.skip(text.len());
    }

    /// Rows begin on the line after the statement and end with `\.` on a line of its own.
    fn skip_rows(&mut self) {
        let rest = &self.text[self.offset..];
        let mut lines = rest.split_inclusive('\n');
        let mut bytes = lines.next().map_or(0, str::len);
        for line in lines {
            bytes += line.len();
            if line.trim_end_matches(['\r', '\n']) == "\\." {
                break;
            }
        }
        self.skip(bytes);
    }
}

/// Whether a quote or comment goes on to the end of the text.
fn is_unterminated(kind: TokenKind) -> bool {
    match kind {
        TokenKind::QuotedIdent { terminated, .. }
        | TokenKind::BlockComment { terminated }
        | TokenKind::Literal {
            kind:
                LiteralKind::Str { terminated }
                | LiteralKind::NationalStr { terminated }
                | LiteralKind::ByteStr { terminated }
                | LiteralKind::BitStr { terminated }
                | LiteralKind::DollarQuotedString { terminated }
                | LiteralKind::UnicodeEscStr { terminated }
                | LiteralKind::EscStr { terminated },
        } => !terminated,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::{Part, is_closed, split};

    #[test]
    fn what_is_never_closed_would_take_in_what_follows() {
        let begun = "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1;";
        for open in ["SELECT 'a", "SELECT \"a", "DO $$ a", "SELECT 1 /* a", "SELECT E'\\'", begun] {
            assert!(!is_closed(open), "{open}");
        }
        for closed in ["SELECT 'a' -- it's", "SELECT (1", "DO $$ ' $$", &format!("{begun} END")] {
            assert!(is_closed(closed), "{closed}");
        }
    }

    #[track_caller]
    fn check(text: &str, wanted: &[(usize, &str)]) {
        let parts = split(text);
        let found: Vec<(usize, &str)> = parts
            .iter()
            .map(|part| match part {
                Part::Statement(statement) => (statement.line, statement.sql),
                Part::Command { line, text } => (*line, *text),
            })
            .collect();
        assert_eq!(found, wanted);
    }

    #[test]
    fn quotes_and_comments_hold_semicolons() {
        check(
            "-- one;\nSELECT ';', E'\\';', \";\" /* ; /* ; */ ; */;\n\nSELECT $a$;$$;$a$ ; ;",
            &[(2, "SELECT ';', E'\\';', \";\""), (4, "SELECT $a$;$$;$a$")],
        );
    }

    #[test]
    fn a_comment_that_never_ends_is_not_left_out() {
        check("SELECT 1;\n/* two;\nSELECT 2;", &[(1, "SELECT 1"), (2, "/* two;\nSELECT 2;")]);
    }

    #[test]
    fn bodies_of_routines_and_rules_are_not_cut() {
        let function = "CREATE OR REPLACE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; \
                        SELECT CASE WHEN true THEN 1 END; END";
        let rule = "CREATE RULE r AS ON INSERT TO t DO (SELECT 1; SELECT 2)";
        check(
            &format!("{function};{rule};BEGIN;COMMIT"),
            &[(1, function), (1, rule), (1, "BEGIN"), (1, "COMMIT")],
        );
    }

    #[test]
    fn backslash_lines_are_commands_and_rows_of_copy_are_left_out() {
        let copy = "COPY public.t (a) FROM stdin";
        check(
            &format!("\\restrict x\r\n{copy};\nit's\t;\n\\.\nSELECT 1;\n\\unrestrict x"),
            &[(1, "\\restrict x"), (2, copy), (5, "SELECT 1"), (6, "\\unrestrict x")],
        );
    }
}
