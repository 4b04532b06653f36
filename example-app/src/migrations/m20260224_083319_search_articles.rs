//! Search articles.

use migrate_core::revision::*;

pub const REVISION: Header = Header::new("m20260224_083319_search_articles")
    .after("m20260211_160512_split_the_names_of_authors");

pub async fn up(db: &mut Migrator) -> Result<()> {
    db.transaction("change the schema", async |db| {
        db.create_extension("pg_trgm").await?;
        db.add_column(
            "article",
            Column::new("search", "tsvector").not_null().stored(
                "setweight(to_tsvector('english', title), 'A') || \
                         setweight(to_tsvector('english', body), 'B')",
            ),
        )
        .await?;
        Ok(())
    })
    .await?;

    // Writes to the table go on while the index is built.
    db.outside_transaction("build article_published_at_idx", async |db| {
        db.create_index_concurrently(
            "article_published_at_idx",
            Index::on("article", [IndexElement::column("published_at").desc()])
                .include(["title", "author_id"])
                .filter("published_at IS NOT NULL"),
        )
        .await?;
        Ok(())
    })
    .await?;

    // Writes to the table go on while the index is built.
    db.outside_transaction("build article_search_idx", async |db| {
        db.create_index_concurrently(
            "article_search_idx",
            Index::on("article", ["search"]).method("gin"),
        )
        .await?;
        Ok(())
    })
    .await?;

    // Writes to the table go on while the index is built.
    db.outside_transaction("build article_title_trgm_idx", async |db| {
        db.create_index_concurrently(
            "article_title_trgm_idx",
            Index::on("article", [IndexElement::column("title").opclass("gin_trgm_ops")])
                .method("gin"),
        )
        .await?;
        Ok(())
    })
    .await?;
    Ok(())
}

pub async fn down(db: &mut Migrator) -> Result<()> {
    db.transaction("change article", async |db| {
        db.drop_column("article", "search").await?;
        Ok(())
    })
    .await?;

    db.outside_transaction("drop article_published_at_idx", async |db| {
        db.drop_index_concurrently("article_published_at_idx").await?;
        Ok(())
    })
    .await?;

    db.outside_transaction("drop article_title_trgm_idx", async |db| {
        db.drop_index_concurrently("article_title_trgm_idx").await?;
        Ok(())
    })
    .await?;

    db.transaction("change the schema", async |db| {
        db.drop_extension("pg_trgm").await?;
        Ok(())
    })
    .await?;
    Ok(())
}
