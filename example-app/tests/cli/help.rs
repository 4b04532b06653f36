//! Help texts.

use crate::transcript::Transcript;

#[test]
fn every_command_tells_what_it_takes() {
    let mut transcript = Transcript::without_database();
    transcript.run(&["--help"]);
    let commands = [
        "generate", "new", "apply", "rollback", "status", "plan", "check", "diff", "resolve",
        "merge", "dev",
    ];
    for command in commands {
        transcript.run(&[command, "--help"]);
    }
    for command in ["sync", "switch"] {
        transcript.run(&["dev", command, "--help"]);
    }
    transcript.require("help");
}

#[test]
fn a_command_line_that_makes_no_sense_is_refused() {
    let mut transcript = Transcript::without_database();
    transcript.run(&["aply"]);
    transcript.run(&["apply", "--to", "head", "-n", "1"]);
    transcript.run(&["apply", "--attempts", "0"]);
    transcript.run(&["generate"]);
    transcript.require("usage");
}
