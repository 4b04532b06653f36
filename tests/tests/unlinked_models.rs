//! A crate of models that no program names isn't linked, and its tables must not look dropped.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const MODELS: &str = "
    use migrate_core::DbModel;

    #[derive(DbModel)]
    pub struct Article {
        #[db(primary_key)]
        pub id: i64,
    }
";

fn program(link: &str) -> String {
    format!(
        "{link}
        fn main() {{
            match migrate_core::model::Registry::linked() {{
                Ok(registry) => print!(\"{{:?}}\", registry.packages()),
                Err(error) => print!(\"{{error}}\"),
            }}
        }}"
    )
}

/// A workspace with a crate of models and a program that depends on it.
fn workspace() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("unlinked-models");
    let core = root.join("migrate-core").display().to_string();
    let manifest = |name: &str, more: &str| {
        format!(
            "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\
             [dependencies]\nmigrate-core = {{ path = '{core}', features = [\"chrono\", \"uuid\", \"rust_decimal\"] }}\n{more}"
        )
    };
    let of_workspace = fs::read_to_string(root.join("Cargo.toml")).expect("there is a manifest");
    let profiles = of_workspace.find("[profile.").map_or("", |start| &of_workspace[start..]);
    let members = "members = [\"models\", \"program\"]\nresolver = \"3\"";
    write(&folder.join("Cargo.toml"), &format!("[workspace]\n{members}\n\n{profiles}"));
    write(&folder.join("models/Cargo.toml"), &manifest("models", ""));
    write(&folder.join("models/src/lib.rs"), MODELS);
    write(
        &folder.join("program/Cargo.toml"),
        &manifest("program", "models = { path = \"../models\" }\n"),
    );
    fs::copy(root.join("Cargo.lock"), folder.join("Cargo.lock")).expect("the lock file is there");
    folder
}

fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().expect("files are in folders")).expect("the folder is made");
    fs::write(path, text).expect("the file is written");
}

fn output(folder: &Path, link: &str) -> String {
    write(&folder.join("program/src/main.rs"), &program(link));
    let target =
        Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("it is in the target folder");
    let mut cargo = Command::new(env!("CARGO"));
    // What cargo said to the test would make build scripts run again, and all above them.
    for (name, _) in std::env::vars_os() {
        if name.as_encoded_bytes().starts_with(b"CARGO_") {
            cargo.env_remove(name);
        }
    }
    let output = cargo
        .args(["run", "--quiet", "-p", "program"])
        .current_dir(folder)
        .env("CARGO_TARGET_DIR", target)
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn b36_models_that_no_program_names_are_missed_and_the_remedy_is_said() {
    let folder = workspace();
    let unlinked = output(&folder, "");
    assert!(unlinked.contains("use models as _;"), "{unlinked}");
    assert_eq!(output(&folder, "use models as _;"), "{\"models\"}");
}
