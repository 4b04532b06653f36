//! How long something takes, and a table of it.

use std::time::{Duration, Instant};

/// One line of the table.
pub(crate) struct Line {
    pub(crate) work: String,
    pub(crate) took: Duration,
    /// What it can't be faster than, and its name.
    pub(crate) bound: Option<(&'static str, Duration)>,
}

/// The shortest of several runs, which other work on the machine disturbed least.
pub(crate) async fn shortest(runs: usize, mut work: impl AsyncFnMut()) -> Duration {
    let mut shortest = Duration::MAX;
    for _ in 0..runs {
        let started = Instant::now();
        work().await;
        shortest = shortest.min(started.elapsed());
    }
    shortest
}

/// The lines as a Markdown table.
pub(crate) fn table(lines: &[Line]) -> String {
    let rows = lines.iter().map(|Line { work, took, bound }| {
        let (name, bound, ratio) = match bound {
            Some((name, bound)) => {
                let ratio = took.as_secs_f64() / bound.as_secs_f64();
                (*name, milliseconds(*bound), format!("{ratio:.2}"))
            }
            None => ("", String::new(), String::new()),
        };
        format!("| {work} | {} | {name} | {bound} | {ratio} |\n", milliseconds(*took))
    });
    let head = "| work | ms | lower bound | ms | ratio |\n|---|---|---|---|---|\n";
    format!("{head}{}", rows.collect::<String>())
}

fn milliseconds(duration: Duration) -> String {
    let milliseconds = duration.as_secs_f64() * 1000.0;
    if milliseconds < 10.0 { format!("{milliseconds:.1}") } else { format!("{milliseconds:.0}") }
}
