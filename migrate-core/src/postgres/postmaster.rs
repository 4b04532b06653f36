//! `postmaster.pid`: what a running server writes about itself into its data folder.

use std::fs;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};

/// The lines of a `postmaster.pid` that matter here.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Postmaster {
    pub(super) pid: i32,
    port: u16,
    pub(super) socket_folder: PathBuf,
    pub(super) is_ready: bool,
}

impl Postmaster {
    /// The file's path in a data folder.
    pub(super) fn path(data: &Path) -> PathBuf {
        data.join("postmaster.pid")
    }

    /// Reads the file of a data folder; `None` while it is missing or half written.
    pub(super) fn read(data: &Path) -> Option<Self> {
        Self::parse(&fs::read_to_string(Self::path(data)).ok()?)
    }

    /// The server of a data folder if it runs; a file that a crash left behind is not enough.
    pub(super) fn running(data: &Path) -> Option<Self> {
        Self::read(data).filter(Self::answers)
    }

    /// The lines are: process, data folder, start time, port, socket folder, listen address,
    /// shared memory, state.
    fn parse(text: &str) -> Option<Self> {
        let lines: Vec<&str> = text.lines().collect();
        Some(Self {
            pid: lines.first()?.trim().parse().ok()?,
            port: lines.get(3)?.trim().parse().ok()?,
            socket_folder: PathBuf::from(lines.get(4)?),
            is_ready: lines.get(7).is_some_and(|state| state.trim() == "ready"),
        })
    }

    /// Whether somebody listens on the socket. A process id proves less: another process may
    /// have it by now.
    fn answers(&self) -> bool {
        UnixStream::connect(self.socket_folder.join(format!(".s.PGSQL.{}", self.port))).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STARTING: &str = "4242\n/data\n1700000000\n5432\n/sockets\n\n  5432001   3\nstarting\n";

    #[test]
    fn a_server_is_ready_when_the_eighth_line_says_so() {
        let ready = STARTING.replace("starting", "ready   ");
        let is_ready = |text: &str| Postmaster::parse(text).map(|postmaster| postmaster.is_ready);
        assert_eq!(is_ready(STARTING), Some(false));
        assert_eq!(is_ready(&ready), Some(true));
    }

    #[test]
    fn process_and_socket_are_read_from_their_lines() {
        let postmaster = Postmaster::parse(STARTING).expect("the text is whole");
        assert_eq!(postmaster.pid, 4242);
        assert_eq!(postmaster.socket_folder, Path::new("/sockets"));
    }

    #[test]
    fn a_half_written_file_is_no_server() {
        assert_eq!(Postmaster::parse(""), None);
        assert_eq!(Postmaster::parse("4242\n/data\n17000"), None);
    }

    #[test]
    fn a_file_left_by_a_crash_is_no_running_server() {
        let data = tempfile::tempdir().expect("the temp dir is writable");
        fs::write(Postmaster::path(data.path()), STARTING).expect("the temp dir is writable");
        assert!(Postmaster::read(data.path()).is_some());
        assert_eq!(Postmaster::running(data.path()), None);
    }
}
