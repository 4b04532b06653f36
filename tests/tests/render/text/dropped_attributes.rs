//! Shorten addresses.

use migrate_core::revision::*;

pub const REVISION: Header = Header::new("m2_second")
    .after("m1_first")
    .allow(&[drops_attribute("address.zip"), drops_attribute("geo.place.z")]);

pub async fn up(db: &mut Migrator) -> Result<()> {
    db.drop_attribute("address", "zip").await?;
    db.create_composite(("geo", "place"), [("x", "text"), ("y", "text")]).await?;
    Ok(())
}

pub async fn down(db: &mut Migrator) -> Result<()> {
    db.add_attribute("address", "zip", "text").await?;
    db.create_composite(("geo", "place"), [("x", "text"), ("y", "text"), ("z", "text")]).await?;
    Ok(())
}
