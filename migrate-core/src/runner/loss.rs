//! Losses, counted where something is taken back.

use sqlx::PgConnection;

use crate::loss::{self, CountError, Loss};

pub use crate::loss::{CountedLoss, Permission, UnknownPermission, refused};

use super::RunError;

/// Counts what is lost.
pub async fn count_losses(
    connection: &mut PgConnection,
    losses: impl IntoIterator<Item = Loss>,
) -> Result<Vec<CountedLoss>, RunError> {
    let fail = |CountError { what, source }| RunError::Count { what, source };
    loss::count_losses(connection, losses).await.map_err(fail)
}
