//! Add author to article.
//!
//! Drops column `article.writer`.
//! Drops table `auth.user`.

use migrate_core::revision::*;

pub const REVISION: Header = Header::new("m2_second")
    .after("m1_first")
    .allow(&[drops_table("auth.user"), drops_column("article.writer")]);

pub async fn up(db: &mut Migrator) -> Result<()> {
    db.add_column("article", Column::new("author", "text").not_null().default("''")).await?;
    db.drop_column("article", "writer").await?;
    db.drop_table(("auth", "user")).await?;
    Ok(())
}

pub async fn down(db: &mut Migrator) -> Result<()> {
    db.drop_column("article", "author").await?;
    Ok(())
}
