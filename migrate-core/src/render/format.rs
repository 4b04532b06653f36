//! The last layout, by `rustfmt`: the one part of rendering that runs a program.

use std::io::{self, Write};
use std::process::{Command, Stdio};

/// The source as `rustfmt` lays it out, with the `rustfmt.toml` that the current folder has; the
/// source itself where there is no `rustfmt`, or it refuses.
pub fn rustfmt(source: &str) -> String {
    formatted(source).ok().flatten().unwrap_or_else(|| source.to_owned())
}

fn formatted(source: &str) -> io::Result<Option<String>> {
    let mut rustfmt = Command::new("rustfmt")
        .args(["--edition", "2024", "--emit", "stdout"])
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
