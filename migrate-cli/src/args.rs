//! What can be said on the command line.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::Config;

/// Changes the schema of a database by revisions.
#[derive(Debug, Args)]
pub struct Migrate {
    #[command(flatten)]
    pub(crate) place: Place,
    #[command(flatten)]
    pub(crate) config: Box<Config>,
    /// What to do.
    #[command(subcommand)]
    pub command: MigrateCommand,
}

/// Where a command finds its configuration.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct Place {
    /// The configuration: `migrate.toml` here or in the project's folder, unless said otherwise.
    #[arg(long, global = true, value_name = "FILE", help_heading = CONFIGURATION)]
    pub(crate) config: Option<PathBuf>,
    /// Works as if started in this folder.
    #[arg(long, global = true, value_name = "FOLDER", hide = true, help_heading = CONFIGURATION)]
    pub(crate) base_dir: Option<PathBuf>,
}

/// The heading of what every command takes, which otherwise stands among its own options.
const CONFIGURATION: &str = "Configuration (`migrate config --all` explains every key)";

/// The commands of an application.
#[derive(Debug, Subcommand)]
pub enum MigrateCommand {
    /// Writes a revision for what changed in the models.
    Generate(GenerateArgs),
    /// Writes an empty revision to fill by hand.
    New(NewArgs),
    #[command(flatten)]
    Run(RunCommand),
    /// Tells whether the revisions build what the models say.
    Check(CheckArgs),
    /// Puts one of two heads after the other, and writes `mod.rs` anew.
    Merge,
    /// Prints the SQL that turns one schema into another.
    Diff(DiffArgs),
    /// The development database.
    #[command(subcommand)]
    Dev(ApplicationDevCommand),
}

/// The commands that need revisions and databases, but no models.
#[derive(Debug, Subcommand)]
pub enum RunCommand {
    /// Applies pending revisions.
    Apply(ApplyArgs),
    /// Takes back applied revisions: the last one, unless told otherwise.
    Rollback(RollbackArgs),
    /// Lists the revisions, applied and pending.
    #[command(visible_alias = "info")]
    Status(StatusArgs),
    /// Shows what `apply` will run, with its locks.
    Plan(PlanArgs),
    /// Answers for a step that was interrupted outside a transaction.
    Resolve(ResolveArgs),
    /// Writes revisions down as applied in a database that has what they make.
    Baseline(BaselineArgs),
    /// Removes the history, and nothing that revisions made.
    Clean(CleanArgs),
    /// Makes the role and the schema of a service, and checks its isolation.
    Bootstrap(BootstrapArgs),
    /// Takes the role and the schema of a service away, with all that is in it.
    Decommission(DecommissionArgs),
    /// Shows what is configured, and where each value came from.
    Config(ConfigArgs),
}

/// Which of many targets.
#[derive(Debug, Clone, Default, Args)]
pub struct Selection {
    /// Only these tenants: schemas, with `*` for any part.
    #[arg(long, value_name = "SCHEMA", value_delimiter = ',')]
    pub only: Vec<String>,
    /// Not these tenants.
    #[arg(long, value_name = "SCHEMA", value_delimiter = ',')]
    pub except: Vec<String>,
    /// Only what tenants share, with its own revisions.
    #[arg(long, conflicts_with_all = ["only", "except"])]
    pub common: bool,
}

/// `generate`.
#[derive(Debug, Clone, Args)]
pub struct GenerateArgs {
    /// What the revision does, in a few words.
    #[arg(short, long)]
    pub message: String,
    /// Shows the revision and writes nothing.
    #[arg(long)]
    pub dry_run: bool,
    /// Shows the SQL in place of the Rust, and writes nothing.
    #[arg(long)]
    pub sql: bool,
    /// Plain forms in one transaction, even where they block a table that has rows.
    #[arg(long)]
    pub simple: bool,
    /// `table=new`, `table=schema.new`, `table.column=new` or `type.attribute=new`: that is a rename.
    #[arg(long, value_name = "OLD=NEW")]
    pub rename: Vec<String>,
    /// `table` or `table.column`: that is really gone, not renamed.
    #[arg(long, value_name = "NAME")]
    pub drop: Vec<String>,
    /// `table.column=expression`: how a value becomes one of the column's new type.
    #[arg(long, value_name = "COLUMN=SQL")]
    pub using: Vec<String>,
    /// Lets more than half of the tables go.
    #[arg(long)]
    pub allow_mass_drop: bool,
    /// A package whose models are really gone.
    #[arg(long, value_name = "PACKAGE")]
    pub forget_package: Vec<String>,
}

