//! The development server: a database for a project that names none, which stays until stopped.

use std::path::{Path, PathBuf};

use sqlx::error::DatabaseError;
use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, PgConnection};

use super::cluster::Cluster;
use super::database_url::database_url;
use super::development_home::{DevelopmentCluster, DevelopmentHome};
use super::launch_error::LaunchError;
use super::short_hash::short_hash;

/// How much of a folder's name goes into that of its database; names end at 63 bytes.
const NAME_LENGTH: usize = 40;

/// A durable server of this user, and one project's database on it.
///
/// All projects share the server. It runs on when this process ends, and the next command finds
/// it again.
#[derive(Debug, Clone)]
pub struct DevelopmentServer {
    major: u16,
    cluster: Cluster,
    database: String,
}

impl DevelopmentServer {
    /// Finds the user's server or starts it, and makes the project's database if it is missing.
    pub async fn find_or_start(project: &Path) -> Result<Self, LaunchError> {
        Self::find_or_start_in(&DevelopmentHome::of_user()?, project).await
    }

    /// The same with the servers of another home than the user's.
    pub async fn find_or_start_in(
        home: &DevelopmentHome,
        project: &Path,
    ) -> Result<Self, LaunchError> {
        let server = Self::running_in(home, project).await?;
        server.create_database().await?;
        Ok(server)
    }

    /// The user's servers, newest version first.
    pub fn status() -> Result<Vec<DevelopmentCluster>, LaunchError> {
        Ok(DevelopmentHome::of_user()?.clusters())
    }

    /// Stops the user's servers and says which ones ran; their data stays.
    pub async fn stop() -> Result<Vec<DevelopmentCluster>, LaunchError> {
        let home = DevelopmentHome::of_user()?;
        blocking(move || home.stop()).await
    }

    /// Drops the project's database with all that is in it, and makes an empty one.
    pub async fn reset(project: &Path) -> Result<Self, LaunchError> {
        Self::reset_in(&DevelopmentHome::of_user()?, project).await
    }

    /// The same with the servers of another home than the user's.
    pub async fn reset_in(home: &DevelopmentHome, project: &Path) -> Result<Self, LaunchError> {
        let server = Self::running_in(home, project).await?;
        server.drop_database().await?;
        server.create_database().await?;
        Ok(server)
    }

    /// The major version of PostgreSQL, as 17.
    pub fn major(&self) -> u16 {
        self.major
    }

    /// The name of the project's database.
    pub fn database(&self) -> &str {
        &self.database
    }

    /// How to connect to the project's database.
    pub fn connect_options(&self) -> PgConnectOptions {
        self.cluster.connect_options(&self.database)
    }

    /// The same as a URL, for `psql` and other programs.
    pub fn url(&self) -> String {
        database_url(&self.connect_options())
    }

    /// The file that the server logs to.
    pub fn log_path(&self) -> &Path {
        &self.cluster.log
    }

    async fn running_in(home: &DevelopmentHome, project: &Path) -> Result<Self, LaunchError> {
        let home = home.clone();
        let (major, cluster) = blocking(move || home.find_or_start()).await?;
        Ok(Self { major, cluster, database: database_name(&absolute(project)) })
    }

    async fn create_database(&self) -> Result<(), LaunchError> {
        let mut connection = self.maintenance_connection().await?;
        let is_there: bool =
            sqlx::query_scalar("SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)")
                .bind(&self.database)
                .fetch_one(&mut connection)
                .await
                .map_err(LaunchError::database("look for", &self.database))?;
        if is_there {
            return Ok(());
        }
        let sql = format!("CREATE DATABASE \"{}\" TEMPLATE template0", self.database);
        match sqlx::query(AssertSqlSafe(sql)).execute(&mut connection).await {
            Err(error) if !is_duplicate(&error) => {
                Err(LaunchError::database("create", &self.database)(error))
            }
            _ => Ok(()),
        }
    }

    async fn drop_database(&self) -> Result<(), LaunchError> {
        let mut connection = self.maintenance_connection().await?;
        let sql = format!("DROP DATABASE IF EXISTS \"{}\" WITH (FORCE)", self.database);
        let dropped = sqlx::query(AssertSqlSafe(sql)).execute(&mut connection).await;
        dropped.map(|_| ()).map_err(LaunchError::database("drop", &self.database))
    }

    async fn maintenance_connection(&self) -> Result<PgConnection, LaunchError> {
        let options = self.cluster.connect_options("postgres");
        options.connect().await.map_err(LaunchError::database("connect to", "postgres"))
    }
}

/// Another command may have made the database since it was looked for: PostgreSQL says so as a
/// duplicate database or, a moment earlier, as a duplicate key of its catalog.
fn is_duplicate(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(DatabaseError::code);
    matches!(code.as_deref(), Some("42P04" | "23505"))
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, LaunchError> + Send + 'static,
) -> Result<T, LaunchError> {
    tokio::task::spawn_blocking(work).await.map_err(|_| LaunchError::ThreadLost)?
}

fn absolute(project: &Path) -> PathBuf {
    project
        .canonicalize()
        .or_else(|_| std::path::absolute(project))
        .unwrap_or_else(|_| project.to_path_buf())
}

/// A plain name that tells the project, and a hash of its path that tells it from others of the
/// same name.
fn database_name(project: &Path) -> String {
    let folder = project.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
    let words: Vec<&str> = folder
        .split(|letter: char| !letter.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    let mut name = words.join("_");
    name.truncate(NAME_LENGTH);
    if !name.starts_with(|letter: char| letter.is_ascii_alphabetic()) {
        name.insert_str(0, "project_");
    }
    format!("{}_{}", name.trim_end_matches('_'), short_hash(&project.to_string_lossy()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(project: &str, prefix: &str) {
        let name = database_name(Path::new(project));
        assert_eq!(name.rsplit_once('_').map(|(prefix, _)| prefix), Some(prefix));
        assert!(name.len() <= 63, "`{name}` is too long");
    }

    #[test]
    fn a_database_has_a_plain_name() {
        check("/home/alice/Blog Engine (new)", "blog_engine_new");
        check("/home/alice/2048", "project_2048");
        check("/home/alice/über-app", "ber_app");
        check("/", "project");
        check(&format!("/{}", "long-".repeat(30)), &"long_".repeat(8)[..39]);
    }

    #[test]
    fn projects_of_one_name_have_databases_of_their_own() {
        let names = ["/home/alice/blog", "/home/bob/blog"].map(|path| database_name(path.as_ref()));
        assert_ne!(names[0], names[1]);
    }
}
