//! Writers are authors.

use migrate_core::revision::*;

pub const REVISION: Header = Header::new("m20260203_101847_writers_are_authors")
    .after("m20260119_142233_comments_and_topics");

pub async fn up(db: &mut Migrator) -> Result<()> {
    db.rename_table("writer", "author").await?;
    db.rename_column("article", "content", "body").await?;
    db.rename_column("article", "writer_id", "author_id").await?;
    db.rename_sequence("writer_id_seq", "author_id_seq").await?;
    db.rename_constraint("article", "article_writer_id_fkey", "article_author_id_fkey").await?;
    db.rename_constraint("article", "article_writer_id_slug_key", "article_author_id_slug_key")
        .await?;
    db.rename_constraint("author", "writer_account_id_fkey", "author_account_id_fkey").await?;
    db.rename_constraint("author", "writer_account_id_key", "author_account_id_key").await?;
    db.rename_constraint("author", "writer_pkey", "author_pkey").await?;
    Ok(())
}

pub async fn down(db: &mut Migrator) -> Result<()> {
    db.rename_constraint("author", "author_pkey", "writer_pkey").await?;
    db.rename_constraint("author", "author_account_id_key", "writer_account_id_key").await?;
    db.rename_constraint("author", "author_account_id_fkey", "writer_account_id_fkey").await?;
    db.rename_constraint("article", "article_author_id_slug_key", "article_writer_id_slug_key")
        .await?;
    db.rename_constraint("article", "article_author_id_fkey", "article_writer_id_fkey").await?;
    db.rename_sequence("author_id_seq", "writer_id_seq").await?;
    db.rename_column("article", "author_id", "writer_id").await?;
    db.rename_column("article", "body", "content").await?;
    db.rename_table("author", "writer").await?;
    Ok(())
}
