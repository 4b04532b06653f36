//! Chains that are made for a benchmark.

use migrate_core::direction;
use migrate_core::revision::{Chain, Direction, Header, Migrator, Result, Revision};

/// What a tiny revision runs.
#[derive(Clone, Copy)]
pub(crate) enum Tiny {
    /// A verb.
    Verb,
    /// SQL of its own.
    OwnSql,
}

impl Tiny {
    /// The statement.
    pub(crate) fn sql(self) -> &'static str {
        match self {
            Self::Verb => "ALTER TABLE log ALTER COLUMN text SET DEFAULT 'one more'",
            Self::OwnSql => "INSERT INTO log (text) VALUES ('one more')",
        }
    }

    fn up(self) -> Direction {
        match self {
            Self::Verb => direction!(verb),
            Self::OwnSql => direction!(own_sql),
        }
    }
}

async fn verb(db: &mut Migrator) -> Result<()> {
    db.set_default("log", "text", "'one more'").await
}

async fn own_sql(db: &mut Migrator) -> Result<()> {
    db.execute(Tiny::OwnSql.sql()).await
}

async fn down(_: &mut Migrator) -> Result<()> {
    Ok(())
}

async fn log(db: &mut Migrator) -> Result<()> {
    db.execute("CREATE TABLE log (id bigserial PRIMARY KEY, text text)").await
}

/// A table, and then so many revisions of one statement.
pub(crate) fn tiny(count: usize, tiny: Tiny) -> Chain {
    let names: Vec<&'static str> =
        (0..=count).map(|number| &*format!("m{number:06}").leak()).collect();
    let revision = |number: usize| {
        let header = Header::new(names[number]);
        Revision {
            header: if number == 0 { header } else { header.after(names[number - 1]) },
            file: names[number],
            source: "fn up() {}",
            up: if number == 0 { direction!(log) } else { tiny.up() },
            down: direction!(down),
        }
    };
    let revisions: Vec<Revision> = (0..=count).map(revision).collect();
    Chain { root: "", module: "", packages: &[], revisions: revisions.leak() }
}
