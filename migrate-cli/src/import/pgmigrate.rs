//! pgmigrate, and the tools for shards that are built on it: `migrations.yml`, `schema_version`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use migrate_core::catalog::{Ident, QualifiedName};
use migrate_core::history::TakenOver;
use migrate_core::revision::Chain;
use sqlx::{AssertSqlSafe, PgConnection};

use crate::{Config, Time, conninfo};

use super::yaml::Yaml;
use super::{ForeignHistory, Import, TIME_ZONE, cluster};

/// Files that a configuration may be in.
const FILES: [&str; 3] = ["cluster.yaml", "migrations.yml", "migrations.yaml"];

/// Reads a folder of pgmigrate, of one schema or of a cluster.
pub(crate) fn pgmigrate(file: Option<&Path>) -> anyhow::Result<Import> {
    let found = FILES.iter().map(Path::new).find(|path| path.exists());
    let Some(path) = file.or(found) else {
        bail!("there is no `{}` here; name the file with `--file`", FILES.join("`, `"));
    };
    let mut yaml = Yaml::read(path)?;
    let folder = path.parent().unwrap_or(Path::new(""));
    if let Some(shards) = yaml.take("logical-shards") {
        return cluster::read(folder, yaml, shards);
    }
    let mut notes = Vec::new();
    let mut config = settings(folder, &mut yaml)?;
    let information = yaml.text("information-schema")?;
    let used = yaml.text("use-schema")?;
    let plain = yaml.text("schema")?;
    config.schema = used.or_else(|| information.clone());
    // Several projects share a database by their histories.
    config.history_schema = plain.clone().filter(|_| config.schema.is_none());
    let history = information.or(plain).unwrap_or_else(|| "public".to_owned());
    notes.extend(baseline(&mut yaml)?);
    for key in ["target", "dryrun", "disable_schema_check", "check_serial_versions"] {
        yaml.take(key);
    }
    notes.extend(yaml.left_over());
    Ok(Import {
        config,
        files: Vec::new(),
        notes,
        differences: &[TIME_ZONE],
        history: ForeignHistory::Pgmigrate { schema: Some(history) },
    })
}

/// A number that new databases begin with is no setting here.
pub(super) fn baseline(yaml: &mut Yaml) -> anyhow::Result<Option<String>> {
    let number = yaml.text("baseline")?;
    Ok(number.map(|number| {
        format!(
            "`baseline: {number}` is no setting here: `migrate baseline --at {number}` writes it down for a database that has no history"
        )
    }))
}

/// What a file says of connections, sessions, hooks and the folder of revisions.
pub(super) fn settings(folder: &Path, yaml: &mut Yaml) -> anyhow::Result<Config> {
    let revisions = yaml.text("migrations-dir")?.unwrap_or_else(|| "migrations".to_owned());
    let interval = yaml.text("termination_interval")?;
    let mut config = Config {
        database_url: yaml.text("conn")?.map(|conn| conninfo::url(&conn)).transpose()?,
        revisions: Some(folder.join(revisions)),
        session: yaml.texts("session")?,
        installed_by: yaml.text("user")?,
        terminate_blockers_after: interval
            .map(|interval| interval.parse::<Time>().map_err(anyhow::Error::msg))
            .transpose()?,
        ..Config::default()
    };
    let Some(callbacks) = yaml.take("callbacks") else { return Ok(config) };
    for (kind, paths) in callbacks_by_kind(&callbacks, yaml)? {
        let paths: Vec<PathBuf> = paths.iter().map(|path| folder.join(path)).collect();
        match kind.as_str() {
            "beforeAll" => config.hooks_before_all = Some(paths),
            "beforeEach" => config.hooks_before_each = Some(paths),
            "afterEach" => config.hooks_after_each = Some(paths),
            "afterAll" => config.hooks_after_all = Some(paths),
            _ => bail!("`callbacks` has no kind `{kind}`"),
        }
    }
    Ok(config)
}

