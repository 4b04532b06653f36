//! Commands and what they say, as one text.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use migrate_core::postgres::ScratchDatabase;
use migrate_tests::server;

/// Commands on one database, with what they said so far.
pub(crate) struct Transcript {
    /// The database, where there is one.
    pub(crate) database: Option<ScratchDatabase>,
    text: String,
}

impl Transcript {
    /// On no database.
    pub(crate) fn without_database() -> Self {
        Self { database: None, text: String::new() }
    }

    /// On an empty database.
    pub(crate) async fn on_empty_database() -> Self {
        let database = server().await.create().await.expect("a database is made");
        Self { database: Some(database), text: String::new() }
    }

    /// On a database with every revision up to one.
    pub(crate) async fn applied_to(revision: &str) -> Self {
        let mut transcript = Self::on_empty_database().await;
        transcript.run(&["apply", "--to", revision]);
        transcript.text.clear();
        transcript
    }

    /// Runs `app migrate …` without writing it down.
    pub(crate) fn after(mut self, arguments: &[&str]) -> Self {
        let length = self.text.len();
        self.run(arguments);
        self.text.truncate(length);
        self
    }

    /// The database of a transcript that has one.
    pub(crate) fn database(&self) -> &ScratchDatabase {
        self.database.as_ref().expect("the test made one")
    }

    /// Runs `app migrate …` and writes down what it says.
    pub(crate) fn run(&mut self, arguments: &[&str]) {
        self.run_in(&[], arguments);
    }

    /// The same with variables in its environment, which is empty otherwise.
    pub(crate) fn run_in(&mut self, variables: &[(&str, &str)], arguments: &[&str]) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_app"));
        // A `.env` of whoever runs the tests is out of reach there.
        command.env_clear().stdin(Stdio::null()).current_dir(std::env::temp_dir());
        command.envs(std::env::var_os("PATH").map(|path| ("PATH", path)));
        if let Some(database) = &self.database {
            command.env("DATABASE_URL", database.url());
            command.env("MIGRATE_SCRATCH_URL", database.url());
        }
        command.envs(variables.iter().copied()).arg("migrate").args(arguments);
        let output = command.output().expect("the program starts");
        for (name, value) in variables {
            self.text += &format!("{name}={value} ");
        }
        self.text += &format!("$ app migrate {}\n", arguments.join(" "));
        for (stream, bytes) in [("stdout", output.stdout), ("stderr", output.stderr)] {
            if !bytes.is_empty() {
                self.text += &format!("-- {stream}\n{}", String::from_utf8_lossy(&bytes));
            }
        }
        let code = output.status.code().expect("it ends by itself");
        self.text += &format!("-- exit code {code}\n\n");
    }

    /// Compares all of it with a file.
    #[track_caller]
    pub(crate) fn require(&self, name: &str) {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cli/expected");
        let path = folder.join(format!("{name}.txt"));
        let said = self.with_placeholders();
        if std::env::var_os("UPDATE_EXPECTED").is_some() {
            fs::write(&path, &said).expect("the file is written");
        }
        let expected = fs::read_to_string(&path).unwrap_or_default();
        assert!(said == expected, "{name} is not as expected; it says\n{said}");
    }

    /// What differs from run to run becomes a placeholder: `<time>`, `<duration>`, `<checksum>`,
    /// and the names of the database and of the folders.
    fn with_placeholders(&self) -> String {
        let mut text = self.text.replace(env!("CARGO_MANIFEST_DIR"), "<app>");
        if let Some(database) = &self.database {
            text = text.replace(&database.url(), "<url>").replace(database.name(), "<database>");
        }
        text = replaced(&text, "####-##-## ##:##:##", "<time>");
        text = replaced(&text, &"%".repeat(64), "<checksum>");
        for digits in (1..=5).rev().map(|count| "#".repeat(count)) {
            text = replaced(&text, &format!(" {digits} ms"), " <duration>");
            text = replaced(&text, &format!(" {digits}.# s\n"), " <duration>\n");
            text = replaced(&text, &format!("_ms\": {digits}"), "_ms\": <duration>");
            text = replaced(&text, &format!(" (os error {digits})"), "");
        }
        text
    }
}

/// Puts a text in the place of all that has a shape: `#` is a digit, `%` a hexadecimal one, and
/// everything else is itself.
fn replaced(text: &str, shape: &str, with: &str) -> String {
    let mut rest = text;
    let mut out = String::new();
    while let Some(first) = rest.chars().next() {
        if has_shape(rest, shape) {
            out += with;
            rest = &rest[shape.len()..];
        } else {
            out.push(first);
            rest = &rest[first.len_utf8()..];
        }
    }
    out
}

fn has_shape(text: &str, shape: &str) -> bool {
    text.len() >= shape.len()
        && text.bytes().zip(shape.bytes()).all(|(byte, wanted)| match wanted {
            b'#' => byte.is_ascii_digit(),
            b'%' => byte.is_ascii_hexdigit(),
            wanted => byte == wanted,
        })
}
