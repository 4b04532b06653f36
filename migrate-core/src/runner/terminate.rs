//! Ends sessions that have been in the way for too long, where that was asked for.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use sqlx::{AssertSqlSafe, Executor, PgConnection};

use super::blocker::{Blocker, Ending};
use super::{Event, Listener, RunSettings};

/// How often the lock's connection shows that it is still there.
const HEARTBEAT: Duration = Duration::from_millis(400);
/// The shortest time between two looks.
const SOONEST: Duration = Duration::from_millis(20);

/// How long each blocker has been in the way of a revision.
pub(super) struct Patience<'a> {
    after: Option<Duration>,
    /// How often to look who is in the way: before locks time out.
    pub(super) look_every: Duration,
    except: &'a [String],
    /// By process and transaction: a pooled session that is in the way once more begins anew. A
    /// transaction that is seen again was in the way between two attempts too.
    since: BTreeMap<(i32, Option<String>), Waited>,
}

struct Waited {
    since: Instant,
    /// What was done about it.
    ended: Option<Ending>,
}

impl<'a> Patience<'a> {
    pub(super) fn new(settings: &'a RunSettings, lock_timeout: Duration) -> Self {
        let RunSettings { terminate_blockers_after, terminate_blockers_except, .. } = settings;
        let (after, except) = (*terminate_blockers_after, terminate_blockers_except.as_slice());
        let look_every = match lock_timeout.is_zero() {
            true => HEARTBEAT,
            false => (lock_timeout / 2).clamp(SOONEST, HEARTBEAT),
        };
        Self { after, look_every, except, since: BTreeMap::new() }
    }

    /// Ends those that have been in the way for long enough: a statement that runs is cancelled
    /// first, and its session ended where that doesn't help.
    pub(super) async fn end(
        &mut self,
        connection: &mut PgConnection,
        blockers: &[Blocker],
        listen: Listener<'_>,
    ) -> Result<(), sqlx::Error> {
        let Some(after) = self.after else { return Ok(()) };
        let key = |blocker: &Blocker| (blocker.pid, blocker.transaction_began.clone());
        self.since.retain(|known, _| {
            known.1.is_some() || blockers.iter().any(|blocker| key(blocker) == *known)
        });
        for blocker in blockers {
            let waited = self
                .since
                .entry(key(blocker))
                .or_insert_with(|| Waited { since: Instant::now(), ended: None });
            if waited.since.elapsed() < after {
                continue;
            }
            let ending = blocker.ending(self.except, waited.ended.as_ref());
            if waited.ended.as_ref() == Some(&ending) {
                continue;
            }
            // Said first: once the session is gone, the revision may be done before the answer is.
            listen(Event::BlockerEnded { blocker: blocker.clone(), ending: ending.clone() });
            waited.ended = Some(ending.clone());
            if let Some(function) = ending.function() {
                let sql = format!(
                    "SAVEPOINT ending; SELECT {function}({}); RELEASE SAVEPOINT ending",
                    blocker.pid
                );
                match connection.execute(sqlx::raw_sql(AssertSqlSafe(sql))).await {
                    Err(sqlx::Error::Database(_)) => {
                        let ending = Ending::LeftAlone("the server refused to end it");
                        listen(Event::BlockerEnded { blocker: blocker.clone(), ending });
                        let back = "ROLLBACK TO SAVEPOINT ending; RELEASE SAVEPOINT ending";
                        connection.execute(sqlx::raw_sql(back)).await?;
                    }
                    outcome => outcome.map(drop)?,
                }
            }
        }
        Ok(())
    }
}
