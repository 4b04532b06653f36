//! `psql`, for scripts that people run.

use std::io::Write;
use std::process::{Command, Stdio};

use migrate_core::postgres::ScratchDatabase;

/// Runs a script as a person would, and gives back what the server says meanwhile.
///
/// # Panics
/// Where `psql` stops at an error.
pub fn psql(database: &ScratchDatabase, script: &str) -> String {
    let mut child = Command::new("psql")
        .args(["-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", &database.url()])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("psql is installed");
    let mut stdin = child.stdin.take().expect("it is piped");
    stdin.write_all(script.as_bytes()).expect("psql reads it");
    drop(stdin);
    let output = child.wait_with_output().expect("psql ends");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{said}\n{script}");
    said
}
