//! Split the names of authors.
//!
//! Drops column `author.name`, after its last word became the family name and the others the given
//! name. A name of one word is a family name.

use migrate_core::revision::*;
use sqlx::PgConnection;

pub const REVISION: Header = Header::new("m20260211_160512_split_the_names_of_authors")
    .after("m20260203_101847_writers_are_authors")
    .allow(&[drops_column("author.name")]);

pub async fn up(db: &mut Migrator) -> Result<()> {
    db.transaction("add the parts", async |db| {
        db.alter_table("author")
            .add_column(Column::new("family_name", "text"))
            .add_column(Column::new("given_name", "text"))
            .add_constraint(
                "author_family_name_is_not_null",
                Constraint::check("family_name IS NOT NULL").not_valid(),
            )
            .add_constraint(
                "author_given_name_is_not_null",
                Constraint::check("given_name IS NOT NULL").not_valid(),
            )
            .await?;
        Ok(())
    })
    .await?;

    db.data("split the names", async |db| split_names(db.conn().await?).await).await?;

    db.transaction("validate the parts", async |db| {
        db.validate_constraint("author", "author_family_name_is_not_null").await?;
        db.validate_constraint("author", "author_given_name_is_not_null").await?;
        Ok(())
    })
    .await?;

    db.transaction("require the parts", async |db| {
        db.alter_table("author")
            .set_not_null("family_name")
            .set_not_null("given_name")
            .drop_column("name")
            .await?;
        db.alter_table("author")
            .drop_constraint("author_family_name_is_not_null")
            .drop_constraint("author_given_name_is_not_null")
            .await?;
        Ok(())
    })
    .await?;
    Ok(())
}

pub async fn down(db: &mut Migrator) -> Result<()> {
    db.transaction("add the whole", async |db| {
        db.add_column("author", Column::new("name", "text")).await?;
        Ok(())
    })
    .await?;

    db.data("join the names", async |db| {
        db.execute(
            "UPDATE author SET name = CASE given_name WHEN '' THEN family_name
                                      ELSE given_name || ' ' || family_name END",
        )
        .await?;
        Ok(())
    })
    .await?;

    db.transaction("require the whole", async |db| {
        db.alter_table("author")
            .set_not_null("name")
            .drop_column("family_name")
            .drop_column("given_name")
            .await?;
        Ok(())
    })
    .await?;
    Ok(())
}

async fn split_names(connection: &mut PgConnection) -> Result<()> {
    let authors: Vec<(i64, String)> =
        sqlx::query_as("SELECT id, name FROM author").fetch_all(&mut *connection).await?;
    for (id, name) in authors {
        let (given_name, family_name) = name.rsplit_once(' ').unwrap_or(("", &name));
        sqlx::query("UPDATE author SET given_name = $1, family_name = $2 WHERE id = $3")
            .bind(given_name)
            .bind(family_name)
            .bind(id)
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}
