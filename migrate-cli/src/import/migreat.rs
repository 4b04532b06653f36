//! MiGreat: `MiGreat.yaml`, Python files in `versions`, a table with one row.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, bail};
use migrate_core::catalog::{Ident, QualifiedName};
use migrate_core::history::TakenOver;
use migrate_core::revision::Chain;
use migrate_core::target::Target;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;
use sqlx::{AssertSqlSafe, PgConnection};

use crate::{Config, Time};

use super::yaml::Yaml;
use super::{ForeignHistory, Import, TIME_ZONE};

/// The folder of new SQL revisions.
const REVISIONS: &str = "migrations";
/// What is other than there.
const PATH: &str = "names are looked for in the service's schema, not in `public` after it; write `public.` before those, or add `SET search_path = …, public` to `session`";
/// Reads Python without running it.
const READER: &str = include_str!("migreat.py");

/// Reads a folder of MiGreat.
pub(crate) fn migreat(file: Option<&Path>) -> anyhow::Result<Import> {
    let path = file.unwrap_or(Path::new("MiGreat.yaml"));
    let mut yaml = Yaml::read(path)?;
    let folder = path.parent().unwrap_or(Path::new(""));
    let table = yaml.text("migration_table")?.unwrap_or_else(|| "migrate_version".to_owned());
    let config = config(&mut yaml)?;
    let group = yaml.text("group")?;
    let mut notes: Vec<String> = yaml.left_over().collect();
    notes.extend(group.map(|group| {
        format!(
            "the members of `{group}`, the services among them, could only enter the schema: it is left as it is; name a role in `service-readers` that may read the tables"
        )
    }));
    let files = files(&folder.join("versions"), &mut notes)?;
    let history = ForeignHistory::Migreat { table };
    Ok(Import { config, files, notes, differences: &[TIME_ZONE, PATH], history })
}

fn config(yaml: &mut Yaml) -> anyhow::Result<Config> {
    let host = yaml.text("hostname")?.unwrap_or_else(|| "localhost".to_owned());
    let port = yaml.text("port")?.unwrap_or_else(|| "5432".to_owned());
    let user = yaml.text("priv_db_username")?.unwrap_or_default();
    let password = yaml.text("priv_db_password")?.unwrap_or_default();
    let database = yaml.text("database")?.unwrap_or_default();
    let [user, password, database] = [user, password, database].map(|text| in_url(&text));
    let retries = yaml.text("max_conn_retries")?.map(|text| text.parse::<u32>()).transpose();
    let retries = retries.context("`max_conn_retries` is no number")?.unwrap_or(10);
    let interval = yaml.text("conn_retry_interval")?.unwrap_or_else(|| "5".to_owned());
    let sync = yaml.text("sync_failed_passwords")?;
    // It is always taken, and without it runs would get into each other's way.
    yaml.take("use_advisory_lock");
    yaml.take("legacy_sqlalchemy");
    Ok(Config {
        database_url: Some(format!("postgres://{user}:{password}@{host}:{port}/{database}")),
        schema: text(yaml, "service_schema")?,
        service_role: text(yaml, "service_db_username")?,
        service_password: text(yaml, "service_db_password")?,
        bootstrap: Some(true),
        sync_password: (sync.as_deref() == Some("true")).then_some(true),
        connect_attempts: Some(retries + 1),
        connect_interval: Some(interval.parse::<Time>().map_err(anyhow::Error::msg)?),
        revisions: Some(PathBuf::from(REVISIONS)),
        ..Config::default()
    })
}

/// The variable that a value stands for: only a whole one does so there.
fn variable(text: &str) -> Option<&str> {
    text.strip_prefix("${").and_then(|rest| rest.strip_suffix('}'))
}

/// A value as the configuration has it.
fn text(yaml: &mut Yaml, key: &str) -> anyhow::Result<Option<String>> {
    let text = yaml.text(key)?;
    Ok(text.map(|text| match variable(&text) {
        Some(_) => text,
        None => text.replace("${", "$${"),
    }))
}

/// A value as a part of a URL; a variable is encoded when it is put in.
fn in_url(text: &str) -> String {
    match variable(text) {
        Some(name) => format!("${{{name}:url}}"),
        None => utf8_percent_encode(text, NON_ALPHANUMERIC).to_string(),
    }
}

/// What a Python file does.
#[derive(Deserialize)]
struct Translated {
    options: Options,
    up: Option<Vec<String>>,
    down: Option<Vec<String>>,
    /// The line that is more than SQL.
    line: Option<usize>,
    /// The line of options that aren't written out.
    unread: Option<usize>,
}

#[derive(Deserialize)]
struct Options {
    #[serde(default = "always")]
    transact: bool,
    #[serde(default)]
    run_as_priv: bool,
}

fn always() -> bool {
    true
}

