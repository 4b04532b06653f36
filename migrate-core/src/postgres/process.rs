//! How server programs are run: as which user, in which surroundings, and for how long.

use std::env;
use std::io;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};

use rustix::process::{Pid, Signal, kill_process, setsid, test_kill_process};

use super::server_user::ServerUser;

/// A command for a server program: as the given user, in the root folder (which every user can
/// enter), speaking English, and without `PG…` variables that would change what it does.
pub(super) fn server_command(program: &Path, user: Option<&ServerUser>) -> Command {
    let mut command = Command::new(program);
    command.current_dir("/").env("LC_ALL", "C").stdin(Stdio::null());
    for (name, _) in env::vars_os() {
        if name.as_encoded_bytes().starts_with(b"PG") {
            command.env_remove(name);
        }
    }
    if let Some(user) = user {
        command.uid(user.uid).gid(user.gid);
    }
    command
}

/// Makes the child stop when the *thread* that spawns it ends, where the system can do that.
///
/// The request is made after the change of user, which would clear it. A server that is asked
/// with `SIGQUIT` leaves no processes and no shared memory behind.
pub(super) fn end_with_thread(command: &mut Command) {
    #[cfg(target_os = "linux")]
    {
        let parent = rustix::process::getpid();
        before_exec(command, move || {
            rustix::process::set_parent_process_death_signal(Some(Signal::QUIT))?;
            // The parent may have ended before the request was made.
            if rustix::process::getppid() == Some(parent) {
                return Ok(());
            }
            Err(io::ErrorKind::BrokenPipe.into())
        });
    }
    #[cfg(not(target_os = "linux"))]
    let _ = command;
}

/// Makes the child live on when our process, its terminal or its session ends.
pub(super) fn detach(command: &mut Command) {
    before_exec(command, || setsid().map(|_| ()).map_err(io::Error::from));
}

#[expect(unsafe_code, reason = "the standard library has no safe way to act between fork and exec")]
fn before_exec(command: &mut Command, act: impl FnMut() -> io::Result<()> + Send + Sync + 'static) {
    // SAFETY: the closures of this file make system calls only; they neither allocate nor lock,
    // so they may run in the child of a process with several threads.
    unsafe {
        command.pre_exec(act);
    }
}

/// Asks a process to end; one that is gone already is fine.
pub(super) fn send(signal: Signal, pid: i32) {
    if let Some(pid) = Pid::from_raw(pid)
        && let Err(error) = kill_process(pid, signal)
    {
        tracing::debug!(?pid, ?signal, %error, "the process was not there to be signalled");
    }
}

/// Whether a process of this id runs here, whoever owns it.
pub(super) fn is_alive(pid: i32) -> bool {
    Pid::from_raw(pid)
        .is_some_and(|pid| !matches!(test_kill_process(pid), Err(rustix::io::Errno::SRCH)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_own_process_is_alive_and_an_ended_child_is_not() {
        let mut child = Command::new("true").spawn().expect("`true` is everywhere");
        let pid = i32::try_from(child.id()).expect("process ids fit");
        child.wait().expect("our child can be waited for");
        assert!(!is_alive(pid));
        assert!(is_alive(rustix::process::getpid().as_raw_pid()));
    }
}
