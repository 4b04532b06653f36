//! Back to what another branch of the code knows, by the SQL that the history keeps.

use sqlx::PgConnection;

use crate::history::{Record, RecordState};
use crate::revision::{Chain, Revision};
use crate::target::Target;

use super::kept::run_kept;
use super::lock::MigrationLock;
use super::{AppliedRevision, Event, Listener, RunError, RunSettings, session, synced};

/// An applied revision that has to go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToSwitch {
    /// The id.
    pub revision: String,
    /// The SQL that takes it back.
    pub down_sql: String,
}

/// The applied revisions that have to go, last first: those that the chain doesn't know, and those
/// that came after one of them.
pub async fn to_switch(chain: &Chain, target: &Target) -> Result<Vec<ToSwitch>, RunError> {
    let mut connection = session::connect(target).await?;
    let records = session::records(target, &mut connection).await?;
    let mut to_switch = Vec::new();
    for record in foreign(&chain.ordered()?, records)? {
        let kept = target.history.kept_sql(&mut connection, &record.revision).await;
        let down_sql = kept.map_err(|source| RunError::Record { source })?.down_sql;
        let down_sql = down_sql.unwrap_or_default();
        to_switch.push(ToSwitch { revision: record.revision, down_sql });
    }
    session::end(connection).await?;
    Ok(to_switch)
}

/// Takes them back. What `dev sync` made goes first.
pub async fn switch(
    chain: &Chain,
    target: &Target,
    settings: &RunSettings,
    listen: Listener<'_>,
) -> Result<Vec<AppliedRevision>, RunError> {
    let ordered = chain.ordered()?;
    let lock = MigrationLock::acquire(target, settings.wait_for_other_run, listen).await?;
    let mut connection = session::connect(target).await?;
    let records = session::records(target, &mut connection).await?;
    session::commit(&mut connection).await?;
    let records = foreign(&ordered, records)?;
    let mut gone = Vec::new();
    if !records.is_empty() {
        connection = synced::make_way(target, connection, settings, &lock, listen).await?;
    }
    let of = records.len();
    for (number, record) in (1..).zip(&records) {
        let begun = std::time::Instant::now();
        let id = record.revision.clone();
        listen(Event::Started { revision: id.clone(), number, of });
        connection = revert(record, target, connection, settings, &lock).await?;
        let elapsed = begun.elapsed();
        listen(Event::Finished { revision: id.clone(), elapsed });
        gone.push(AppliedRevision { id, elapsed });
    }
    session::leave(connection).await;
    lock.release().await;
    Ok(gone)
}

/// The rows after the longest beginning that the chain and the history share. Each has to have
/// its SQL, so that nothing is taken back where not all of it can be.
fn foreign(ordered: &[&Revision], records: Vec<Record>) -> Result<Vec<Record>, RunError> {
    let mut lineage = in_order(records);
    let is_shared = |(record, revision): &(&Record, &&Revision)| record.revision == revision.id();
    let shared = lineage.iter().zip(ordered).take_while(is_shared).count();
    let mut foreign = lineage.split_off(shared);
    foreign.reverse();
    for record in &foreign {
        let revision = || record.revision.clone();
        match record.state() {
            RecordState::Running => {
                return Err(RunError::SwitchHalfApplied { revision: revision() });
            }
            RecordState::Applied | RecordState::Reverting if !record.has_down_sql => {
                return Err(RunError::NoKeptSql { revision: revision() });
            }
            RecordState::Applied | RecordState::Reverting => {}
        }
    }
    Ok(foreign)
}

/// The rows from first to last, by their parents; what hangs on nothing comes as it was applied.
fn in_order(mut records: Vec<Record>) -> Vec<Record> {
    let mut ordered: Vec<Record> = Vec::new();
    while !records.is_empty() {
        let last = ordered.last().map(|record| record.revision.clone());
        let next = records.iter().position(|record| record.parent == last).unwrap_or(0);
        ordered.push(records.remove(next));
    }
    ordered
}

async fn revert(
    record: &Record,
    target: &Target,
    mut connection: PgConnection,
    settings: &RunSettings,
    lock: &MigrationLock,
) -> Result<PgConnection, RunError> {
    let half_reverted = record.state() == RecordState::Reverting;
    let finished = if half_reverted { record.steps.clone() } else { Vec::new() };
    let begun_step = record.begun_step.clone().filter(|_| half_reverted);
    let lost = |source| RunError::Record { source };
    session::begin(target, &mut connection).await?;
    let kept = target.history.kept_sql(&mut connection, &record.revision).await.map_err(lost)?;
    session::commit(&mut connection).await?;
    let kept = kept.down_sql.unwrap_or_default();
    let mut db = session::migrator(connection, &record.revision, target, settings, lock).journaled(
        target.history.down_journal(),
        finished,
        begun_step,
    );
    let fail = |source: Box<dyn std::error::Error + Send + Sync>| RunError::KeptSql {
        revision: record.revision.clone(),
        source,
    };
    if let Err(source) = run_kept(&mut db, &kept).await {
        db.abandon().await;
        return Err(fail(source));
    }
    let (connection, _, finish) = db.finish().await.map_err(|error| fail(error.into()))?;
    let Some(mut connection) = connection else { return Err(RunError::LockLost) };
    session::begin_after(finish, target, &mut connection).await?;
    target.history.delete(&mut connection, &record.revision).await.map_err(lost)?;
    session::commit(&mut connection).await?;
    Ok(connection)
}
