//! One row of the history.

use sqlx::FromRow;

/// A revision as the history has it. What a survey leaves out is empty.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Record {
    /// The revision's id.
    pub revision: String,
    /// The revision before it.
    pub parent: Option<String>,
    /// The checksum of its file when it was applied.
    pub checksum: String,
    /// `running`, `applied` or `reverting`.
    state: String,
    /// The names of finished steps.
    #[sqlx(default)]
    pub steps: Vec<String>,
    /// A step outside a transaction that was begun.
    #[sqlx(default)]
    pub begun_step: Option<String>,
    /// The role that applied it.
    #[sqlx(default)]
    pub applied_by: String,
    /// When, in UTC, as `YYYY-MM-DD HH:MM:SS`.
    #[sqlx(default)]
    pub applied_at: String,
    /// How long it took, in milliseconds.
    #[sqlx(default)]
    pub duration_ms: Option<i64>,
    /// The version of the tool.
    #[sqlx(default)]
    pub version: String,
    /// Whether the SQL that takes it back is kept.
    #[sqlx(default)]
    pub has_down_sql: bool,
    /// Whether it was written down as there without being run.
    #[sqlx(default)]
    pub is_baseline: bool,
    /// The run that applied it.
    pub run: Option<String>,
    /// Whether hooks that come after everything have not run since.
    pub hooks_due: bool,
}

/// How far a revision is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecordState {
    /// Some of its steps are done.
    Running,
    /// It is there.
    Applied,
    /// Some steps of its `down` are done.
    Reverting,
}

impl Record {
    /// How far the revision is.
    pub fn state(&self) -> RecordState {
        match self.state.as_str() {
            "running" => RecordState::Running,
            "reverting" => RecordState::Reverting,
            _ => RecordState::Applied,
        }
    }
}
