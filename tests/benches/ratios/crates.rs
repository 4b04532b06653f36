//! What is only seen in crates of their own, generated and compiled in the target folder: how long
//! derives and revisions take to compile, and a program whose models didn't change.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use migrate_core::render::{empty_revision, mod_file};
use migrate_tests::server;

use super::measure::Line;

const STRUCTS: usize = 500;
const MODELS: usize = 1000;
const REVISIONS: usize = 300;

const MAIN: &str = "mod migrations;
mod models;

use std::process::ExitCode;

use clap::Parser;
use migrate_cli::{Application, Migrate};

#[derive(Parser)]
enum Command {
    Migrate(Migrate),
}

#[tokio::main]
async fn main() -> ExitCode {
    let Command::Migrate(migrate) = Command::parse();
    Application::new(&migrations::REVISIONS).run(migrate).await
}
";

pub(crate) async fn lines() -> Vec<Line> {
    let crates = Crates::written();
    let units = "build --config profile.dev.package.bench-history.codegen-units=1024";
    let mut lines = vec![
        crates.derive("check"),
        crates.derive("build"),
        crates.one_more("", "build"),
        crates.one_more(", 1,024 codegen units", units),
    ];
    lines.extend(crates.unchanged().await);
    lines
}

/// A workspace with the versions and features of this one, and the profiles that cargo gives a new one.
struct Crates {
    folder: PathBuf,
}

impl Crates {
    fn written() -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let root = root.canonicalize().expect("the workspace is there");
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("bench-crates");
        fs::remove_dir_all(&folder).ok();
        let crates = Self { folder };
        let manifest = fs::read_to_string(root.join("Cargo.toml")).expect("there is a manifest");
        let dependencies = manifest.lines().take_while(|line| !line.starts_with("[profile"));
        let lines = dependencies.map(|line| match line.split_once(" = ") {
            Some(("members", _)) => {
                "members = ['plain', 'rows', 'models', 'history', 'program']".to_owned()
            }
            _ => line.replace("path = \"", &format!("path = \"{}/", root.display())),
        });
        crates.write("Cargo.toml", &lines.collect::<Vec<_>>().join("\n"));
        fs::copy(root.join("Cargo.lock"), crates.folder.join("Cargo.lock")).expect("it is there");
        crates.package("plain", "lib.rs", &structs("", STRUCTS));
        crates.package("rows", "lib.rs", &structs("#[derive(sqlx::FromRow)]", STRUCTS));
        crates.package("models", "lib.rs", &structs("#[derive(migrate_core::DbModel)]", STRUCTS));
        crates.package("program", "main.rs", MAIN);
        let models = structs("#[derive(migrate_core::DbModel)]", MODELS);
        crates.write("program/src/models.rs", &format!("#![allow(dead_code)]\n{models}"));
        crates.write("program/src/migrations/mod.rs", &mod_file(&[], &[]));
        crates.history();
        crates
    }

    fn history(&self) {
        self.package("history", "lib.rs", "pub mod migrations;\npub mod small;\n");
        self.write("history/src/small.rs", "pub fn small() -> u32 {\n    0\n}\n");
        for number in 0..REVISIONS {
            self.revision(number);
        }
        self.list(REVISIONS);
    }

    fn revision(&self, number: usize) {
        let parent = number.checked_sub(1).map(revision_id);
        let (id, verb) = (revision_id(number), "    db.add_column(\"article\", Column::new");
        let text = empty_revision(&id, parent.as_deref(), "add a column").replace("_db", "db");
        let verb = format!("{verb}(\"column_{number}\", \"text\")).await?;\n    Ok(())");
        let text = text.replacen("    Ok(())", &verb, 1).replace("down(db", "down(_db");
        self.write(&format!("history/src/migrations/{id}.rs"), &text);
    }

    fn list(&self, count: usize) {
        let ids: Vec<String> = (0..count).map(revision_id).collect();
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        self.write("history/src/migrations/mod.rs", &mod_file(&ids, &[]));
    }

    /// Structs with the derive beside the same with `FromRow`, each without what the structs take.
    fn derive(&self, command: &'static str) -> Line {
        let [plain, rows, models] =
            ["plain", "rows", "models"].map(|package| self.compiled(command, package));
        let work = format!("derive on {STRUCTS} structs of ten fields, `cargo {command}`");
        Line::of(work, models.saturating_sub(plain))
            .beside("`sqlx::FromRow` on the same", rows.saturating_sub(plain))
            .at_most(1.0)
    }

    /// What compiling one package takes of the processors.
    fn compiled(&self, command: &str, package: &str) -> Duration {
        let once = || {
            self.edit(&format!("{package}/src/lib.rs"));
            self.cargo(command, package, "0")
        };
        once();
        once().min(once())
    }

    /// A revision that is added, beside an edit of a small module.
    fn one_more(&self, with: &str, build: &str) -> Line {
        self.list(REVISIONS);
        self.cargo(build, "history", "1");
        let edited = || {
            self.edit("history/src/small.rs");
            self.cargo(build, "history", "1")
        };
        let edited = edited().min(edited());
        let added = |number| {
            self.revision(number);
            self.list(number + 1);
            self.cargo(build, "history", "1")
        };
        let added = added(REVISIONS).min(added(REVISIONS + 1));
        Line::of(format!("compile one more revision beside {REVISIONS}{with}"), added)
            .beside("compile a small module anew", edited)
            .at_most(1.2)
    }

    /// The whole process where nothing changed and that is remembered.
    async fn unchanged(&self) -> Vec<Line> {
        let database = server().await.create().await.expect("a database is made");
        self.cargo("build", "program", "0");
        self.migrate("debug", &["generate", "-m", "all"], &database.url());
        let mut lines = Vec::new();
        for (command, profile) in [("build", "debug"), ("build --release", "release")] {
            self.cargo(command, "program", "0");
            for arguments in [&["generate", "-m", "none"][..], &["check"]] {
                self.migrate(profile, arguments, &database.url());
                let took = (0..5).map(|_| self.migrate(profile, arguments, &database.url())).min();
                let command = arguments[0];
                let work = format!("`{command}` without a change, {MODELS} models, {profile}");
                let line = Line::of(work, took.unwrap_or(Duration::MAX));
                let is_release = profile == "release";
                lines.push(if is_release { line.within(Duration::from_millis(50)) } else { line });
            }
        }
        lines
    }

    fn migrate(&self, profile: &str, arguments: &[&str], url: &str) -> Duration {
        let mut program = self.command(&target().join(profile).join("bench-program"));
        program.env("DATABASE_URL", url).env("MIGRATE_SCRATCH_URL", url);
        program.env("XDG_CACHE_HOME", self.folder.join("cache"));
        program.current_dir(self.folder.join("program"));
        let started = Instant::now();
        require(program.arg("migrate").args(arguments));
        started.elapsed()
    }

    /// Runs cargo, and says what it and the compiler took of the processors.
    fn cargo(&self, command: &str, package: &str, incremental: &str) -> Duration {
        let mut cargo = self.command(Path::new(env!("CARGO")));
        let package = format!("bench-{package}");
        cargo.args(command.split(' ')).args(["--quiet", "--offline", "--package", &package]);
        cargo.env("CARGO_INCREMENTAL", incremental);
        let (started, before) = (Instant::now(), children());
        require(&mut cargo);
        match (before, children()) {
            (Some(before), Some(after)) => after.saturating_sub(before),
            _ => started.elapsed(),
        }
    }

    /// A command that doesn't see what cargo said to the benchmark, nor a database.
    fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        for (name, _) in std::env::vars_os() {
            let bytes = name.as_encoded_bytes();
            if bytes.starts_with(b"CARGO_") && bytes != b"CARGO_HOME" {
                command.env_remove(name);
            }
        }
        command.env_remove("CI").env_remove("DATABASE_URL").stdin(Stdio::null());
        command.current_dir(&self.folder).env("CARGO_TARGET_DIR", target());
        command
    }

    fn package(&self, name: &str, file: &str, source: &str) {
        let manifest = format!(
            "[package]\nname = 'bench-{name}'\nversion = '0.0.0'\nedition = '2024'\n\n\
             [dependencies]\nchrono.workspace = true\nclap.workspace = true\n\
             migrate-cli.workspace = true\n\
             migrate-core = {{ workspace = true, features = ['chrono', 'rust_decimal', 'uuid'] }}\n\
             sqlx.workspace = true\ntokio.workspace = true\n"
        );
        self.write(&format!("{name}/Cargo.toml"), &manifest);
        self.write(&format!("{name}/src/{file}"), source);
    }

    /// Adds a line, so that the file is another.
    fn edit(&self, path: &str) {
        let text = fs::read_to_string(self.folder.join(path)).expect("it is read");
        let line = format!("pub fn edited_{}() {{}}\n", text.len());
        self.write(path, &(text + &line));
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.folder.join(path);
        fs::create_dir_all(path.parent().expect("files are in folders")).expect("it is made");
        fs::write(path, text).expect("the target folder takes files");
    }
}

