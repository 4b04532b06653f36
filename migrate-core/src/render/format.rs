//! The last layout, by `rustfmt`: the one part of rendering that runs a program.

use std::io::{self, Write};
use std::process::{Command, Stdio};

use proc_macro2::{TokenStream, TokenTree};

/// Rendered source as `rustfmt` lays it out, with the `rustfmt.toml` that the current folder has;
/// the source itself where there is no `rustfmt`, or it refuses.
///
/// Texts that are too long for a line are broken, since `rustfmt` leaves a statement with such a
/// text as it is.
pub fn rustfmt(source: &str) -> String {
    let broken = formatted(source, &["--config", "format_strings=true"]);
    let unharmed = broken.filter(|broken| texts(broken) == texts(source));
    unharmed.unwrap_or_else(|| rustfmt_edited(source))
}

/// The same for a file that people edit: its texts stay as they wrote them.
pub fn rustfmt_edited(source: &str) -> String {
    formatted(source, &[]).unwrap_or_else(|| source.to_owned())
}

fn formatted(source: &str, options: &[&str]) -> Option<String> {
    run(source, options).ok().flatten()
}

fn run(source: &str, options: &[&str]) -> io::Result<Option<String>> {
    let mut rustfmt = Command::new("rustfmt")
        .args(["--edition", "2024", "--emit", "stdout"])
        .args(options)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?;
    // It reads everything before it writes, so neither side waits for the other.
    let written = rustfmt.stdin.take().map(|mut stdin| stdin.write_all(source.as_bytes()));
    let output = rustfmt.wait_with_output()?;
    written.transpose()?;
    Ok(output.status.success().then(|| String::from_utf8(output.stdout).ok()).flatten())
}

/// The values of all texts in a source, in order.
fn texts(source: &str) -> Option<Vec<String>> {
    let tokens: TokenStream = source.parse().ok()?;
    let mut texts = Vec::new();
    collect(tokens, &mut texts);
    Some(texts)
}

fn collect(tokens: TokenStream, texts: &mut Vec<String>) {
    for token in tokens {
        match token {
            TokenTree::Group(group) => collect(group.stream(), texts),
            TokenTree::Literal(literal) => texts.extend(value(literal)),
            TokenTree::Ident(_) | TokenTree::Punct(_) => {}
        }
    }
}

fn value(literal: proc_macro2::Literal) -> Option<String> {
    let literal: syn::LitStr = syn::parse2(TokenTree::from(literal).into()).ok()?;
    Some(literal.value())
}
