//! One scratch database: its name tells whose it is, so that orphans can be found.

use std::process;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use sqlx::error::DatabaseError;
use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, PgConnection};

use super::database_url::database_url;
use super::host::host_hash;
use super::process::is_alive;
use super::scratch::Place;
use super::scratch_error::ScratchError;

const PREFIX: &str = "migrate_scratch_";

static COUNTER: AtomicU64 = AtomicU64::new(0);

/// A database that nobody misses.
///
/// On a throw-away server it goes away with the server. On another server it must be dropped with
/// [`ScratchDatabase::drop`]; one that was not is removed by a later process of this machine.
#[derive(Debug)]
pub struct ScratchDatabase {
    name: String,
    /// Keeps a throw-away server alive.
    place: Arc<Place>,
    /// The schema in which names without one are meant.
    schema: String,
}

impl ScratchDatabase {
    pub(super) async fn create(
        place: &Arc<Place>,
        template: &str,
        strategy: &str,
    ) -> Result<Self, ScratchError> {
        let name = unused_name();
        let sql = format!("CREATE DATABASE \"{name}\" TEMPLATE \"{template}\"{strategy}");
        let options = place.options();
        run(&options, sql).await?.map_err(|source| refusal(source, &name, template, &options))?;
        Ok(Self { name, place: Arc::clone(place), schema: "public".to_owned() })
    }

    /// The database's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The schema in which names without one are meant: `public`, unless told otherwise.
    pub fn schema(&self) -> &str {
        &self.schema
    }

    /// The same database, for work on another schema of it.
    #[must_use]
    pub fn seen_from(self, schema: &str) -> Self {
        Self { schema: schema.to_owned(), ..self }
    }

    /// How to connect to it.
    pub fn options(&self) -> PgConnectOptions {
        self.place.options().database(&self.name)
    }

    /// The same as a URL, for `psql` and other programs.
    pub fn url(&self) -> String {
        database_url(&self.options())
    }

    /// Connects to it.
    pub async fn connect(&self) -> Result<PgConnection, ScratchError> {
        connect(&self.options()).await
    }

    /// Drops the database, with the connections to it.
    pub async fn drop(self) -> Result<(), ScratchError> {
        let sql = format!("DROP DATABASE IF EXISTS \"{}\" WITH (FORCE)", self.name);
        let dropped = run(&self.place.options(), sql).await?;
        dropped.map_err(ScratchError::refused("drop", &self.name))
    }
}

/// Connects to whatever database the options name.
pub(super) async fn connect(options: &PgConnectOptions) -> Result<PgConnection, ScratchError> {
    options.connect().await.map_err(|source| ScratchError::Connect {
        database: options.get_database().unwrap_or(options.get_username()).to_owned(),
        source,
    })
}

/// Drops the scratch databases of processes of this machine that are dead. One that is still in
/// use, or belongs to another role, stays.
pub(super) async fn sweep(connection: &mut PgConnection) -> Result<(), ScratchError> {
    let ours = format!("{PREFIX}{}_", host_hash());
    let names: Vec<String> = sqlx::query_scalar(
        "SELECT datname::text FROM pg_database WHERE starts_with(datname::text, $1) ORDER BY datname",
    )
    .bind(&ours)
    .fetch_all(&mut *connection)
    .await
    .map_err(ScratchError::server_refused("look for orphans"))?;
    for name in names.iter().filter(|name| owner_of(name, &ours).is_some_and(|pid| !is_alive(pid)))
    {
        let sql = format!("DROP DATABASE IF EXISTS \"{name}\"");
        match sqlx::query(AssertSqlSafe(sql)).execute(&mut *connection).await {
            Ok(_) => tracing::debug!(name, "dropped an orphaned scratch database"),
            Err(error) => tracing::debug!(name, %error, "left an orphaned scratch database"),
        }
    }
    Ok(())
}

/// Runs one statement on a connection of its own: a kept one would belong to the runtime that
/// made it, and servers are shared between tests.
async fn run(
    options: &PgConnectOptions,
    sql: String,
) -> Result<Result<(), sqlx::Error>, ScratchError> {
    let mut connection = connect(options).await?;
    let outcome = sqlx::query(AssertSqlSafe(sql)).execute(&mut connection).await;
    // The statement has run; a connection that doesn't close well changes nothing.
    let _ = connection.close().await;
    Ok(outcome.map(|_| ()))
}

/// Tells the refusals that the user can do something about.
fn refusal(
    source: sqlx::Error,
    name: &str,
    template: &str,
    options: &PgConnectOptions,
) -> ScratchError {
    let code = source.as_database_error().and_then(DatabaseError::code);
    match code.as_deref() {
        Some("42501") => {
            ScratchError::CreatedbMissing { role: options.get_username().to_owned(), source }
        }
        Some("55006") => ScratchError::InUse { database: template.to_owned(), source },
        _ => ScratchError::refused("create", name)(source),
    }
}

fn unused_name() -> String {
    let number = COUNTER.fetch_add(1, Ordering::Relaxed);
    format!("{PREFIX}{}_{}_{number}", host_hash(), process::id())
}

/// The process id in a name that we made; `None` for any other name.
fn owner_of(name: &str, ours: &str) -> Option<i32> {
    let (pid, number) = name.strip_prefix(ours)?.split_once('_')?;
    number.parse::<u64>().ok()?;
    pid.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_tells_its_process() {
        let ours = format!("{PREFIX}{}_", host_hash());
        let owner = owner_of(&unused_name(), &ours).and_then(|pid| u32::try_from(pid).ok());
        assert_eq!(owner, Some(process::id()));
    }

    #[test]
    fn a_name_that_we_did_not_make_has_no_process() {
        assert_eq!(owner_of("migrate_scratch_ab_12_3", "migrate_scratch_ab_"), Some(12));
        assert_eq!(owner_of("migrate_scratch_ab_12_3\"; --", "migrate_scratch_ab_"), None);
        assert_eq!(owner_of("migrate_scratch_cd_12_3", "migrate_scratch_ab_"), None);
    }

    #[test]
    fn names_differ() {
        assert_ne!(unused_name(), unused_name());
    }
}