/// SQL files for the Python files of a folder.
fn files(folder: &Path, notes: &mut Vec<String>) -> anyhow::Result<Vec<(PathBuf, String)>> {
    let entries =
        fs::read_dir(folder).with_context(|| format!("`{}` can't be read", folder.display()))?;
    let mut paths = Vec::new();
    for entry in entries {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let is_numbered = name.starts_with(|sign: char| sign.is_ascii_digit());
        if is_numbered && path.extension().is_some_and(|extension| extension == "py") {
            paths.push(path);
        }
    }
    paths.sort();
    if paths.is_empty() {
        return Ok(Vec::new());
    }
    let output = Command::new("python3")
        .args(["-c", READER])
        .args(&paths)
        .output()
        .context("python3, which reads MiGreat's files, can't be started")?;
    if !output.status.success() {
        let error = String::from_utf8_lossy(&output.stderr);
        bail!("python3 can't read MiGreat's files: {}", error.lines().last().unwrap_or_default());
    }
    let translated: BTreeMap<PathBuf, Translated> = serde_json::from_slice(&output.stdout)?;
    let mut files = Vec::new();
    for (path, translated) in translated {
        let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let (number, name) = stem.split_once('_').unwrap_or((&stem, "unnamed"));
        let target = |direction: &str| {
            Path::new(REVISIONS).join(format!("V{number}__{name}.{direction}.sql"))
        };
        files.push((target("up"), up(&path, &translated, notes)));
        if let Some(down) = translated.down.as_deref().filter(|down| !down.is_empty()) {
            let mode = if translated.options.transact { "" } else { WITHOUT_TRANSACTION };
            files.push((target("down"), format!("{mode}{}", script(down))));
        }
    }
    Ok(files)
}

/// What a file begins with whose statements run by themselves.
const WITHOUT_TRANSACTION: &str = "-- migrate: transaction = none\n";

fn up(path: &Path, translated: &Translated, notes: &mut Vec<String>) -> String {
    let mut text = String::new();
    if let Some(line) = translated.unread {
        let path = path.display();
        notes.push(format!(
            "{path}:{line}: the options can't be read; write `-- migrate: transaction = none` and `-- migrate: run-as = privileged` by hand, as they say"
        ));
    }
    if !translated.options.transact {
        text += WITHOUT_TRANSACTION;
    }
    if translated.options.run_as_priv {
        text += "-- migrate: run-as = privileged\n";
    }
    match &translated.up {
        Some(statements) => text += &script(statements),
        None => {
            let (path, line) = (path.display(), translated.line.unwrap_or_default());
            notes.push(format!("{path}:{line} does more than run SQL; write its SQL by hand"));
            text += &format!(
                "-- {path} does more than run SQL, at line {line}.\n\
                 DO $$ BEGIN RAISE EXCEPTION 'write the SQL of {path} here'; END $$;\n"
            );
        }
    }
    text
}

fn script(statements: &[String]) -> String {
    let statements = statements.iter().map(|sql| sql.trim().trim_end_matches(';'));
    // A comment at the end would take the semicolon.
    let ends_in_comment = |sql: &str| sql.lines().last().is_some_and(|line| line.contains("--"));
    let ended =
        |sql| if ends_in_comment(sql) { format!("{sql}\n;\n") } else { format!("{sql};\n") };
    statements.map(ended).collect()
}

/// What the row says was applied: everything up to its number.
pub(super) async fn applied(
    connection: &mut PgConnection,
    target: &Target,
    table: &str,
    chain: &Chain,
) -> anyhow::Result<Vec<TakenOver>> {
    let table = QualifiedName { schema: Some(target.schema.clone()), name: Ident::new(table) };
    let sql = format!("SELECT max(version)::int8 FROM {table}");
    let version = sqlx::query_scalar(AssertSqlSafe(sql)).persistent(false).fetch_one(connection);
    let version: Option<i64> = match version.await {
        Err(sqlx::Error::Database(error))
            if matches!(error.code().as_deref(), Some("42P01" | "3F000")) =>
        {
            None
        }
        version => version.with_context(|| format!("{table} can't be read"))?,
    };
    let version = u64::try_from(version.unwrap_or(0)).unwrap_or(0);
    let ordered = chain.ordered()?;
    let highest = ordered.last().and_then(|revision| revision.number()).unwrap_or(0);
    if version > highest {
        bail!(
            "{table} is at {version}, and there are files up to {highest} only; restore the others"
        );
    }
    let applied = ordered.iter().filter(|one| one.number().is_some_and(|number| number <= version));
    Ok(applied
        .map(|revision| TakenOver {
            revision: revision.id().to_owned(),
            applied_by: None,
            applied_at: None,
            is_baseline: true,
        })
        .collect())
}

#[cfg(test)]
mod tests {
    use super::script;

    #[test]
    fn a_comment_at_the_end_of_a_statement_does_not_take_its_semicolon() {
        let statements = ["SELECT 1; ", "SELECT 2 -- two"].map(str::to_owned);
        assert_eq!(script(&statements), "SELECT 1;\nSELECT 2 -- two\n;\n");
    }
}
