//! Move the prices.

use migrate_core::revision::*;

pub const REVISION: Header = Header::new("m1_first");

pub async fn up(_db: &mut Migrator) -> Result<()> {
    Ok(())
}

pub async fn down(_db: &mut Migrator) -> Result<()> {
    Ok(())
}
