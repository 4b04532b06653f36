//! Chains that are made for a benchmark.

use migrate_core::direction;
use migrate_core::revision::{Chain, Header, Migrator, Result, Revision};

async fn up(db: &mut Migrator) -> Result<()> {
    db.execute("INSERT INTO log (text) VALUES ('one more')").await
}

async fn down(_: &mut Migrator) -> Result<()> {
    Ok(())
}

async fn log(db: &mut Migrator) -> Result<()> {
    db.execute("CREATE TABLE log (id bigserial PRIMARY KEY, text text)").await
}

/// A table, and then so many revisions of one statement.
pub(crate) fn tiny(count: usize) -> Chain {
    let names: Vec<&'static str> =
        (0..=count).map(|number| &*format!("m{number:06}").leak()).collect();
    let revision = |number: usize| {
        let header = Header::new(names[number]);
        Revision {
            header: if number == 0 { header } else { header.after(names[number - 1]) },
            file: names[number],
            source: "fn up() {}",
            up: if number == 0 { direction!(log) } else { direction!(up) },
            down: direction!(down),
        }
    };
    let revisions: Vec<Revision> = (0..=count).map(revision).collect();
    Chain { root: "", module: "", packages: &[], revisions: revisions.leak() }
}
