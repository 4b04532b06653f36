//! Scratch databases for tenants: what they share is there before, made by its own revisions, so
//! that it is never a tenant's.

use std::sync::Arc;

use crate::catalog::Ident;
use crate::plan::Plan;
use crate::revision::{Chain, Dependencies};

use super::scratch::run;
use super::{GenerateError, Scratch, replay};

/// A scratch whose databases begin with what the common schema's revisions make, and with a change
/// of it that is not yet a revision of this program.
pub async fn share(
    scratch: &Scratch,
    common: &Ident,
    chain: &Chain,
    dependencies: &Dependencies,
    change: Option<&Plan>,
) -> Result<Scratch, GenerateError> {
    let shared = Scratch { schema: common.clone(), ..scratch.clone() };
    let (database, _) = replay(&shared, &chain.ordered()?, dependencies).await?;
    if let Some(change) = change {
        run(&database, change).await.map_err(|source| GenerateError::Model { source })?;
    }
    Ok(Scratch { base: Some(Arc::new(database)), ..scratch.clone() })
}
