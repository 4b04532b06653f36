//! One data folder, the server on it, and the ways in: what throw-away and development servers
//! have in common.

use std::fmt::Write as _;
use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::thread;
use std::time::{Duration, Instant};

use sqlx::ConnectOptions;
use sqlx::postgres::{PgConnectOptions, PgSslMode};

use super::binaries::Binaries;
use super::launch_error::LaunchError;
use super::postmaster::Postmaster;
use super::process::server_command;
use super::server_user::{ServerUser, can_enter, give_to};

/// How long a server may take to start; recovery after a crash is the slow case.
const PATIENCE: Duration = Duration::from_mins(1);

/// How often a starting server's state is read.
const POLL: Duration = Duration::from_millis(2);

/// How much of a log goes into an error.
const LOG_LINES: usize = 40;

/// The longest folder of a socket: the system's limit for the whole path is 104 bytes on macOS.
const SOCKET_FOLDER_LENGTH: usize = 85;

/// Where a server has its things.
#[derive(Debug, Clone)]
pub(super) struct Cluster {
    pub(super) data: PathBuf,
    pub(super) log: PathBuf,
    pub(super) socket_folder: PathBuf,
}

impl Cluster {
    /// Starts `postgres`, after `prepare` had its say about the child's life.
    pub(super) fn spawn(
        &self,
        binaries: &Binaries,
        user: Option<&ServerUser>,
        prepare: fn(&mut Command),
    ) -> Result<Child, LaunchError> {
        let log = OpenOptions::new()
            .create(true)
            .append(true)
            .open(&self.log)
            .map_err(LaunchError::file("open", &self.log))?;
        let errors = log.try_clone().map_err(LaunchError::file("open", &self.log))?;
        let program = binaries.program("postgres");
        let mut command = server_command(&program, user);
        command.arg("-D").arg(&self.data).stdout(log).stderr(errors);
        command.arg("-c").arg(socket_setting(&self.socket_folder));
        prepare(&mut command);
        command.spawn().map_err(|source| LaunchError::Run { program, source })
    }

    /// Waits until the server takes connections; its log tells why it doesn't.
    pub(super) fn wait_until_ready(&self, child: &mut Child) -> Result<(), LaunchError> {
        let deadline = Instant::now() + PATIENCE;
        let pid = i64::from(child.id());
        while Instant::now() < deadline {
            if let Some(status) = child.try_wait().map_err(LaunchError::file("watch", &self.log))? {
                return Err(LaunchError::Exited { status, log: self.end_of_log() });
            }
            let postmaster = Postmaster::read(&self.data);
            if postmaster.is_some_and(|it| it.is_ready && i64::from(it.pid) == pid) {
                return Ok(());
            }
            thread::sleep(POLL);
        }
        Err(LaunchError::NotReady { seconds: PATIENCE.as_secs(), log: self.end_of_log() })
    }

    /// How to connect to a database of the server as its superuser.
    pub(super) fn connect_options(&self, database: &str) -> PgConnectOptions {
        PgConnectOptions::new_without_pgpass()
            .socket(&self.socket_folder)
            .port(5432)
            .username("postgres")
            .database(database)
            .ssl_mode(PgSslMode::Disable)
            .disable_statement_logging()
    }

    fn end_of_log(&self) -> String {
        let log = fs::read(&self.log).unwrap_or_default();
        let log = String::from_utf8_lossy(&log);
        let lines: Vec<&str> = log.lines().collect();
        lines[lines.len().saturating_sub(LOG_LINES)..].join("\n")
    }
}

/// Makes a data folder with `initdb`; the options come on top of those that all clusters share.
pub(super) fn make_data_folder(
    binaries: &Binaries,
    user: Option<&ServerUser>,
    data: &Path,
    options: &[&str],
) -> Result<(), LaunchError> {
    refuse_unreachable(&binaries.folder, user)?;
    fs::create_dir(data).map_err(LaunchError::file("make the folder", data))?;
    give_to(user, data)?;
    let program = binaries.program("initdb");
    let output = server_command(&program, user)
        .args(["--locale=C", "-E", "UTF8", "-A", "trust", "-U", "postgres"])
        .args(options)
        .arg("-D")
        .arg(data)
        .output()
        .map_err(|source| LaunchError::Run { program, source })?;
    if output.status.success() {
        return Ok(());
    }
    let said = [output.stdout, output.stderr].concat();
    let output_text = String::from_utf8_lossy(&said).into_owned();
    Err(LaunchError::InitdbFailed { status: output.status, output: output_text })
}

/// Without this check the system only says `permission denied` about a program that is there.
pub(super) fn refuse_unreachable(
    folder: &Path,
    user: Option<&ServerUser>,
) -> Result<(), LaunchError> {
    match user {
        Some(server_user) if !can_enter(user, folder) => Err(LaunchError::FolderUnreachable {
            folder: folder.to_path_buf(),
            user: server_user.name.clone(),
        }),
        _ => Ok(()),
    }
}

/// Appends settings to a data folder's configuration; of two lines for one setting the last wins.
pub(super) fn configure(data: &Path, settings: &[(&str, &str)]) -> Result<(), LaunchError> {
    let mut lines = String::from("\n");
    for (name, value) in settings {
        let value = value.replace('\\', r"\\").replace('\'', "''");
        let _ = writeln!(lines, "{name} = '{value}'");
    }
    let path = data.join("postgresql.conf");
    OpenOptions::new()
        .append(true)
        .open(&path)
        .and_then(|mut file| file.write_all(lines.as_bytes()))
        .map_err(LaunchError::file("write to", &path))
}

/// Whether a socket in this folder has a path that the system takes.
pub(super) fn is_short_enough(socket_folder: &Path) -> bool {
    socket_folder.as_os_str().len() <= SOCKET_FOLDER_LENGTH
}

/// The setting is a list, so the folder is quoted against commas.
fn socket_setting(folder: &Path) -> String {
    let folder = folder.display().to_string().replace('"', "\"\"");
    format!("unix_socket_directories=\"{folder}\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_quoted_and_follow_what_is_there() {
        let data = tempfile::tempdir().expect("the temp dir is writable");
        let path = data.path().join("postgresql.conf");
        fs::write(&path, "port = 5433").expect("the temp dir is writable");
        configure(data.path(), &[("log_line_prefix", r"it's \ %p")]).expect("the file is there");
        let text = fs::read_to_string(&path).expect("the file is there");
        assert_eq!(text, "port = 5433\nlog_line_prefix = 'it''s \\\\ %p'\n");
    }
}
