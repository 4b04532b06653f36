//! The keys, each at once a flag, a variable, a key of the file and a field for code.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::Args;
use clap::builder::BoolishValueParser;
use serde::{Deserialize, Serialize};

use super::{Names, Time};

const DATABASES: &str = "Databases";
const SESSIONS: &str = "Sessions and waiting";
const TENANTS: &str = "Tenants and clusters";
const SERVICE: &str = "Service isolation";
const HOOKS: &str = "Hooks";

/// What can be configured. A field left out is left to a weaker layer.
///
/// ```
/// let config = migrate_cli::Config {
///     schema: Some("billing".to_owned()),
///     session: Some(vec!["SET work_mem = '256MB'".to_owned()]),
///     ..migrate_cli::Config::default()
/// };
/// ```
#[derive(Debug, Clone, Default, Args, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
pub struct Config {
    /// The database; without one, a development database of our own in debug builds. The variable
    /// is `DATABASE_URL` too.
    #[arg(long, global = true, value_name = "URL", help_heading = DATABASES)]
    pub database_url: Option<String>,
    /// The schema whose objects have no schema in their names: `public`, unless said otherwise.
    #[arg(long, global = true, help_heading = DATABASES)]
    pub schema: Option<String>,
    /// The schema of the history: the target schema, unless said otherwise.
    #[arg(long, global = true, value_name = "SCHEMA", hide = true, help_heading = DATABASES)]
    pub history_schema: Option<String>,
    /// The table of the history: `migrate_history`, unless said otherwise.
    #[arg(long, global = true, value_name = "TABLE", hide = true, help_heading = DATABASES)]
    pub history_table: Option<String>,
    /// The schema of what tenants share, which has revisions of its own.
    #[arg(long, global = true, value_name = "SCHEMA", hide = true, help_heading = DATABASES)]
    pub common_schema: Option<String>,
    /// The folder of SQL revisions, for the program without an application: `migrations`.
    #[arg(long, global = true, value_name = "FOLDER", hide = true, help_heading = DATABASES)]
    pub revisions: Option<PathBuf>,
    /// The folder of the common schema's SQL revisions.
    #[arg(long, global = true, value_name = "FOLDER", hide = true, help_heading = DATABASES)]
    pub common_revisions: Option<PathBuf>,
    /// A server for scratch databases, in place of a throw-away one.
    #[arg(long, global = true, value_name = "URL", hide = true, help_heading = DATABASES)]
    pub scratch_url: Option<String>,
    /// SQL that scratch databases begin with: what revisions refer to but don't make.
    #[arg(long, global = true, value_name = "FILE", hide = true, help_heading = DATABASES)]
    pub scratch_setup: Option<Vec<PathBuf>>,

    /// A statement for every connection, such as `SET work_mem = '1GB'`.
    #[arg(long, global = true, value_name = "SQL", hide = true, help_heading = SESSIONS)]
    #[serde(deserialize_with = "super::names::one_or_many")]
    pub session: Option<Vec<String>>,
    /// How long a statement waits for a lock before the revision is tried again: `2s`.
    #[arg(long, global = true, value_name = "TIME", hide = true, help_heading = SESSIONS)]
    pub lock_timeout: Option<Time>,
    /// How long a statement may run; `0`, as it is, for as long as it takes.
    #[arg(long, global = true, value_name = "TIME", hide = true, help_heading = SESSIONS)]
    pub statement_timeout: Option<Time>,
    /// How often a revision is tried when a lock can't be had: 10.
    #[arg(long, global = true, value_name = "COUNT", hide = true, help_heading = SESSIONS, value_parser = clap::value_parser!(u32).range(1..))]
    pub attempts: Option<u32>,
    /// How long to wait for another run on the same target: `10min`.
    #[arg(long, global = true, value_name = "TIME", hide = true, help_heading = SESSIONS)]
    pub wait_for_other_run: Option<Time>,
    /// How often a connection is tried where the server may be there in a moment: 1.
    #[arg(long, global = true, value_name = "COUNT", hide = true, help_heading = SESSIONS, value_parser = clap::value_parser!(u32).range(1..))]
    pub connect_attempts: Option<u32>,
    /// The pause between two tries to connect: `5s`.
    #[arg(long, global = true, value_name = "TIME", hide = true, help_heading = SESSIONS)]
    pub connect_interval: Option<Time>,
    /// Who the history says applied a revision: the role, unless said otherwise.
    #[arg(long, global = true, value_name = "NAME", hide = true, help_heading = SESSIONS)]
    pub installed_by: Option<String>,
    /// Ends sessions that have been in the way of a revision for so long.
    #[arg(long, global = true, value_name = "TIME", hide = true, help_heading = SESSIONS)]
    pub terminate_blockers_after: Option<Time>,
    /// Roles and application names whose sessions are never ended, with `*` for any part.
    #[arg(long, global = true, value_name = "PATTERN", value_delimiter = ',', hide = true, help_heading = SESSIONS)]
    pub terminate_blockers_except: Option<Vec<String>>,

