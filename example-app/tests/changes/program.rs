//! A program of its own with models and revisions, built in the target folder of the tests.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const MAIN: &str = "//! A program with one table or two.

mod migrations;
mod models;

use std::process::ExitCode;

use clap::Parser;
use migrate_cli::{Application, Migrate};

#[derive(Parser)]
enum Command {
    /// Changes the schema of the database.
    Migrate(Migrate),
}

#[tokio::main]
async fn main() -> ExitCode {
    let Command::Migrate(migrate) = Command::parse();
    Application::new(&migrations::REVISIONS).run(migrate).await
}
";

/// Every warning is an error: generated files compile without.
const MANIFEST: &str = "[package]
name = 'NAME'
version = '0.0.0'
edition = '2024'

[dependencies]
clap.workspace = true
migrate-cli.workspace = true
migrate-core = { workspace = true, features = ['chrono', 'rust_decimal', 'uuid'] }
tokio.workspace = true

[lints.rust]
warnings = 'deny'

[lints.clippy]
all = 'deny'
";

/// The program.
pub(crate) struct Program {
    name: &'static str,
    folder: PathBuf,
    models: String,
    database_url: String,
}

impl Program {
    /// A program without models, in the same versions, features and profiles as the application.
    pub(crate) fn new(name: &'static str, database_url: &str) -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let root = root.canonicalize().expect("the workspace is there");
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        fs::remove_dir_all(&folder).ok();
        let workspace = fs::read_to_string(root.join("Cargo.toml")).expect("there is a manifest");
        let lines = workspace.lines().map(|line| match line.split_once(" = ") {
            Some(("members", _)) => "members = ['program']".to_owned(),
            _ => line.replace("path = \"", &format!("path = \"{}/", root.display())),
        });
        write(&folder.join("Cargo.toml"), &lines.collect::<Vec<_>>().join("\n"));
        fs::copy(root.join("Cargo.lock"), folder.join("Cargo.lock")).expect("it is there");
        fs::copy(root.join("rustfmt.toml"), folder.join("rustfmt.toml")).expect("it is there");
        write(&folder.join("program/Cargo.toml"), &MANIFEST.replace("NAME", name));
        write(&folder.join("program/src/main.rs"), MAIN);
        let revisions = "migrate_core::revisions! {}\n";
        write(&folder.join("program/src/migrations/mod.rs"), revisions);
        Self { name, folder, models: String::new(), database_url: database_url.to_owned() }
    }

    /// Edits the models.
    pub(crate) fn edit(&mut self, edits: &[(&str, &str)]) {
        for (current, desired) in edits {
            assert!(self.models.contains(current), "no `{current}` in\n{}", self.models);
            self.models = self.models.replacen(current, desired, 1);
        }
        write(&self.folder.join("program/src/models.rs"), &self.models);
    }

    /// Whether a model says what it was named before.
    pub(crate) fn declares_renames(&self) -> bool {
        self.models.contains("renamed_from")
    }

    /// Builds the program.
    pub(crate) fn build(&self) {
        self.require(self.command(env!("CARGO")).args(["build", "--quiet"]));
    }

    /// Runs `migrate …`, which has to succeed, and returns what it said.
    pub(crate) fn succeed(&self, arguments: &[&str]) -> String {
        self.require(&mut self.migrate(arguments))
    }

    /// Runs `migrate …`, which has to fail, and returns what it said.
    #[track_caller]
    pub(crate) fn fail(&self, arguments: &[&str]) -> String {
        let output = self.migrate(arguments).output().expect("the program starts");
        let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
        assert!(!output.status.success(), "{arguments:?} went well\n{said}");
        said
    }

    fn migrate(&self, arguments: &[&str]) -> Command {
        let mut program = self.command(target().join("debug").join(self.name));
        program.env("DATABASE_URL", &self.database_url);
        program.env("MIGRATE_SCRATCH_URL", &self.database_url);
        // No verdict is remembered from one run of this test to another.
        program.env("XDG_CACHE_HOME", self.folder.join("cache"));
        program.stdin(Stdio::null()).arg("migrate").args(arguments);
        program
    }

    /// Edits the last revision.
    pub(crate) fn edit_revision(&self, current: &str, desired: &str) {
        let path = self.last_revision_file();
        let text = fs::read_to_string(&path).expect("it is read");
        assert!(text.contains(current), "no `{current}` in\n{text}");
        write(&path, &text.replacen(current, desired, 1));
    }

    /// Removes the last revision, as the checkout of another branch does.
    pub(crate) fn forget_last_revision(&self) {
        fs::remove_file(self.last_revision_file()).expect("it is removed");
        self.succeed(&["merge"]);
    }

    fn last_revision_file(&self) -> PathBuf {
        let last = self.revisions().into_iter().rev().find(|path| !path.ends_with("mod.rs"));
        last.expect("there is a revision")
    }

    /// Requires that every revision is formatted.
    pub(crate) fn require_formatted(&self) {
        let main = self.folder.join("program/src/main.rs");
        self.require(self.command("rustfmt").args(["--edition", "2024", "--check"]).arg(main));
    }

    /// Requires that clippy has nothing to say. It runs in the place of the compiler, so that the
    /// dependencies are those of the build.
    pub(crate) fn require_clean(&self) {
        let mut cargo = self.command(env!("CARGO"));
        self.require(
            cargo.args(["build", "--quiet"]).env("RUSTC_WORKSPACE_WRAPPER", "clippy-driver"),
        );
    }

    /// A command that doesn't see what cargo said to the test, nor a database.
    fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        for (name, _) in std::env::vars_os() {
            let name_bytes = name.as_encoded_bytes();
            if name_bytes.starts_with(b"CARGO_") && name_bytes != b"CARGO_HOME" {
                command.env_remove(name);
            }
        }
        command.env_remove("CI").env_remove("DATABASE_URL");
        command.current_dir(&self.folder).env("CARGO_TARGET_DIR", target());
        command
    }

    #[track_caller]
    fn require(&self, command: &mut Command) -> String {
        let output = command.output().expect("the program starts");
        let said = [output.stdout, output.stderr].concat();
        let said = String::from_utf8_lossy(&said);
        assert!(output.status.success(), "{command:?}\n{said}\n{}", self.last_revision());
        said.into_owned()
    }

    /// The files of the revisions, and `mod.rs` behind them.
    pub(crate) fn revisions(&self) -> Vec<PathBuf> {
        let folder = self.folder.join("program/src/migrations");
        let entries = fs::read_dir(folder).expect("the folder is there");
        let mut paths: Vec<PathBuf> =
            entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
        paths.sort();
        paths
    }

    /// The text of the last revision, for errors.
    fn last_revision(&self) -> String {
        let last = self.revisions().into_iter().rev().find(|path| !path.ends_with("mod.rs"));
        last.and_then(|path| fs::read_to_string(path).ok()).unwrap_or_default()
    }
}

/// The target folder of the tests, where the dependencies are built.
fn target() -> &'static Path {
    let tmp = Path::new(env!("CARGO_TARGET_TMPDIR"));
    tmp.parent().expect("it is in the target folder")
}

fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().expect("files are in folders")).expect("the folder is made");
    fs::write(path, text).expect("the file is written");
}
