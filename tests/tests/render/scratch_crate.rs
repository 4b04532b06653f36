//! A crate with rendered revisions, compiled and run to see what they build.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use migrate_core::render::{mod_file, rustfmt};
use serde_json::Value;

const MAIN: &str = include_str!("scratch_crate/main.rs");

/// The crate, in the workspace's target folder, so that what it depends on is built already.
pub(crate) struct ScratchCrate {
    folder: PathBuf,
    ids: Vec<String>,
}

impl ScratchCrate {
    pub(crate) fn new() -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("rendered-revisions");
        fs::remove_dir_all(&folder).ok();
        fs::create_dir_all(folder.join("src/revisions")).expect("the target folder takes folders");
        let scratch = Self { folder, ids: Vec::new() };
        scratch.write("Cargo.toml", &manifest());
        scratch.write("src/main.rs", MAIN);
        fs::copy(workspace().join("Cargo.lock"), scratch.folder.join("Cargo.lock"))
            .expect("there is a lock file");
        scratch
    }

    pub(crate) fn add(&mut self, id: &str, source: &str) {
        self.write(&format!("src/revisions/{id}.rs"), source);
        self.ids.push(id.to_owned());
    }

    /// What each revision records, by id and direction.
    pub(crate) fn record(&self) -> Value {
        let ids: Vec<&str> = self.ids.iter().map(String::as_str).collect();
        self.write("src/revisions/mod.rs", &rustfmt(&mod_file(&ids, &["app", "billing"])));
        serde_json::from_slice(&self.run(&[])).expect("it prints JSON")
    }

    /// Applies each revision to a database, by id and URL.
    pub(crate) fn apply(&self, databases: &Value) {
        self.run(&["apply", &databases.to_string()]);
    }

    /// Takes each revision back.
    pub(crate) fn roll_back(&self, databases: &Value) {
        self.run(&["rollback", &databases.to_string()]);
    }

    fn run(&self, arguments: &[&str]) -> Vec<u8> {
        let target =
            Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("it is in the target folder");
        let mut cargo = Command::new(env!("CARGO"));
        cargo
            .args(["run", "--quiet", "--offline", "--jobs", "1", "--"])
            .args(arguments)
            .current_dir(&self.folder)
            .env("CARGO_TARGET_DIR", target);
        // What cargo said to the test would make build scripts run again, and all above them.
        let of_test = std::env::vars_os().map(|(name, _)| name);
        for name in of_test.filter(|name| name.as_encoded_bytes().starts_with(b"CARGO_PKG_")) {
            cargo.env_remove(name);
        }
        cargo.env_remove("CARGO_MANIFEST_DIR").env_remove("CARGO_MANIFEST_PATH");
        let output = cargo.output().expect("cargo runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        output.stdout
    }

    fn write(&self, path: &str, text: &str) {
        fs::write(self.folder.join(path), text).expect("the target folder takes files");
    }
}

fn workspace() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace holds the package")
}

/// The manifest: with the profiles and features of the workspace, or everything would be built anew.
fn manifest() -> String {
    let of_workspace =
        fs::read_to_string(workspace().join("Cargo.toml")).expect("there is a manifest");
    let profiles = of_workspace.find("[profile.").map_or("", |start| &of_workspace[start..]);
    let core = workspace().join("migrate-core").display().to_string();
    format!(
        r#"[package]
name = "rendered-revisions"
version = "0.0.0"
edition = "2024"

[workspace]

[lints.rust]
warnings = "deny"

[lints.clippy]
all = "deny"

[dependencies]
migrate-core = {{ path = "{core}", features = ["chrono", "uuid", "rust_decimal"] }}
serde_json = "1"
sqlx = {{ version = "0.9", default-features = false }}
tokio = {{ version = "1", features = ["rt"] }}

{profiles}"#
    )
}