    /// The schemas of the tenants, which all have the same revisions.
    #[arg(long, global = true, value_name = "SCHEMA", value_delimiter = ',', hide = true, help_heading = TENANTS)]
    pub tenants_schemas: Option<Vec<String>>,
    /// A query that gives the schemas of the tenants.
    #[arg(long, global = true, value_name = "SQL", hide = true, help_heading = TENANTS)]
    pub tenants_query: Option<String>,
    /// How many tenants of each database at once: 1.
    #[arg(long, global = true, value_name = "COUNT", hide = true, help_heading = TENANTS)]
    pub parallel: Option<NonZeroUsize>,
    /// Goes on with other tenants after one failed.
    #[arg(long, global = true, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true", value_parser = BoolishValueParser::new(), hide = true, help_heading = TENANTS)]
    pub keep_going: Option<bool>,
    /// How many tenants come first, and the others only where these succeed.
    #[arg(long, global = true, value_name = "COUNT", hide = true, help_heading = TENANTS)]
    pub canary: Option<usize>,
    /// The databases of a cluster, each with its tenants.
    #[arg(long, global = true, value_name = "URL", value_delimiter = ',', hide = true, help_heading = TENANTS)]
    pub cluster_urls: Option<Vec<String>>,
    /// A JSON file with the databases of clusters by alias, in place of the URLs.
    #[arg(long, global = true, value_name = "FILE", hide = true, help_heading = TENANTS)]
    pub cluster_file: Option<PathBuf>,
    /// The alias of the cluster in that file.
    #[arg(long, global = true, value_name = "ALIAS", hide = true, help_heading = TENANTS)]
    pub cluster_alias: Option<String>,
    /// The tenants of each database in turn, with commas between, and semicolons between databases.
    #[arg(long, global = true, value_name = "SCHEMAS", value_delimiter = ';', hide = true, help_heading = TENANTS)]
    pub cluster_tenants: Option<Vec<Names>>,

    /// The role of the service, which runs its revisions and owns what they make.
    #[arg(long, global = true, value_name = "ROLE", hide = true, help_heading = SERVICE)]
    pub service_role: Option<String>,
    /// Its password, which the server gets as a SCRAM verifier alone.
    #[arg(long, global = true, value_name = "PASSWORD", hide = true, help_heading = SERVICE)]
    pub service_password: Option<String>,
    /// A role whose members may read the service's tables.
    #[arg(long, global = true, value_name = "ROLE", hide = true, help_heading = SERVICE)]
    pub service_readers: Option<String>,
    /// Takes the right to make objects in the schema `public` from everyone.
    #[arg(long, global = true, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true", value_parser = BoolishValueParser::new(), hide = true, help_heading = SERVICE)]
    pub service_closes_public: Option<bool>,
    /// Takes the rights on the database from everyone who wasn't granted them.
    #[arg(long, global = true, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true", value_parser = BoolishValueParser::new(), hide = true, help_heading = SERVICE)]
    pub service_closes_database: Option<bool>,
    /// Makes role and schema of the service before revisions are applied.
    #[arg(long, global = true, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true", value_parser = BoolishValueParser::new(), hide = true, help_heading = SERVICE)]
    pub bootstrap: Option<bool>,
    /// Sets the role's password where the one configured no longer works.
    #[arg(long, global = true, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true", value_parser = BoolishValueParser::new(), hide = true, help_heading = SERVICE)]
    pub sync_password: Option<bool>,