fn revision_id(number: usize) -> String {
    format!("m{number:06}_add")
}

/// So many structs of ten fields, ten in a module.
fn structs(derive: &str, count: usize) -> String {
    let key = if derive.contains("DbModel") { "#[db(primary_key)] " } else { "" };
    let mut source = String::new();
    for number in 0..count {
        if number % 10 == 0 {
            writeln!(source, "pub mod models_{number} {{").expect("a string takes it");
        }
        writeln!(
            source,
            "{derive} pub struct Model{number} {{
    {key}pub id: i64, pub parent_id: Option<i64>, pub title: String, pub slug: String,
    pub body: Option<String>, pub words: i32, pub views: i32, pub is_live: bool,
    pub tags: Vec<String>, pub created_at: chrono::DateTime<chrono::Utc>,
}}"
        )
        .expect("a string takes it");
        if number % 10 == 9 {
            source.push_str("}\n");
        }
    }
    source
}

/// What children that have ended took of the processors.
fn children() -> Option<Duration> {
    let stat = fs::read_to_string("/proc/self/stat").ok()?;
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    // Hundredths of a second, as the kernel says them to programs.
    let ticks = fields.get(13)?.parse::<u64>().ok()? + fields.get(14)?.parse::<u64>().ok()?;
    Some(Duration::from_millis(ticks * 10))
}

fn require(command: &mut Command) {
    let output = command.output().expect("the program starts");
    let said = [output.stdout, output.stderr].concat();
    assert!(output.status.success(), "{command:?}\n{}", String::from_utf8_lossy(&said));
}

/// The target folder, where the dependencies are built.
fn target() -> &'static Path {
    let tmp = Path::new(env!("CARGO_TARGET_TMPDIR"));
    tmp.parent().expect("it is in the target folder")
}