/// `new`.
#[derive(Debug, Args)]
pub struct NewArgs {
    /// What the revision does, in a few words.
    #[arg(short, long)]
    pub message: String,
    /// As a pair of SQL files.
    #[arg(long)]
    pub sql: bool,
}

/// `init`.
#[derive(Debug, Args)]
pub(crate) struct InitArgs {
    /// For SQL revisions, which need no application.
    #[arg(long)]
    pub(crate) sql: bool,
}

/// `apply`.
#[derive(Debug, Args)]
pub struct ApplyArgs {
    /// The last revision to apply: an id or a part of it, `head`, or `+n`.
    #[arg(long, conflicts_with = "number")]
    pub to: Option<String>,
    /// How many revisions to apply.
    #[arg(short)]
    pub number: Option<usize>,
    /// Shows what would run and runs nothing.
    #[arg(long)]
    pub dry_run: bool,
    /// A revision whose file may differ from what was applied.
    #[arg(long, value_name = "REVISION")]
    pub accept_checksum: Vec<String>,
    /// Brings up tenants that an earlier run left behind the others.
    #[arg(long)]
    pub heal: bool,
    #[command(flatten)]
    pub selection: Selection,
}

/// `rollback`.
#[derive(Debug, Args)]
pub struct RollbackArgs {
    /// The revision to go back to: an id or a part of it, `base`, or `-n`.
    #[arg(long, conflicts_with = "number", allow_hyphen_values = true)]
    pub to: Option<String>,
    /// How many revisions to take back.
    #[arg(short)]
    pub number: Option<usize>,
    /// Shows what would run and runs nothing.
    #[arg(long)]
    pub dry_run: bool,
    /// A revision whose file may differ from what was applied.
    #[arg(long, value_name = "REVISION")]
    pub accept_checksum: Vec<String>,
    #[command(flatten)]
    pub selection: Selection,
}

/// `status`.
#[derive(Debug, Args)]
pub struct StatusArgs {
    /// As JSON.
    #[arg(long)]
    pub json: bool,
    /// Leaves out what is applied.
    #[arg(short = 'o', long)]
    pub pending: bool,
    #[command(flatten)]
    pub selection: Selection,
}

/// `baseline`.
#[derive(Debug, Args)]
pub struct BaselineArgs {
    /// The last revision that the database has: an id or a part of it, a number, or `head`.
    #[arg(long, value_name = "REVISION")]
    pub at: String,
    /// Compares the database with what the revisions would have built, first.
    #[arg(long)]
    pub verify: bool,
    #[command(flatten)]
    pub selection: Selection,
}

/// `clean`.
#[derive(Debug, Args)]
pub struct CleanArgs {
    /// Answers the question whether to go on.
    #[arg(long)]
    pub yes: bool,
    #[command(flatten)]
    pub selection: Selection,
}

/// `import`.
#[derive(Debug, Args)]
pub(crate) struct ImportArgs {
    /// The tool that is left.
    #[arg(value_enum)]
    pub(crate) tool: ImportTool,
    /// Its configuration, where it isn't found by its usual name.
    #[arg(long)]
    pub(crate) file: Option<PathBuf>,
}

/// Tools whose work can be taken over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum ImportTool {
    /// pgmigrate, and the tools for shards and clusters that are built on it.
    Pgmigrate,
    /// MiGreat.
    Migreat,
}

/// `bootstrap`.
#[derive(Debug, Args)]
pub struct BootstrapArgs {
    /// Prints the SQL that is missing, and runs nothing.
    #[arg(long)]
    pub print: bool,
    #[command(flatten)]
    pub selection: Selection,
}

/// `decommission`.
#[derive(Debug, Args)]
pub struct DecommissionArgs {
    /// Answers the question whether to go on.
    #[arg(long)]
    pub yes: bool,
}

/// `config`.
#[derive(Debug, Args)]
pub struct ConfigArgs {
    /// As JSON.
    #[arg(long)]
    pub json: bool,
    /// Explains every key there is: each is a flag, a variable and a key of `migrate.toml`.
    #[arg(long, conflicts_with = "json")]
    pub all: bool,
}

/// `plan`.
#[derive(Debug, Args)]
pub struct PlanArgs {
    /// As JSON.
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub selection: Selection,
}

/// `check`.
#[derive(Debug, Args)]
pub struct CheckArgs {
    /// Also compares the database: its history, and what was changed by hand.
    #[arg(long)]
    pub database: bool,
    #[command(flatten)]
    pub selection: Selection,
    /// As JSON.
    #[arg(long)]
    pub json: bool,
}

