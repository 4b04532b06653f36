//! Comments and topics.

use migrate_core::revision::*;

pub const REVISION: Header = Header::new("m20260119_142233_comments_and_topics")
    .after("m20260112_091504_create_accounts_writers_and_articles");

pub async fn up(db: &mut Migrator) -> Result<()> {
    db.create_table(
        "comment",
        [
            Column::new("id", "bigint").identity(Identity::by_default()),
            Column::new("article_id", "bigint").not_null(),
            Column::new("parent_id", "bigint"),
            Column::new("account_id", "bigint"),
            Column::new("body", "text").not_null(),
            Column::new("created_at", "timestamp with time zone").not_null().default("now()"),
        ],
    )
    .constraint("comment_pkey", Constraint::primary_key(["id"]))
    .constraint("comment_article_id_id_key", Constraint::unique(["article_id", "id"]))
    .constraint(
        "comment_article_id_fkey",
        Constraint::foreign_key(["article_id"], "article", ["id"])
            .on_delete(ForeignKeyAction::Cascade),
    )
    .constraint(
        "comment_article_id_parent_id_fkey",
        Constraint::foreign_key(["article_id", "parent_id"], "comment", ["article_id", "id"])
            .on_delete(ForeignKeyAction::Cascade),
    )
    .constraint("body_not_blank", Constraint::check("length(trim(body)) > 0"))
    .await?;
    db.create_table(
        "topic",
        [
            Column::new("id", "bigint").identity(Identity::by_default()),
            Column::new("parent_id", "bigint"),
            Column::new("slug", "text").not_null(),
            Column::new("name", "text").not_null(),
        ],
    )
    .constraint("topic_pkey", Constraint::primary_key(["id"]))
    .constraint("topic_slug_key", Constraint::unique(["slug"]))
    .constraint(
        "topic_parent_id_fkey",
        Constraint::foreign_key(["parent_id"], "topic", ["id"])
            .on_delete(ForeignKeyAction::Restrict),
    )
    .constraint("not_its_own_parent", Constraint::check("parent_id <> id"))
    .await?;
    db.create_table(
        "article_topic",
        [
            Column::new("article_id", "bigint").not_null(),
            Column::new("topic_id", "bigint").not_null(),
        ],
    )
    .constraint("article_topic_pkey", Constraint::primary_key(["article_id", "topic_id"]))
    .constraint(
        "article_topic_article_id_fkey",
        Constraint::foreign_key(["article_id"], "article", ["id"])
            .on_delete(ForeignKeyAction::Cascade),
    )
    .constraint(
        "article_topic_topic_id_fkey",
        Constraint::foreign_key(["topic_id"], "topic", ["id"]),
    )
    .await?;
    db.create_index("article_topic_topic_id_idx", Index::on("article_topic", ["topic_id"])).await?;
    db.create_index("comment_account_id_idx", Index::on("comment", ["account_id"])).await?;
    db.create_index("topic_parent_id_idx", Index::on("topic", ["parent_id"])).await?;
    Ok(())
}

pub async fn down(db: &mut Migrator) -> Result<()> {
    db.drop_table("article_topic").await?;
    db.drop_table("comment").await?;
    db.drop_table("topic").await?;
    Ok(())
}
