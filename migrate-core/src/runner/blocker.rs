//! Who holds the locks that a revision waits for.

use std::fmt;

use sqlx::{AssertSqlSafe, Executor, FromRow, PgConnection};

use super::lock::HELD;

/// A session in the way.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Blocker {
    /// The backend's process id; 0 for a prepared transaction, which has none.
    pub pid: i32,
    /// Its role.
    pub role: Option<String>,
    /// Its application name.
    pub application: Option<String>,
    /// `active`, `idle in transaction`, …
    pub state: Option<String>,
    /// When its transaction began, as PostgreSQL prints it.
    pub transaction_began: Option<String>,
    /// How long its transaction has been open, in seconds.
    pub transaction_seconds: Option<i64>,
    /// Its last statement.
    pub query: Option<String>,
    /// `client backend`, `autovacuum worker`, `walsender`, …
    pub backend: Option<String>,
    /// Whether our role may end it.
    pub may_be_ended: bool,
}

/// What is done about a session that is in the way for too long.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ending {
    /// Its statement is cancelled.
    Cancelled,
    /// Its session is ended.
    Terminated,
    /// It is left alone, for a reason.
    LeftAlone(&'static str),
}

impl Ending {
    /// The function that does it.
    pub(super) fn function(&self) -> Option<&'static str> {
        match self {
            Self::Cancelled => Some("pg_catalog.pg_cancel_backend"),
            Self::Terminated => Some("pg_catalog.pg_terminate_backend"),
            Self::LeftAlone(_) => None,
        }
    }
}

/// What stands in the place of a kind of backend for a transaction that is prepared.
const PREPARED: &str = "prepared transaction";

impl Blocker {
    /// What is to be done about it, after what was done before.
    pub(super) fn ending(&self, except: &[String], before: Option<&Ending>) -> Ending {
        let named = [self.role.as_deref(), self.application.as_deref()];
        let is_excepted = except
            .iter()
            .any(|pattern| named.iter().flatten().any(|name| matches_pattern(pattern, name)));
        let is_active = self.state.as_deref() == Some("active");
        match self.backend.as_deref() {
            _ if is_excepted => Ending::LeftAlone("it is excepted by `terminate-blockers-except`"),
            Some(PREPARED) => Ending::LeftAlone("whoever prepared it knows how it ends"),
            _ if self.application.as_deref() == Some("migrate") => {
                Ending::LeftAlone("it is another run of migrate")
            }
            _ if !self.may_be_ended => Ending::LeftAlone(
                "ending it takes membership in its role or in `pg_signal_backend`, and a superuser for a superuser's",
            ),
            Some("autovacuum worker") if self.prevents_wraparound() => {
                Ending::LeftAlone("it is a vacuum that prevents transaction id wraparound")
            }
            Some("autovacuum worker") => Ending::Cancelled,
            Some("client backend") if is_active && before.is_none() => Ending::Cancelled,
            Some("client backend") => Ending::Terminated,
            _ => Ending::LeftAlone("it is no session of a client"),
        }
    }

    fn prevents_wraparound(&self) -> bool {
        self.query.as_deref().is_some_and(|query| query.contains("to prevent wraparound"))
    }
}

/// Whether a name is like a pattern, in which `*` stands for any part.
pub fn matches_pattern(pattern: &str, name: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == name,
        Some((start, rest)) => name.strip_prefix(start).is_some_and(|name| {
            name.char_indices()
                .map(|(index, _)| &name[index..])
                .chain([""])
                .any(|tail| matches_pattern(rest, tail))
        }),
    }
}

impl fmt::Display for Blocker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.backend.as_deref() {
            Some(PREPARED) => f.write_str("a prepared transaction")?,
            _ => write!(f, "pid {}", self.pid)?,
        }
        if let Some(role) = &self.role {
            write!(f, ", role `{role}`")?;
        }
        if let Some(application) = self.application.as_ref().filter(|name| !name.is_empty()) {
            write!(f, ", application `{application}`")?;
        }
        if let Some(state) = &self.state {
            write!(f, ", {state}")?;
        }
        if let Some(seconds) = self.transaction_seconds {
            write!(f, ", in a transaction for {seconds} s")?;
        }
        if let Some(query) = &self.query {
            write!(f, ": {}", query.replace('\n', " "))?;
        }
        Ok(())
    }
}

impl fmt::Display for Ending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cancelled => f.write_str("its statement is cancelled"),
            Self::Terminated => f.write_str("its session is ended"),
            Self::LeftAlone(reason) => write!(f, "it is left alone: {reason}"),
        }
    }
}

