//! Why two schemas could not be compared, or what is between them not be run.

use std::collections::BTreeSet;
use std::fmt;
use std::path::PathBuf;

use thiserror::Error;

use crate::catalog::{Ident, ObjectKey};
use crate::diff::near;
use crate::generate::GenerateError;
use crate::plan::PlanError;
use crate::postgres::said;
use crate::revision::RevisionError;

/// One of the two sides, as the command line calls them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// What is there.
    Current,
    /// What shall be there.
    Desired,
}

impl fmt::Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Current => "FROM",
            Self::Desired => "TO",
        })
    }
}

/// Two schemas that could not be compared. Nothing was changed.
#[derive(Debug, Error)]
pub enum BetweenError {
    /// A database can't be reached or read.
    #[error(
        "{end}: no connection to {place}; check the URL, and that the server runs: {}",
        said(source)
    )]
    Connect {
        /// The side.
        end: End,
        /// Database and server.
        place: String,
        /// Why.
        source: sqlx::Error,
    },
    /// The schema to compare isn't there.
    #[error("{end}: {place} has no schema `{}`; name the one to compare with `--schema`", schema.as_str())]
    SchemaMissing {
        /// The side.
        end: End,
        /// Database and server.
        place: String,
        /// The schema.
        schema: Ident,
    },
    /// The sides come from servers of different versions.
    #[error(
        "FROM is of PostgreSQL {current} and TO of {desired}, which describe the same schema differently; give TO as a file of `pg_dump --schema-only`, which is built on a scratch server of version {current}"
    )]
    MajorsDiffer {
        /// The version of FROM.
        current: u16,
        /// The version of TO.
        desired: u16,
    },
    /// A scratch server of another version than the database.
    #[error(
        "{end} is of PostgreSQL {wanted}, and scratch databases are made on {found}, which describes the same schema differently; name a server of version {wanted} with `--scratch-url`"
    )]
    ScratchMajor {
        /// The side that is a database.
        end: End,
        /// Its version.
        wanted: u16,
        /// The scratch server's version.
        found: u16,
    },
    /// A side has to be built, and there is no server to build it on.
    #[error("{end} is built on a scratch database; name a server for it with `--scratch-url`")]
    ScratchMissing {
        /// The side.
        end: End,
    },
    /// Renames and proofs are run, and there is no server to run them on.
    #[error("{what} on a scratch database; name a server for it with `--scratch-url`")]
    ScratchNeeded {
        /// What is run.
        what: &'static str,
    },
    /// A file can't be read.
    #[error("`{}` can't be read; check the path and that it is UTF-8: {source}", path.display())]
    File {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A folder without SQL.
    #[error("`{}` has no `.sql` file in it; name the folder that has", folder.display())]
    NoSqlFile {
        /// The folder.
        folder: PathBuf,
    },
    /// A command of `psql` that changes what the file means.
    #[error(
        "{place}: `{text}` is a command for `psql`, which can't be followed here; write a file without it, or a folder of files, which are run in the order of their names"
    )]
    PsqlCommand {
        /// The file and line.
        place: String,
        /// The command.
        text: String,
    },
    /// A statement about more than one database.
    #[error(
        "{place}: this is about the whole server, and one database is compared; leave it out of the file (`pg_dump` without `--create`)\n    {sql}"
    )]
    ClusterStatement {
        /// The file and line.
        place: String,
        /// The statement.
        sql: String,
    },
    /// PostgreSQL refuses a statement of a file.
    #[error("{source}")]
    Sql {
        /// The place, the statement and the reason.
        source: RevisionError,
    },
    /// Building or reading failed.
    #[error(transparent)]
    Generate(#[from] GenerateError),
    /// A schema that was read can't be made anew.
    #[error(
        "{end} can't be made anew on a scratch database, where {what}; what it refers to can be made there first with `--scratch-setup`: {source}"
    )]
    Rebuild {
        /// The side.
        end: End,
        /// What would run there.
        what: &'static str,
        /// Why.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// What a rename names isn't there.
    #[error(
        "`--rename {current}={desired}`: {lacking} has no `{name}`; {}",
        near(name, known, "write the name that FROM has, `=`, and the one that TO has")
    )]
    RenameMissing {
        /// The name given.
        current: String,
        /// The name wanted.
        desired: String,
        /// The side without it.
        lacking: End,
        /// What it hasn't.
        name: String,
        /// What it has.
        known: BTreeSet<String>,
    },
    /// Something that is left alone stands in the way.
    #[error(
        "{dependent} needs {referenced}, which {lacking} doesn't have; {}",
        remedy(*lacking, dependent, referenced)
    )]
    Needed {
        /// What needs it.
        dependent: ObjectKey,
        /// What is needed.
        referenced: ObjectKey,
        /// The side without it.
        lacking: End,
    },
    /// Something that is left alone has a name that TO gives to something else.
    #[error(
        "{kept} of FROM is left alone, and {wanted} of TO has its name; drop or rename it first"
    )]
    NameKept {
        /// What stays.
        kept: ObjectKey,
        /// What would take its name.
        wanted: ObjectKey,
    },
    /// There is no plan.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// Differences that nothing can change.
    #[error("no statement leads from FROM to TO for {}; change it by hand, or `--exclude` it", keys.join(", "))]
    NoWay {
        /// What differs.
        keys: Vec<String>,
    },
    /// The SQL doesn't run.
    #[error("the SQL fails on a copy of FROM, so it is not shown; see what it says: {source}")]
    Proof {
        /// Why.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The SQL leads elsewhere.
    #[error("the SQL doesn't lead from FROM to TO, so it is not shown; left over:\n  {}", differences.join("\n  "))]
    Unproved {
        /// What differs.
        differences: Vec<String>,
    },
}

fn remedy(lacking: End, dependent: &ObjectKey, referenced: &ObjectKey) -> String {
    match lacking {
        End::Desired => format!("drop {dependent} first, or `--exclude` {referenced}"),
        End::Current => format!("make {referenced} there first, or `--exclude` {dependent}"),
    }
}