    /// SQL files, or folders of them, before the first pending revision.
    #[arg(long, global = true, value_name = "PATH", hide = true, help_heading = HOOKS)]
    #[serde(deserialize_with = "super::names::one_or_many")]
    pub hooks_before_all: Option<Vec<PathBuf>>,
    /// The same before each revision, in its transaction.
    #[arg(long, global = true, value_name = "PATH", hide = true, help_heading = HOOKS)]
    #[serde(deserialize_with = "super::names::one_or_many")]
    pub hooks_before_each: Option<Vec<PathBuf>>,
    /// The same after each revision, in its transaction.
    #[arg(long, global = true, value_name = "PATH", hide = true, help_heading = HOOKS)]
    #[serde(deserialize_with = "super::names::one_or_many")]
    pub hooks_after_each: Option<Vec<PathBuf>>,
    /// The same after everything.
    #[arg(long, global = true, value_name = "PATH", hide = true, help_heading = HOOKS)]
    #[serde(deserialize_with = "super::names::one_or_many")]
    pub hooks_after_all: Option<Vec<PathBuf>>,
    /// Runs those of each revision around revisions with steps too.
    #[arg(long, global = true, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true", value_parser = BoolishValueParser::new(), hide = true, help_heading = HOOKS)]
    pub hooks_around_steps: Option<bool>,
}

/// Keys whose values are paths, which in a file are seen from its folder.
pub(super) const PATHS: [&str; 8] = [
    "revisions",
    "common-revisions",
    "scratch-setup",
    "cluster-file",
    "hooks-before-all",
    "hooks-before-each",
    "hooks-after-each",
    "hooks-after-all",
];

/// Keys whose values are names in the database.
pub(super) const NAMES: [&str; 8] = [
    "schema",
    "history-schema",
    "history-table",
    "common-schema",
    "tenants-schemas",
    "cluster-tenants",
    "service-role",
    "service-readers",
];

/// Keys whose values are never shown.
pub(super) const SECRETS: [&str; 1] = ["service-password"];

/// Keys whose values are URLs, shown without their passwords.
pub(super) const URLS: [&str; 3] = ["database-url", "scratch-url", "cluster-urls"];

/// A value for each key, as `migrate.toml` writes it.
pub(super) const EXAMPLES: [(&str, &str); 40] = [
    ("database-url", r#""postgres://app:${APP_PASSWORD:url}@localhost/app""#),
    ("schema", r#""public""#),
    ("history-schema", r#""public""#),
    ("history-table", r#""migrate_history""#),
    ("common-schema", r#""common""#),
    ("revisions", r#""migrations""#),
    ("common-revisions", r#""migrations/common""#),
    ("scratch-url", r#""postgres://postgres@localhost/postgres""#),
    ("scratch-setup", r#"["scratch.sql"]"#),
    ("session", r#"["SET work_mem = '256MB'"]"#),
    ("lock-timeout", r#""2s""#),
    ("statement-timeout", r#""0s""#),
    ("attempts", "10"),
    ("wait-for-other-run", r#""10min""#),
    ("connect-attempts", "1"),
    ("connect-interval", r#""5s""#),
    ("installed-by", r#""deploy""#),
    ("terminate-blockers-after", r#""30s""#),
    ("terminate-blockers-except", r#"["pg_dump", "etl_*"]"#),
    ("tenants-schemas", r#"["tenant_a", "tenant_b"]"#),
    ("tenants-query", r#""SELECT schema_name FROM public.tenant ORDER BY 1""#),
    ("parallel", "1"),
    ("keep-going", "false"),
    ("canary", "0"),
    ("cluster-urls", r#"["postgres://app@db0/app", "postgres://app@db1/app"]"#),
    ("cluster-file", r#""databases.json""#),
    ("cluster-alias", r#""app""#),
    ("cluster-tenants", r#"[["tenant_a"], ["tenant_b", "tenant_c"]]"#),
    ("service-role", r#""billing""#),
    ("service-password", r#""${BILLING_PASSWORD}""#),
    ("service-readers", r#""readers""#),
    ("service-closes-public", "false"),
    ("service-closes-database", "false"),
    ("bootstrap", "false"),
    ("sync-password", "false"),
    ("hooks-before-all", r#"["hooks/before_all"]"#),
    ("hooks-before-each", r#"["hooks/before_each"]"#),
    ("hooks-after-each", r#"["hooks/after_each"]"#),
    ("hooks-after-all", r#"["hooks/after_all"]"#),
    ("hooks-around-steps", "false"),
];
