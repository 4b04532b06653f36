//! Keep what readers saw.
//!
//! What is published now becomes the first version.

use migrate_core::revision::*;

pub const REVISION: Header = Header::new("m20260618_141129_keep_what_readers_saw")
    .after("m20260602_090837_teams_mentors_and_the_front_page");

pub async fn up(db: &mut Migrator) -> Result<()> {
    db.create_table(
        "article_version",
        [
            Column::new("article_id", "bigint").not_null(),
            Column::new("number", "integer").not_null(),
            Column::new("title", "character varying(200)").not_null(),
            Column::new("body", "text").not_null(),
            Column::new("published_at", "timestamp with time zone").not_null().default("now()"),
        ],
    )
    .constraint("article_version_pkey", Constraint::primary_key(["article_id", "number"]))
    .constraint(
        "article_version_article_id_fkey",
        Constraint::foreign_key(["article_id"], "article", ["id"])
            .on_delete(ForeignKeyAction::Cascade),
    )
    .constraint("article_version_check", Constraint::check("number > 0"))
    .await?;
    db.execute(
        "INSERT INTO article_version (article_id, number, title, body, published_at)
         SELECT id, 1, title, body, published_at FROM article WHERE status = 'published'",
    )
    .await?;
    Ok(())
}

pub async fn down(db: &mut Migrator) -> Result<()> {
    db.drop_table("article_version").await?;
    Ok(())
}
