//! One command on one database, killed wherever it can be.

use migrate_core::postgres::ScratchDatabase;
use migrate_tests::server;

use crate::program::{self, Run};
use crate::proxy::Fault;
use crate::state::State;

/// How many statements lie between two whose answers get lost. What such a statement leaves is
/// mostly what there is before the next one.
const STRIDE_AFTER: usize = 3;

/// A command and the database that it begins with.
pub(crate) struct Trial<'a> {
    pub(crate) start: &'a ScratchDatabase,
    pub(crate) arguments: &'a [&'a str],
}

impl Trial<'_> {
    /// Kills the command at every `stride`-th statement and finishes it with a second run; returns
    /// what does not end as an undisturbed run does.
    pub(crate) async fn wrong_ends(&self, stride: usize) -> Vec<String> {
        let undisturbed = copy(self.start).await;
        let run = program::run_with(&undisturbed, self.arguments, None).await;
        let statements = match run {
            Ok(Run::Finished { statements }) => statements,
            Ok(Run::Killed) => unreachable!("there is no fault"),
            Err(said) => return vec![format!("{:?} undisturbed: {said}", self.arguments)],
        };
        let wanted = State::of(&undisturbed).await;
        undisturbed.drop().await.expect("a scratch database can go");
        let mut wrong = Vec::new();
        for number in (1..=statements).step_by(stride) {
            let after = (number % STRIDE_AFTER == 0).then_some(Fault::After(number));
            for fault in [Fault::Before(number)].into_iter().chain(after) {
                if let Err(difference) = self.ends_as(&wanted, fault).await {
                    wrong.push(format!(
                        "{:?} {fault:?} of {statements}:\n{difference}",
                        self.arguments
                    ));
                }
            }
        }
        wrong
    }

    async fn ends_as(&self, wanted: &State, fault: Fault) -> Result<(), String> {
        let database = copy(self.start).await;
        let first = program::run_with(&database, self.arguments, Some(fault)).await?;
        if let Run::Killed = first {
            program::run(&database, self.arguments).await?;
        }
        let reached = State::of(&database).await;
        database.drop().await.expect("a scratch database can go");
        if reached == *wanted { Ok(()) } else { Err(reached.difference(wanted)) }
    }
}

/// A copy to work on.
pub(crate) async fn copy(database: &ScratchDatabase) -> ScratchDatabase {
    server().await.clone_of(database).await.expect("a copy is made")
}
