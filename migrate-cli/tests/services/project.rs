//! A folder with SQL revisions and a configuration, and the database that they are for.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use migrate_core::postgres::ScratchDatabase;
use migrate_tests::{connect, server};
use sqlx::{AssertSqlSafe, Connection, Row};
use tempfile::TempDir;

/// A team's folder, gone with this value.
pub(crate) struct Project {
    folder: TempDir,
    pub(crate) database: ScratchDatabase,
}

/// What a command said, and its exit code.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    pub(crate) code: i32,
}

impl Said {
    /// Requires that it went well.
    #[track_caller]
    pub(crate) fn fine(self) -> Self {
        assert_eq!(self.code, 0, "{self:#?}");
        self
    }

    /// Requires an exit code, and texts in what was said.
    #[track_caller]
    pub(crate) fn says(self, code: i32, texts: &[&str]) -> Self {
        assert_eq!(self.code, code, "{self:#?}");
        for text in texts {
            let is_said = self.stdout.contains(text) || self.stderr.contains(text);
            assert!(is_said, "nothing says {text:?}: {self:#?}");
        }
        self
    }
}

impl Project {
    /// A folder with these files, and an empty database.
    pub(crate) async fn with(files: &[(&str, &str)]) -> Self {
        let database = server().await.create().await.expect("a database is made");
        let folder = tempfile::tempdir().expect("a folder is made");
        let project = Self { folder, database };
        for (file, text) in files {
            project.write(file, text);
        }
        project
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn write(&self, file: &str, text: &str) -> PathBuf {
        let path = self.path().join(file);
        let parent = path.parent().expect("it is in the folder");
        fs::create_dir_all(parent).expect("the folder is made");
        fs::write(&path, text).expect("the file is written");
        path
    }

    pub(crate) fn read(&self, file: &str) -> String {
        fs::read_to_string(self.path().join(file)).expect("the file is there")
    }

    /// Runs `migrate …` in the folder, on the database.
    pub(crate) fn run(&self, arguments: &[&str]) -> Said {
        self.run_with(arguments, &[("DATABASE_URL", &self.database.url())])
    }

    /// The same with these variables and no others.
    pub(crate) fn run_with(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Said {
        let output = self.command(arguments, variables).output().expect("the program starts");
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("it speaks UTF-8");
        let code = output.status.code().expect("it ends by itself");
        Said { stdout: text(output.stdout), stderr: text(output.stderr), code }
    }

    /// Begins `migrate …` in the folder, on the database.
    pub(crate) fn begin(&self, arguments: &[&str]) -> Child {
        let mut command = self.command(arguments, &[("DATABASE_URL", &self.database.url())]);
        command.stdout(Stdio::null()).stderr(Stdio::null());
        command.spawn().expect("the program starts")
    }

    fn command(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_migrate"));
        command.env_clear().envs(std::env::var_os("PATH").map(|path| ("PATH", path)));
        command.envs(std::env::var_os("PG_BIN_DIR").map(|folder| ("PG_BIN_DIR", folder)));
        command.envs(variables.iter().copied()).stdin(Stdio::null()).current_dir(self.path());
        command.args(arguments);
        command
    }

    pub(crate) async fn execute(&self, sql: &str) {
        migrate_tests::execute(&self.database, sql).await;
    }

    /// The first column of a query's rows, as text.
    pub(crate) async fn texts(&self, sql: &str) -> Vec<String> {
        texts(&self.database, sql).await
    }
}

/// The first column of a query's rows, as text.
pub(crate) async fn texts(database: &ScratchDatabase, sql: &str) -> Vec<String> {
    let mut connection = connect(database).await;
    let rows = sqlx::query(AssertSqlSafe(sql.to_owned())).fetch_all(&mut connection).await;
    let rows = rows.unwrap_or_else(|error| panic!("{error}\n{sql}"));
    connection.close().await.expect("the session ends");
    rows.iter().map(|row| row.get(0)).collect()
}
