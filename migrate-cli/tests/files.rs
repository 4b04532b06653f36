//! The program `migrate`, which works on the files of revisions alone: no server, no compiler.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A project's folder with `src/migrations`.
struct Project {
    folder: PathBuf,
}

/// What a command said, and its exit code.
#[derive(Debug, PartialEq, Eq)]
struct Said {
    stdout: String,
    stderr: String,
    code: Option<i32>,
}

impl Project {
    /// An empty folder.
    fn empty(name: &str) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("files").join(name);
        fs::remove_dir_all(&folder).ok();
        fs::create_dir_all(&folder).expect("the folder is made");
        Self { folder }
    }

    /// A project with these revisions: each an id, and the one before it.
    fn with(name: &str, revisions: &[(&str, Option<&str>)]) -> Self {
        let project = Self::empty(name);
        project.run(&["init"]);
        for (id, parent) in revisions {
            let after = parent.map(|parent| format!(".after(\"{parent}\")")).unwrap_or_default();
            let text = format!(
                "//! One.\n\nuse migrate_core::revision::*;\n\n\
                 pub const REVISION: Header = Header::new(\"{id}\"){after};\n"
            );
            fs::write(project.path(&format!("{id}.rs")), text).expect("the file is written");
        }
        project
    }

    fn path(&self, file: &str) -> PathBuf {
        self.folder.join("src/migrations").join(file)
    }

    fn read(&self, file: &str) -> String {
        fs::read_to_string(self.path(file)).expect("the file is there")
    }

    /// Runs `migrate …` in the folder; programs like `rustfmt` are found.
    fn run(&self, arguments: &[&str]) -> Said {
        let mut command = Command::new(env!("CARGO_BIN_EXE_migrate"));
        for (name, _) in std::env::vars_os() {
            let name_bytes = name.as_encoded_bytes();
            if name_bytes.starts_with(b"CARGO_") && name_bytes != b"CARGO_HOME" {
                command.env_remove(name);
            }
        }
        command.env_remove("CI").env("DATABASE_URL", "postgres://nobody@127.0.0.1:1/nothing");
        command.current_dir(&self.folder).stdin(Stdio::null()).args(arguments);
        let output = command.output().expect("the program starts");
        let text = |bytes| String::from_utf8(bytes).expect("it says text");
        let (stdout, stderr) = (text(output.stdout), text(output.stderr));
        Said { stdout, stderr, code: output.status.code() }
    }
}

/// Talk and success.
fn fine(stderr: &str) -> Said {
    Said { stdout: String::new(), stderr: stderr.to_owned(), code: Some(0) }
}

#[test]
fn init_makes_the_folder_and_says_what_comes_next() {
    let project = Project::empty("init");
    let next =
        "add `mod migrations;` to main.rs and mount `migrate_cli::Migrate` in the command line";
    let config = "wrote migrate.toml, in which everything is commented out";
    let first = format!("wrote src/migrations/mod.rs\n{next}\n{config}\n");
    assert_eq!(project.run(&["init"]), fine(&first));
    assert!(project.read("mod.rs").contains("migrate_core::revisions! {}"));
    assert_eq!(
        project.run(&["init"]),
        fine("src/migrations/mod.rs is there already\nmigrate.toml is there already\n")
    );
}

#[test]
fn new_writes_an_empty_revision_after_the_last_one() {
    let project = Project::with("new", &[("m1_first", None)]);
    let said = project.run(&["new", "-m", "Fill the gaps"]);
    assert_eq!((said.stdout.as_str(), said.code), ("", Some(0)), "{}", said.stderr);
    let path = said.stderr.trim().strip_prefix("wrote src/migrations/").expect("it says where");
    assert!(path.ends_with("_fill_the_gaps.rs"), "{path}");
    assert!(project.read(path).contains(".after(\"m1_first\")"), "{}", project.read(path));
    assert!(project.read("mod.rs").contains(path.trim_end_matches(".rs")));
}

#[test]
fn b38_merge_puts_the_second_head_after_the_first_and_its_branch_with_it() {
    let project = Project::with(
        "merge",
        &[
            ("m1_first", None),
            ("m2_ours", Some("m1_first")),
            ("m3_theirs", Some("m1_first")),
            ("m4_theirs_too", Some("m3_theirs")),
        ],
    );
    let said = project.run(&["merge"]);
    assert_eq!(said, fine("m3_theirs.rs now comes after m2_ours\nwrote src/migrations/mod.rs\n"));
    assert!(project.read("m3_theirs.rs").contains(".after(\"m2_ours\")"));
    assert!(project.read("m4_theirs_too.rs").contains(".after(\"m3_theirs\")"));
    let modules = project.read("mod.rs");
    assert!(modules.find("mod m3_theirs") < modules.find("mod m4_theirs_too"), "{modules}");
    assert_eq!(project.run(&["merge"]), fine("wrote src/migrations/mod.rs\n"));
}

#[test]
fn b38_new_refuses_two_heads_and_names_the_remedy() {
    let heads =
        [("m1_first", None), ("m2_ours", Some("m1_first")), ("m3_theirs", Some("m1_first"))];
    let said = Project::with("two-heads", &heads).run(&["new", "-m", "third"]);
    assert_eq!(said.code, Some(1));
    for word in ["m2_ours.rs", "m3_theirs.rs", "migrate merge"] {
        assert!(said.stderr.contains(word), "{}", said.stderr);
    }
    assert_eq!(said.stderr.matches("error").count(), 1, "{}", said.stderr);
}

#[test]
fn a_parent_that_has_no_file_and_a_file_without_a_header_are_named() {
    let project = Project::with("gap", &[("m2_second", Some("m1_gone"))]);
    let said = project.run(&["merge"]);
    assert_eq!(said.code, Some(1));
    assert!(said.stderr.contains("m1_gone"), "{}", said.stderr);
    fs::write(project.path("notes.rs"), "//! No revision.\n").expect("the file is written");
    let said = project.run(&["merge"]);
    assert_eq!(said.code, Some(1));
    assert!(said.stderr.contains("notes.rs"), "{}", said.stderr);
}
