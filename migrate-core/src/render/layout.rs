//! The lines of a statement, broken where prettyplease breaks them: its algorithm, for the few
//! forms that revisions have, without the syntax tree that it needs. A large revision is laid out
//! in a tenth of the time so.

use super::code::Code;

/// The longest line, and the least that is left of it where the indentation is deep.
const WIDTH: isize = 89;
const LEAST: isize = 60;

/// One level.
const INDENT: isize = 4;

/// A piece of a statement. A box breaks at all of its breaks, or at none.
enum Piece<'a> {
    Word(&'a str),
    /// A place for a new line, or for a blank where the box stays on one.
    Break(Break),
    /// The begin of a box, whose lines have one level more.
    Begin,
    End,
}

/// What a break is.
#[derive(Clone, Copy)]
enum Break {
    /// Nothing, or a line.
    Link,
    /// A blank, or a line.
    Item,
    /// Nothing, or a comma and a line of the level outside.
    Last,
}

/// Most statements have no more pieces.
const USUAL_PIECES: usize = 64;

/// Pieces, each with the width from it to the next break that isn't inside it.
struct Pieces<'a>(Vec<(Piece<'a>, isize)>);

/// Writes `code.await?;`.
pub(super) fn statement(code: &Code, indent: usize, lines: &mut String) {
    let mut pieces = Pieces(Vec::with_capacity(USUAL_PIECES));
    pieces.push(Piece::Begin);
    pieces.links(code, Position::LineStart);
    pieces.link();
    pieces.word(".await");
    pieces.push(Piece::End);
    pieces.word("?;");
    pieces.measure();
    pieces.print(indent, lines);
    lines.push('\n');
}

/// Where an expression begins.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Position {
    LineStart,
    Inside,
}

impl<'a> Pieces<'a> {
    fn push(&mut self, piece: Piece<'a>) {
        self.0.push((piece, 0));
    }

    fn word(&mut self, word: &'a str) {
        self.push(Piece::Word(word));
    }

    fn link(&mut self) {
        self.push(Piece::Break(Break::Link));
    }

    fn code(&mut self, code: &'a Code) {
        match code {
            Code::Word(word) => self.word(word),
            Code::Call { function, arguments } => {
                self.word(function);
                self.arguments(arguments);
            }
            Code::Method { .. } => {
                self.push(Piece::Begin);
                self.links(code, Position::Inside);
                self.push(Piece::End);
            }
            Code::Array(items) => self.list("[", items, "]"),
            Code::Tuple(items) => self.list("(", items, ")"),
        }
    }

    /// A chain, in a box that is open. `db` is so short that its first verb stays with it.
    fn links(&mut self, code: &'a Code, position: Position) {
        let Code::Method { receiver, method, arguments } = code else { return self.code(code) };
        self.links(receiver, position);
        let is_short = matches!(&**receiver, Code::Word(word) if word.len() <= 4);
        if !(position == Position::LineStart && is_short) {
            self.link();
        }
        self.word(".");
        self.word(method);
        self.arguments(arguments);
    }

    fn arguments(&mut self, arguments: &'a [Code]) {
        match arguments {
            [one @ (Code::Array(_) | Code::Tuple(_))] => {
                self.word("(");
                self.code(one);
                self.word(")");
            }
            arguments => self.list("(", arguments, ")"),
        }
    }

    fn list(&mut self, open: &'static str, items: &'a [Code], close: &'static str) {
        self.word(open);
        if let Some((last, others)) = items.split_last() {
            self.push(Piece::Begin);
            self.push(Piece::Break(Break::Link));
            for item in others {
                self.code(item);
                self.word(",");
                self.push(Piece::Break(Break::Item));
            }
            self.code(last);
            self.push(Piece::Break(Break::Last));
            self.push(Piece::End);
        }
        self.word(close);
    }

    /// Finds out how wide each box is, with what follows it up to where a line can end.
    fn measure(&mut self) {
        let mut open: Vec<usize> = Vec::new();
        let mut total = 0;
        for place in 0..self.0.len() {
            match self.0[place].0 {
                Piece::Word(word) => total += width(word),
                Piece::Begin => {
                    self.0[place].1 = -total;
                    open.push(place);
                }
                Piece::End => open.push(place),
                Piece::Break(which) => {
                    self.close(&mut open, total);
                    total += isize::from(which.is_blank());
                }
            }
        }
        self.close(&mut open, total);
    }

    /// A line can end here, so the boxes that have ended are as wide as what is written so far.
    fn close(&mut self, open: &mut Vec<usize>, total: isize) {
        let mut ends = 0;
        while let Some(place) = open.last() {
            let (piece, size) = &mut self.0[*place];
            match piece {
                Piece::End => ends += 1,
                _ if ends == 0 => break,
                _ => {
                    *size += total;
                    ends -= 1;
                }
            }
            open.pop();
        }
    }

    fn print(&self, indent: usize, lines: &mut String) {
        let mut page = Page::at(indent, lines);
        let mut boxes: Vec<bool> = Vec::new();
        for (piece, size) in &self.0 {
            match piece {
                Piece::Word(word) => page.word(word),
                Piece::Begin => {
                    let is_broken = *size > page.space;
                    boxes.push(is_broken);
                    page.level += if is_broken { INDENT } else { 0 };
                }
                Piece::End => {
                    let is_broken = boxes.pop() == Some(true);
                    page.level -= if is_broken { INDENT } else { 0 };
                }
                Piece::Break(which) if boxes.last() == Some(&true) => page.new_line(*which),
                Piece::Break(which) if which.is_blank() => page.word(" "),
                Piece::Break(_) => {}
            }
        }
    }
}

impl Break {
    fn is_blank(self) -> bool {
        matches!(self, Self::Item)
    }
}

/// The lines under way.
struct Page<'a> {
    lines: &'a mut String,
    level: isize,
    /// What is left of the line.
    space: isize,
}

impl<'a> Page<'a> {
    fn at(indent: usize, lines: &'a mut String) -> Self {
        let mut page =
            Self { lines, level: INDENT * isize::try_from(indent).unwrap_or(0), space: 0 };
        page.begin_line(page.level);
        page
    }

    fn begin_line(&mut self, indent: isize) {
        self.lines.extend((0..indent).map(|_| ' '));
        self.space = LEAST.max(WIDTH - indent);
    }

    fn new_line(&mut self, which: Break) {
        let is_last = matches!(which, Break::Last);
        self.lines.push_str(if is_last { ",\n" } else { "\n" });
        self.begin_line(if is_last { self.level - INDENT } else { self.level });
    }

    fn word(&mut self, word: &str) {
        self.lines.push_str(word);
        self.space -= width(word);
    }
}

fn width(word: &str) -> isize {
    word.len().try_into().unwrap_or(isize::MAX / 2)
}
