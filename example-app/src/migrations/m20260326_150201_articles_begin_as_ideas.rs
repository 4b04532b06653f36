//! Articles begin as ideas.
//!
//! On the way back ideas are drafts, and what was archived can be read again.

use migrate_core::revision::*;

pub const REVISION: Header = Header::new("m20260326_150201_articles_begin_as_ideas")
    .after("m20260310_113658_subscriptions_and_purchases");

pub async fn up(db: &mut Migrator) -> Result<()> {
    // A new label can be used only after its commit.
    db.transaction("extend article_status", async |db| {
        db.add_enum_value("article_status", "idea").before("draft").await?;
        db.add_enum_value("article_status", "archived").await?;
        Ok(())
    })
    .await?;

    db.transaction("change article", async |db| {
        db.set_default("article", "status", "'idea'").await?;
        Ok(())
    })
    .await?;
    Ok(())
}

pub async fn down(db: &mut Migrator) -> Result<()> {
    db.drop_default("article", "status").await?;
    db.replace_enum("article_status", ["draft", "review", "published"])
        .column("article", "status")
        .map("idea", "draft")
        .map("archived", "published")
        .await?;
    db.set_default("article", "status", "'draft'::article_status").await?;
    Ok(())
}
