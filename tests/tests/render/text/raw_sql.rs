//! Show articles.

use migrate_core::revision::*;

pub const REVISION: Header = Header::new("m2_second").after("m1_first");

pub async fn up(db: &mut Migrator) -> Result<()> {
    db.execute(
        r#"create view shown as
  select id, 'a "b"' as title
  from article"#,
    )
    .await?;
    db.execute("grant select on shown to reader").await?;
    Ok(())
}

pub async fn down(db: &mut Migrator) -> Result<()> {
    db.execute("drop view shown").await?;
    Ok(())
}