/// What runs when: a list for each kind, or all in one text as flags have them, `kind:path,kind:path`.
fn callbacks_by_kind(
    callbacks: &serde_json::Value,
    yaml: &Yaml,
) -> anyhow::Result<BTreeMap<String, Vec<String>>> {
    let mut by_kind: BTreeMap<String, Vec<String>> = BTreeMap::new();
    if let Some(callbacks) = callbacks.as_object() {
        for (kind, paths) in callbacks {
            by_kind.insert(kind.clone(), yaml.as_texts(kind, paths)?);
        }
        return Ok(by_kind);
    }
    let texts = yaml.as_texts("callbacks", callbacks)?;
    for one in texts.iter().flat_map(|text| text.split(',')).map(str::trim) {
        match one.split_once(':') {
            Some((kind, path)) => by_kind.entry(kind.to_owned()).or_default().push(path.to_owned()),
            None if one.is_empty() => {}
            None => bail!("`callbacks` names no kind for `{one}`; write `afterAll: [{one}]`"),
        }
    }
    Ok(by_kind)
}

/// A row of `schema_version`.
#[derive(sqlx::FromRow)]
struct Applied {
    version: i64,
    is_manual: bool,
    installed_by: Option<String>,
    installed_on: Option<String>,
}

/// The time zone of sessions that set none, as ours do: it is the server's own, where neither the role
/// nor the database has another.
const ZONE: &str = "SELECT coalesce(
    (SELECT split_part(one, '=', 2)
     FROM pg_catalog.pg_db_role_setting s, unnest(s.setconfig) one
     WHERE lower(split_part(one, '=', 1)) = 'timezone'
       AND s.setdatabase IN (0, (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database()))
       AND s.setrole IN (0, (SELECT oid FROM pg_catalog.pg_roles WHERE rolname = session_user))
     ORDER BY s.setrole <> 0 DESC, s.setdatabase <> 0 DESC LIMIT 1),
    current_setting('log_timezone'))";

/// What `schema_version` says was applied. A baseline stands for everything up to it.
pub(super) async fn applied(
    connection: &mut PgConnection,
    schema: &str,
    chain: &Chain,
) -> anyhow::Result<Vec<TakenOver>> {
    let table = QualifiedName { schema: Some(Ident::new(schema)), name: "schema_version".into() };
    let sql = format!(
        "SELECT version::int8, type::text = 'manual' AS is_manual, installed_by,
                to_char(installed_on AT TIME ZONE ({ZONE}) AT TIME ZONE 'UTC',
                        'YYYY-MM-DD HH24:MI:SS') AS installed_on
         FROM {table} ORDER BY version"
    );
    let rows: Result<Vec<Applied>, _> =
        sqlx::query_as(AssertSqlSafe(sql)).persistent(false).fetch_all(connection).await;
    let rows = match rows {
        Err(sqlx::Error::Database(error)) if error.code().as_deref() == Some("42P01") => {
            return Ok(Vec::new());
        }
        rows => rows.with_context(|| format!("{table} can't be read"))?,
    };
    let baseline = rows.iter().rev().find(|row| row.is_manual).map_or(0, |row| row.version);
    let by_version: BTreeMap<i64, &Applied> = rows.iter().map(|row| (row.version, row)).collect();
    let mut files = BTreeSet::new();
    let mut applied = Vec::new();
    let mut skipped = Vec::new();
    let last = rows.last().map_or(0, |row| row.version);
    for revision in chain.ordered()? {
        let number = revision.number().and_then(|number| i64::try_from(number).ok());
        let number = number.unwrap_or_default();
        files.insert(number);
        let row = by_version.get(&number);
        if row.is_none() && number > baseline {
            if number < last {
                skipped.push(revision.file);
            }
            continue;
        }
        applied.push(TakenOver {
            revision: revision.id().to_owned(),
            applied_by: row.and_then(|row| row.installed_by.clone()),
            applied_at: row.and_then(|row| row.installed_on.clone()),
            is_baseline: row.is_none_or(|row| row.is_manual),
        });
    }
    if !skipped.is_empty() {
        bail!(
            "{table} has later versions and not {}, which were never applied; give them numbers after {last}, or apply them by hand and add their rows",
            skipped.join(", ")
        );
    }
    let missing = rows.iter().filter(|row| !row.is_manual && !files.contains(&row.version));
    let missing: Vec<String> = missing.map(|row| row.version.to_string()).collect();
    if !missing.is_empty() {
        bail!("{table} has versions without a file: {}; restore them", missing.join(", "));
    }
    Ok(applied)
}
