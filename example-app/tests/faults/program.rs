//! The program itself, as a process that doesn't see the test's environment.

use std::process::{ExitStatus, Stdio};

use migrate_core::postgres::ScratchDatabase;
use tokio::io::AsyncReadExt;
use tokio::process::Command;

use crate::proxy::{Fault, Proxy};

/// How a run under a fault ended.
pub(crate) enum Run {
    /// It died at the fault.
    Killed,
    /// It came to its end, after so many statements.
    Finished { statements: usize },
}

/// `app migrate …` on the database of a URL.
pub(crate) fn command(url: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_app"));
    command.env_clear().arg("migrate").args(arguments).args(["--database-url", url]);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).kill_on_drop(true);
    command
}

/// Runs the program, which has to succeed.
pub(crate) async fn run(database: &ScratchDatabase, arguments: &[&str]) -> Result<(), String> {
    let output = command(&database.url(), arguments).output().await.expect("the program starts");
    outcome(output.status, &String::from_utf8_lossy(&output.stderr))
}

/// Runs the program behind a proxy, which kills it at the fault.
pub(crate) async fn run_with(
    database: &ScratchDatabase,
    arguments: &[&str],
    fault: Option<Fault>,
) -> Result<Run, String> {
    let options = database.options();
    let folder = options.get_socket().expect("a throw-away server listens on a socket");
    let socket = folder.join(format!(".s.PGSQL.{}", options.get_port()));
    let proxy = Proxy::start(socket, fault).await;
    let (port, name) = (proxy.port, database.name());
    let url = format!("postgres://postgres@127.0.0.1:{port}/{name}?sslmode=disable");
    let mut child = command(&url, arguments).spawn().expect("the program starts");
    let mut said = String::new();
    let mut stderr = child.stderr.take().expect("it is piped");
    let status = tokio::select! {
        status = child.wait() => status.expect("the program is waited for"),
        () = proxy.reached() => {
            child.kill().await.expect("the program is killed");
            return Ok(Run::Killed);
        }
    };
    stderr.read_to_string(&mut said).await.expect("what it says is text");
    outcome(status, &said)?;
    Ok(Run::Finished { statements: proxy.statements() })
}

fn outcome(status: ExitStatus, said: &str) -> Result<(), String> {
    if status.success() { Ok(()) } else { Err(format!("{status}: {said}")) }
}
