//! How much memory reading and planning take, seen in a process of its own: one that has worked
//! before has memory left over that the kernel counts only once.

use std::process::Command;

use migrate_core::postgres::ScratchDatabase;
use sqlx::postgres::PgConnectOptions;

use super::measure::{Amount, peak_memory};
use super::{planned, read_at};

/// Names the databases in the process that is measured.
const DATABASES: &str = "MEMORY_OF";

/// The memory that reading both and planning the change both ways take; none where the kernel
/// doesn't tell.
pub(crate) fn of_change(current: &ScratchDatabase, desired: &ScratchDatabase) -> Option<Amount> {
    let program = std::env::current_exe().expect("this program has a path");
    let databases = format!("{} {}", current.url(), desired.url());
    let output = Command::new(program).arg("--bench").env(DATABASES, databases).output();
    let output = output.expect("this program runs once more");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let bytes = String::from_utf8(output.stdout).expect("it prints a number");
    bytes.trim().parse().ok().map(Amount::Memory)
}

/// Whether this is the process that is measured, which then prints the bytes.
pub(crate) async fn is_measured() -> bool {
    let Ok(databases) = std::env::var(DATABASES) else { return false };
    let databases: Vec<PgConnectOptions> =
        databases.split(' ').map(|url| url.parse().expect("a URL")).collect();
    let peak = peak_memory(async || {
        let (current, desired) = (read_at(&databases[0]).await, read_at(&databases[1]).await);
        std::hint::black_box(planned(&current, &desired));
    });
    if let Some(Amount::Memory(bytes)) = peak.await {
        println!("{bytes}");
    }
    true
}
