//! Require a slug.
//!
//! Fills `article.slug` with a placeholder.

use migrate_core::revision::*;

pub const REVISION: Header = Header::new("m2_second").after("m1_first");

pub async fn up(db: &mut Migrator) -> Result<()> {
    db.outside_transaction("fill article.slug", async |db| {
        // A placeholder: edit the value that existing rows get.
        db.backfill("article", "slug", "''").await?;
        Ok(())
    })
    .await?;

    db.transaction("require article.slug", async |db| {
        db.alter_table("article").set_not_null("slug").drop_default("slug").await?;
        Ok(())
    })
    .await?;

    // Writes to the table go on while the index is built.
    db.outside_transaction("build article_author_id_idx", async |db| {
        db.create_index_concurrently(
            "article_author_id_idx",
            Index::on(
                "article",
                [IndexElement::column("author_id"), IndexElement::column("created_at").desc()],
            )
            .filter("published_at is not null"),
        )
        .await?;
        Ok(())
    })
    .await?;
    Ok(())
}

pub async fn down(_db: &mut Migrator) -> Result<()> {
    Ok(())
}
