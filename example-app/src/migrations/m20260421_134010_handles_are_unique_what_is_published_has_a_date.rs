//! Handles are unique, what is published has a date.
//!
//! What was published without a date gets the date of its beginning.

use migrate_core::revision::*;

pub const REVISION: Header =
    Header::new("m20260421_134010_handles_are_unique_what_is_published_has_a_date")
        .after("m20260409_092745_articles_have_a_language");

pub async fn up(db: &mut Migrator) -> Result<()> {
    db.transaction("add language_is_tag", async |db| {
        db.alter_table("article")
            .add_constraint(
                "language_is_tag",
                Constraint::check("language ~ '^[a-z]{2,3}(-[A-Za-z0-9]+)*$'").not_valid(),
            )
            .add_constraint(
                "published_has_date",
                Constraint::check("status <> 'published' OR published_at IS NOT NULL").not_valid(),
            )
            .await?;
        db.set_comment(On::column("article", "author_id"), "Who wrote it.").await?;
        db.set_comment(On::column("article", "body"), "Its text.").await?;
        db.set_comment(On::column("article", "created_at"), "When it was begun.").await?;
        db.set_comment(On::column("article", "id"), "Counts up.").await?;
        db.set_comment(On::column("article", "language"), "Its language, as in BCP 47.").await?;
        db.set_comment(On::column("article", "published_at"), "When everybody could read it.")
            .await?;
        db.set_comment(
            On::column("article", "search"),
            "What `search` looks at; the headline counts more than the text.",
        )
        .await?;
        db.set_comment(On::column("article", "slug"), "Its name in addresses.").await?;
        db.set_comment(On::column("article", "status"), "How far it is.").await?;
        db.set_comment(On::column("article", "tags"), "Words to find it by.").await?;
        db.set_comment(On::column("article", "title"), "Its headline.").await?;
        db.set_comment(On::table("article"), "Something to read.").await?;
        Ok(())
    })
    .await?;

    db.data("date what is published", async |db| {
        db.execute(
            "UPDATE article SET published_at = created_at
             WHERE status = 'published' AND published_at IS NULL",
        )
        .await?;
        Ok(())
    })
    .await?;

    // Writes to the table go on while the index is built.
    db.outside_transaction("build account_handle_key", async |db| {
        db.create_index_concurrently(
            "account_handle_key",
            Index::on("account", ["handle"]).unique(),
        )
        .await?;
        Ok(())
    })
    .await?;

    db.transaction("add account_handle_key", async |db| {
        db.alter_table("account")
            .add_unique_using_index("account_handle_key", "account_handle_key", Deferrable::No)
            .await?;
        Ok(())
    })
    .await?;

    db.transaction("validate the checks", async |db| {
        db.validate_constraint("article", "language_is_tag").await?;
        db.validate_constraint("article", "published_has_date").await?;
        Ok(())
    })
    .await?;
    Ok(())
}

pub async fn down(db: &mut Migrator) -> Result<()> {
    db.drop_constraint("account", "account_handle_key").await?;
    db.alter_table("article")
        .drop_constraint("language_is_tag")
        .drop_constraint("published_has_date")
        .await?;
    db.drop_comment(On::column("article", "author_id")).await?;
    db.drop_comment(On::column("article", "body")).await?;
    db.drop_comment(On::column("article", "created_at")).await?;
    db.drop_comment(On::column("article", "id")).await?;
    db.drop_comment(On::column("article", "language")).await?;
    db.drop_comment(On::column("article", "published_at")).await?;
    db.drop_comment(On::column("article", "search")).await?;
    db.drop_comment(On::column("article", "slug")).await?;
    db.drop_comment(On::column("article", "status")).await?;
    db.drop_comment(On::column("article", "tags")).await?;
    db.drop_comment(On::column("article", "title")).await?;
    db.drop_comment(On::table("article")).await?;
    Ok(())
}
