//! How long something takes or how much memory, and a table of it.

use std::time::{Duration, Instant};

/// What was measured.
#[derive(Clone, Copy)]
pub(crate) enum Amount {
    /// By the clock, or of a processor.
    Time(Duration),
    /// In bytes.
    Memory(u64),
}

/// What an amount stands beside.
pub(crate) struct Bound {
    pub(crate) name: &'static str,
    pub(crate) amount: Amount,
    /// The ratio that the target allows, where there is a target.
    pub(crate) at_most: Option<f64>,
}

/// One line of the table.
pub(crate) struct Line {
    pub(crate) work: String,
    pub(crate) measured: Amount,
    pub(crate) bound: Option<Bound>,
}

impl Line {
    pub(crate) fn of(work: impl Into<String>, measured: impl Into<Amount>) -> Self {
        Self { work: work.into(), measured: measured.into(), bound: None }
    }

    /// Beside what it can't be less than.
    pub(crate) fn beside(self, name: &'static str, amount: impl Into<Amount>) -> Self {
        let bound = Bound { name, amount: amount.into(), at_most: None };
        Self { bound: Some(bound), ..self }
    }

    /// With the ratio that the target allows.
    pub(crate) fn at_most(mut self, ratio: f64) -> Self {
        if let Some(bound) = &mut self.bound {
            bound.at_most = Some(ratio);
        }
        self
    }

    /// With a target that is an amount by itself.
    pub(crate) fn within(self, amount: impl Into<Amount>) -> Self {
        self.beside("the target", amount).at_most(1.0)
    }
}

impl From<Duration> for Amount {
    fn from(duration: Duration) -> Self {
        Self::Time(duration)
    }
}

impl Amount {
    pub(crate) fn value(self) -> f64 {
        match self {
            Self::Time(duration) => duration.as_secs_f64() * 1000.0,
            Self::Memory(bytes) => {
                f64::from(u32::try_from(bytes / 1024).unwrap_or(u32::MAX)) / 1024.0
            }
        }
    }

    pub(crate) fn times(self, factor: f64) -> Self {
        match self {
            Self::Time(duration) => Self::Time(duration.mul_f64(factor)),
            Self::Memory(bytes) => {
                let kilobytes = u32::try_from(bytes / 1024).unwrap_or(u32::MAX);
                let times = Duration::from_secs(kilobytes.into()).mul_f64(factor);
                Self::Memory(times.as_secs() * 1024)
            }
        }
    }

    fn written(self) -> String {
        let value = self.value();
        let number = if value < 10.0 { format!("{value:.1}") } else { format!("{value:.0}") };
        match self {
            Self::Time(_) => format!("{number} ms"),
            Self::Memory(_) => format!("{number} MB"),
        }
    }
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

/// The least time of the processor that the work takes, which other work on the machine doesn't
/// count for; by the clock where the kernel doesn't tell.
pub(crate) fn shortest_cpu<T>(runs: usize, work: impl Fn() -> T) -> Duration {
    let one = || {
        let (started, begun) = (Instant::now(), cpu());
        std::hint::black_box(work());
        match (begun, cpu()) {
            (Some(begun), Some(ended)) => ended.saturating_sub(begun),
            _ => started.elapsed(),
        }
    };
    (0..runs).map(|_| one()).min().unwrap_or(Duration::MAX)
}

/// What this thread has taken of the processor.
fn cpu() -> Option<Duration> {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    stat.split(' ').next()?.parse().ok().map(Duration::from_nanos)
}

/// How much more memory the process holds at most while it works; none where the kernel doesn't
/// tell.
pub(crate) async fn peak_memory(mut work: impl AsyncFnMut()) -> Option<Amount> {
    // From here the kernel keeps the highest mark anew.
    std::fs::write("/proc/self/clear_refs", "5").ok()?;
    let before = resident("VmRSS:")?;
    work().await;
    resident("VmHWM:").map(|peak| Amount::Memory(peak.saturating_sub(before)))
}

fn resident(field: &str) -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(field))?;
    line.trim().strip_suffix(" kB")?.parse::<u64>().ok().map(|size| size * 1024)
}

/// The lines as a Markdown table.
pub(crate) fn table(lines: &[Line]) -> String {
    let rows = lines.iter().map(|Line { work, measured, bound }| {
        let took = measured.written();
        let Some(Bound { name, amount, at_most }) = bound else {
            return format!("| {work} | {took} | | | | |\n");
        };
        let ratio = measured.value() / amount.value();
        let (target, verdict) = match at_most {
            Some(target) => (format!("{target}"), if ratio > *target { " **over**" } else { "" }),
            None => (String::new(), ""),
        };
        let bound = amount.written();
        format!("| {work} | {took} | {name} | {bound} | {ratio:.2}{verdict} | {target} |\n")
    });
    let head = "| work | takes | beside | takes | ratio | at most |\n|---|---|---|---|---|---|\n";
    format!("{head}{}", rows.collect::<String>())
}
