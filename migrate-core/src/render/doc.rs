//! Prose for comments: lines that can't end a comment, hide a character or turn into markup.

use proc_macro2::Literal;

/// The longest line of prose.
const WIDTH: usize = 96;

/// The doc lines of a revision: its message, and below it the notes.
pub(super) fn of_revision(id: &str, message: &str, notes: &[String]) -> Vec<Literal> {
    let mut prose = lines(&sentence(message));
    if prose.is_empty() {
        prose = lines(&format!("Revision `{id}`."));
    }
    if !notes.is_empty() {
        prose.push(String::new());
        prose.extend(notes.iter().flat_map(|note| lines(note)));
    }
    prose.iter().map(|line| Literal::string(format!(" {line}").trim_end())).collect()
}

/// A text as lines of prose.
pub(super) fn lines(text: &str) -> Vec<String> {
    let paragraphs = text.split(['\n', '\r']).map(visible);
    let filled = paragraphs.flat_map(|paragraph| wrapped(&paragraph));
    filled.map(|line| without_markup(&line)).collect()
}

/// A message of one line as a sentence: `add author` is `Add author.`
fn sentence(message: &str) -> String {
    let message = message.trim();
    let is_plain =
        message.split(' ').next().is_some_and(|word| word.bytes().all(|b| b.is_ascii_lowercase()));
    let mut chars = message.chars();
    let mut sentence = match chars.next() {
        Some(first) if is_plain => first.to_ascii_uppercase().to_string() + chars.as_str(),
        _ => message.to_owned(),
    };
    if sentence.ends_with(char::is_alphanumeric) && !sentence.contains('\n') {
        sentence.push('.');
    }
    sentence
}

/// Whether a character shows itself, other than those that control or reorder text.
pub(super) fn is_visible(c: char) -> bool {
    matches!(c, '"' | '\'' | '\\') || c.escape_debug().eq([c])
}

fn visible(text: &str) -> String {
    let escaped = text.chars().map(|c| match c {
        '\t' => " ".to_owned(),
        c if is_visible(c) => c.to_string(),
        c => c.escape_default().to_string(),
    });
    escaped.collect()
}

fn wrapped(paragraph: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in paragraph.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= WIDTH => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

/// The line with what would begin a list, quote, heading or code block in Markdown escaped.
fn without_markup(line: &str) -> String {
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    if digits > 0 && line[digits..].starts_with(['.', ')']) {
        return format!("{}\\{}", &line[..digits], &line[digits..]);
    }
    let is_markup = line.starts_with(['-', '*', '+', '>', '#', '|', '=', '[', '<'])
        || line.starts_with("```")
        || line.starts_with("~~~");
    if is_markup { format!("\\{line}") } else { line.to_owned() }
}
