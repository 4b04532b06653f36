//! Create accounts, writers and articles.

use migrate_core::revision::*;

pub const REVISION: Header = Header::new("m20260112_091504_create_accounts_writers_and_articles");

pub async fn up(db: &mut Migrator) -> Result<()> {
    db.create_enum("article_status", ["draft", "review", "published"]).await?;
    db.create_table(
        "account",
        [
            Column::new("id", "bigint").identity(Identity::by_default()),
            Column::new("email", "text").not_null(),
            Column::new("handle", "text").not_null(),
            Column::new("created_at", "timestamp with time zone").not_null().default("now()"),
        ],
    )
    .constraint("account_pkey", Constraint::primary_key(["id"]))
    .constraint("account_email_key", Constraint::unique(["email"]))
    .await?;
    db.create_table(
        "writer",
        [
            Column::new("id", "bigint").identity(Identity::by_default()),
            Column::new("account_id", "bigint"),
            Column::new("name", "text").not_null(),
            Column::new("bio", "text"),
        ],
    )
    .constraint("writer_pkey", Constraint::primary_key(["id"]))
    .constraint("writer_account_id_key", Constraint::unique(["account_id"]))
    .constraint(
        "writer_account_id_fkey",
        Constraint::foreign_key(["account_id"], "account", ["id"])
            .on_delete(ForeignKeyAction::SetNull(vec![])),
    )
    .await?;
    db.create_table(
        "article",
        [
            Column::new("id", "bigint").identity(Identity::by_default()),
            Column::new("writer_id", "bigint").not_null(),
            Column::new("slug", "text").not_null(),
            Column::new("title", "character varying(200)").not_null(),
            Column::new("content", "text").not_null(),
            Column::new("status", "article_status").not_null().default("'draft'"),
            Column::new("tags", "text[]").not_null().default("'{}'"),
            Column::new("published_at", "timestamp with time zone"),
            Column::new("created_at", "timestamp with time zone").not_null().default("now()"),
        ],
    )
    .constraint("article_pkey", Constraint::primary_key(["id"]))
    .constraint("article_writer_id_slug_key", Constraint::unique(["writer_id", "slug"]))
    .constraint("article_writer_id_fkey", Constraint::foreign_key(["writer_id"], "writer", ["id"]))
    .await?;
    db.create_index("article_created_at_idx", Index::on("article", ["created_at"])).await?;
    Ok(())
}

pub async fn down(db: &mut Migrator) -> Result<()> {
    db.drop_table("article").await?;
    db.drop_table("writer").await?;
    db.drop_table("account").await?;
    db.drop_type("article_status").await?;
    Ok(())
}
