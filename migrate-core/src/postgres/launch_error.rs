//! Why a PostgreSQL server didn't start.

use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitStatus;

/// Why a PostgreSQL server didn't start, was not found, or didn't stop.
#[derive(Debug, thiserror::Error)]
pub enum LaunchError {
    /// No folder on this machine has the server programs.
    #[error(
        "no PostgreSQL server programs (`initdb`, `postgres`) on this machine; install them with \
         `{install}`, name their folder in `PG_BIN_DIR`, or set `DATABASE_URL` to a running server"
    )]
    BinariesMissing {
        /// The command that installs them on this system.
        install: String,
    },

    /// There are server programs, but none of the wanted major version.
    #[error(
        "no PostgreSQL {wanted} server programs on this machine, only {}; install them with \
         `{install}` or name their folder in `PG_BIN_DIR`",
        listed(.found)
    )]
    MajorMissing {
        /// The major version asked for.
        wanted: u16,
        /// The major versions that are there, newest first.
        found: Vec<u16>,
        /// The command that installs the wanted one on this system.
        install: String,
    },

    /// A folder that was named has no usable server programs.
    #[error(
        "`{}` has no `initdb` and `postgres` that run; name the folder that holds both \
         (`PG_BIN_DIR` takes several, like `PATH`)",
        .folder.display()
    )]
    BinariesIncomplete {
        /// The folder that was named.
        folder: PathBuf,
    },

    /// PostgreSQL refuses to run as root, and there is no other user to run it as.
    #[error(
        "PostgreSQL refuses to run as root and there is no user `postgres` or `nobody` to run it \
         as; create one with `useradd --system postgres`, or run as an ordinary user"
    )]
    ServerUserMissing,

    /// The user that runs the server can't reach a folder it needs.
    #[error(
        "user `{user}`, who runs the server for root, can't enter `{}`; move it to a folder that \
         everyone can enter, or run as an ordinary user",
        .folder.display()
    )]
    FolderUnreachable {
        /// The folder that can't be entered.
        folder: PathBuf,
        /// The user that the server runs as.
        user: String,
    },

    /// No folder can be used for what a server keeps on disk.
    #[error(
        "none of the folders {} can be written to and is private to this user; set \
         `{variable}` to one that is",
        listed(&.tried.iter().map(|folder| format!("`{}`", folder.display())).collect::<Vec<_>>())
    )]
    FolderMissing {
        /// The folders that were tried, in order.
        tried: Vec<PathBuf>,
        /// The environment variable that names another one.
        variable: &'static str,
    },

    /// A file operation failed.
    #[error("can't {action} `{}`", .path.display())]
    File {
        /// What was tried, as a verb.
        action: &'static str,
        /// The file or folder it was tried on.
        path: PathBuf,
        /// The system's answer.
        source: io::Error,
    },

    /// A server program can't be run at all.
    #[error("can't run `{}`", .program.display())]
    Run {
        /// The program.
        program: PathBuf,
        /// The system's answer.
        source: io::Error,
    },

    /// `initdb` refused.
    #[error("`initdb` failed ({status}):\n{output}")]
    InitdbFailed {
        /// How it ended.
        status: ExitStatus,
        /// What it said.
        output: String,
    },

    /// The server ended while it started.
    #[error("the PostgreSQL server ended while it started ({status}); its log says:\n{log}")]
    Exited {
        /// How it ended.
        status: ExitStatus,
        /// The end of its log.
        log: String,
    },

    /// The server runs but doesn't become ready.
    #[error("the PostgreSQL server was not ready within {seconds} seconds; its log says:\n{log}")]
    NotReady {
        /// How long was waited.
        seconds: u64,
        /// The end of its log.
        log: String,
    },

    /// The thread that starts and watches a server is gone.
    #[error("the thread that starts the PostgreSQL server ended early; this is a bug")]
    ThreadLost,

    /// A server that was told to stop still runs.
    #[error(
        "the PostgreSQL server with process id {pid} still runs after {seconds} seconds; close \
         its connections, or end it with `kill -QUIT {pid}`"
    )]
    NotStopped {
        /// The server's process id.
        pid: i32,
        /// How long was waited.
        seconds: u64,
    },

    /// A statement on a started server failed.
    #[error("can't {action} `{database}`")]
    Database {
        /// What was tried, as a verb.
        action: &'static str,
        /// The database it was tried on.
        database: String,
        /// The driver's or server's answer.
        source: sqlx::Error,
    },
}

impl LaunchError {
    /// Wraps a system error with what was tried on which file.
    pub(super) fn file(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_path_buf();
        move |source| Self::File { action, path, source }
    }

    /// Wraps a driver error with what was tried on which database.
    pub(super) fn database(
        action: &'static str,
        database: &str,
    ) -> impl FnOnce(sqlx::Error) -> Self {
        let database = database.to_owned();
        move |source| Self::Database { action, database, source }
    }
}

fn listed(items: &[impl ToString]) -> String {
    items.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}
