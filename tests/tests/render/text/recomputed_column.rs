//! Count another way.

use migrate_core::revision::*;

pub const REVISION: Header =
    Header::new("m2_second").after("m1_first").allow(&[recomputes_column("t.b")]);

pub async fn up(db: &mut Migrator) -> Result<()> {
    db.drop_column("t", "b").await?;
    db.add_column("t", Column::new("b", "integer").stored("a + 2")).await?;
    Ok(())
}

pub async fn down(db: &mut Migrator) -> Result<()> {
    db.drop_column("t", "b").await?;
    db.add_column("t", Column::new("b", "integer").stored("a + 1")).await?;
    Ok(())
}