/// `diff`.
#[derive(Debug, Args)]
pub struct DiffArgs {
    /// What is there: a database URL, a `.sql` file or a folder of them, `models` or `revisions`.
    pub from: String,
    /// What shall be there, said in the same way.
    pub to: String,
    /// Names to leave out, with `*` for any part: `audit_*`, `billing.*`, `article.legacy_*`.
    #[arg(long, value_name = "PATTERN", value_delimiter = ',')]
    pub exclude: Vec<String>,
    /// `table=new`, `table=schema.new`, `table.column=new` or `type.attribute=new`: that is a rename.
    #[arg(long, value_name = "OLD=NEW")]
    pub rename: Vec<String>,
    /// `table.column=expression`: how a value becomes one of the column's new type.
    #[arg(long, value_name = "COLUMN=SQL")]
    pub using: Vec<String>,
    /// What may be lost: `drop-table`, `drop-column`, `drop-attribute`, `drop-schema`, `drop-sequence`,
    /// `lose-elements`, `lose-parts`, `lose-nulls`, each with `=name` for one object, or `all`.
    #[arg(long, value_name = "LOSS", value_delimiter = ',')]
    pub allow: Vec<String>,
    /// Plain forms in one transaction, even where they block a table that has rows.
    #[arg(long)]
    pub simple: bool,
    /// As JSON, with locks and hazards.
    #[arg(long)]
    pub json: bool,
    /// Runs the SQL on a copy of FROM first, without rows, and compares it with TO.
    #[arg(long)]
    pub verify: bool,
    /// Runs the SQL on FROM, which has to be a database.
    #[arg(long)]
    pub apply: bool,
    /// Answers the question of `--apply`.
    #[arg(long, requires = "apply")]
    pub yes: bool,
}

/// `resolve`.
#[derive(Debug, Args)]
pub struct ResolveArgs {
    /// The revision: its number, its id or a part of that.
    pub revision: String,
    /// The interrupted step had done its work.
    #[arg(long, required_unless_present = "redo", conflicts_with = "redo")]
    pub done: bool,
    /// The interrupted step has to run again.
    #[arg(long)]
    pub redo: bool,
    #[command(flatten)]
    pub selection: Selection,
}

/// `dev` of an application, which has models and revisions.
#[derive(Debug, Subcommand)]
pub enum ApplicationDevCommand {
    /// Brings the local database to the models, without a revision.
    Sync(SyncArgs),
    /// Takes back, by the SQL in the history, what revisions of another branch made.
    Switch(SwitchArgs),
    #[command(flatten)]
    Server(DevCommand),
}

/// `dev sync`.
#[derive(Debug, Args)]
pub struct SyncArgs {
    /// Answers the question whether to go on.
    #[arg(long)]
    pub yes: bool,
    /// Takes back what earlier syncs made, in place of making more.
    #[arg(long, conflicts_with_all = ["rename", "drop", "using"])]
    pub undo: bool,
    /// What may be lost: `drop-table`, `drop-column`, `drop-attribute`, `drop-schema`, `drop-sequence`,
    /// `lose-elements`, `lose-parts`, `lose-nulls`, each with `=name` for one object, or `all`.
    #[arg(long, value_name = "LOSS", value_delimiter = ',')]
    pub allow: Vec<String>,
    /// `table=new`, `table=schema.new`, `table.column=new` or `type.attribute=new`: that is a rename.
    #[arg(long, value_name = "OLD=NEW")]
    pub rename: Vec<String>,
    /// `table` or `table.column`: that is really gone, not renamed.
    #[arg(long, value_name = "NAME")]
    pub drop: Vec<String>,
    /// `table.column=expression`: how a value becomes one of the column's new type.
    #[arg(long, value_name = "COLUMN=SQL")]
    pub using: Vec<String>,
}

/// `dev switch`.
#[derive(Debug, Args)]
pub struct SwitchArgs {
    /// Answers the question whether to go on.
    #[arg(long)]
    pub yes: bool,
}

/// `dev` where there is only a folder.
#[derive(Debug, Clone, Copy, Subcommand)]
pub enum DevCommand {
    /// Prints the URL of the development database, which is started where it doesn't run.
    Url,
    /// Opens psql on it.
    Psql,
    /// Stops the development server.
    Stop,
    /// Drops the project's development database and makes it anew, empty.
    Reset,
}

/// The line of a command, with everything else at its default.
#[derive(Debug, clap::Parser)]
struct Line {
    #[command(flatten)]
    migrate: Migrate,
}

impl From<MigrateCommand> for Migrate {
    fn from(command: MigrateCommand) -> Self {
        let line = <Line as clap::Parser>::parse_from(["migrate", "merge"]);
        Self { command, ..line.migrate }
    }
}