/// The sessions that a run waits for now: the backend that has the lock of its transactions, and
/// where none has, the one that it is known to work with. The server tells its process in the answer
/// to a message, and holds that back until all statements of the message are done.
pub(super) async fn blockers(
    conn: &mut PgConnection,
    work: i64,
    pid: i32,
) -> Result<Vec<Blocker>, sqlx::Error> {
    let sql = format!(
        "SELECT pg_catalog.pg_stat_clear_snapshot();
         WITH transaction AS (
             SELECT pid FROM ({HELD}) AS held WHERE mode = 'ShareLock' AND key = {work}
         ), waiting AS (
             SELECT pid FROM transaction
             UNION ALL
             SELECT {pid} WHERE NOT EXISTS (SELECT FROM transaction)
         )
         SELECT a.pid, a.xact_start::text AS transaction_began, a.usename::text AS role, a.application_name AS application, a.state,
                extract(epoch FROM clock_timestamp() - a.xact_start)::int8 AS transaction_seconds,
                left(a.query, 200) AS query, a.backend_type AS backend,
                coalesce(me.rolsuper OR (NOT coalesce(its.rolsuper, true)
                    AND (pg_catalog.pg_has_role(a.usesysid, 'USAGE')
                         OR pg_catalog.pg_has_role('pg_signal_backend', 'USAGE'))), false)
                    AS may_be_ended
         FROM pg_catalog.pg_stat_activity a
         JOIN pg_catalog.pg_roles me ON me.rolname = current_user
         LEFT JOIN pg_catalog.pg_roles its ON its.oid = a.usesysid
         WHERE a.pid IN (SELECT unnest(pg_catalog.pg_blocking_pids(pid)) FROM waiting)
         UNION ALL
         SELECT 0, p.prepared::text, p.owner::text, NULL, NULL,
                extract(epoch FROM clock_timestamp() - p.prepared)::int8,
                pg_catalog.format('COMMIT PREPARED %1$L or ROLLBACK PREPARED %1$L ends it', p.gid),
                '{PREPARED}', false
         FROM pg_catalog.pg_prepared_xacts p
         WHERE 0 IN (SELECT unnest(pg_catalog.pg_blocking_pids(pid)) FROM waiting)
           AND EXISTS (
               SELECT FROM pg_catalog.pg_locks held
               JOIN pg_catalog.pg_locks wanted USING (database, relation)
               JOIN pg_catalog.pg_locks its ON its.virtualtransaction = held.virtualtransaction
               WHERE held.pid IS NULL AND held.granted AND NOT wanted.granted
                 AND its.pid IS NULL AND its.transactionid = p.transaction
                 AND wanted.pid IN (SELECT pid FROM waiting))
         ORDER BY transaction_began, pid",
    );
    let rows = conn.fetch_all(sqlx::raw_sql(AssertSqlSafe(sql))).await?;
    let found = rows.iter().filter(|row| sqlx::Row::len(*row) > 1);
    found.map(Blocker::from_row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blocker() -> Blocker {
        Blocker {
            pid: 1,
            role: Some("reports".to_owned()),
            application: Some("pg_dump".to_owned()),
            state: Some("active".to_owned()),
            transaction_began: None,
            transaction_seconds: Some(60),
            query: Some("COPY t TO stdout".to_owned()),
            backend: Some("client backend".to_owned()),
            may_be_ended: true,
        }
    }

    #[test]
    fn a_running_statement_is_cancelled_before_its_session_is_ended() {
        let first = blocker().ending(&[], None);
        assert_eq!(first, Ending::Cancelled);
        assert_eq!(blocker().ending(&[], Some(&first)), Ending::Terminated);
        let idle = Blocker { state: Some("idle in transaction".to_owned()), ..blocker() };
        assert_eq!(idle.ending(&[], None), Ending::Terminated);
    }

    #[test]
    fn exceptions_other_runs_and_servers_own_processes_are_left_alone() {
        let is_left = |blocker: Blocker, except: &[String]| {
            matches!(blocker.ending(except, None), Ending::LeftAlone(_))
        };
        assert!(is_left(blocker(), &["pg_*".to_owned()]));
        assert!(is_left(blocker(), &["re*ts".to_owned()]));
        assert!(is_left(Blocker { application: Some("migrate".to_owned()), ..blocker() }, &[]));
        assert!(is_left(Blocker { may_be_ended: false, ..blocker() }, &[]));
        assert!(is_left(Blocker { backend: Some("walsender".to_owned()), ..blocker() }, &[]));
        let vacuum = Blocker { backend: Some("autovacuum worker".to_owned()), ..blocker() };
        assert_eq!(vacuum.ending(&[], None), Ending::Cancelled);
        let query = Some("autovacuum: VACUUM public.t (to prevent wraparound)".to_owned());
        assert!(is_left(Blocker { query, ..vacuum }, &[]));
    }
}
