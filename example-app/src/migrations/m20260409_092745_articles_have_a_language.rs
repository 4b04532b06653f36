//! Articles have a language.
//!
//! Those that are there get the language of the site.

use migrate_core::model::quote_literal;
use migrate_core::revision::*;

use crate::SiteConfig;

pub const REVISION: Header = Header::new("m20260409_092745_articles_have_a_language")
    .after("m20260326_150201_articles_begin_as_ideas");

pub async fn up(db: &mut Migrator, site: &SiteConfig) -> Result<()> {
    db.transaction("change article", async |db| {
        db.add_column("article", Column::new("language", "text")).await?;
        Ok(())
    })
    .await?;

    db.outside_transaction("fill article.language", async |db| {
        db.backfill("article", "language", &quote_literal(&site.language)).await?;
        Ok(())
    })
    .await?;

    db.transaction("add article_language_is_not_null", async |db| {
        db.add_constraint(
            "article",
            "article_language_is_not_null",
            Constraint::check("language IS NOT NULL").not_valid(),
        )
        .await?;
        Ok(())
    })
    .await?;

    db.transaction("validate article_language_is_not_null", async |db| {
        db.validate_constraint("article", "article_language_is_not_null").await?;
        Ok(())
    })
    .await?;

    db.transaction("require article.language", async |db| {
        db.set_not_null("article", "language").await?;
        db.drop_constraint("article", "article_language_is_not_null").await?;
        Ok(())
    })
    .await?;
    Ok(())
}

pub async fn down(db: &mut Migrator) -> Result<()> {
    db.drop_column("article", "language").await?;
    Ok(())
}
