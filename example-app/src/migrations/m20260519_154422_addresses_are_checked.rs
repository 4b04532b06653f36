//! Addresses are checked.

use migrate_core::revision::*;

pub const REVISION: Header = Header::new("m20260519_154422_addresses_are_checked")
    .after("m20260507_101556_comments_belong_to_accounts");

pub async fn up(db: &mut Migrator) -> Result<()> {
    db.transaction("change the schema", async |db| {
        db.create_domain("email", Domain::new("text")).await?;
        db.add_domain_check("email", "has_one_at", "value ~ '^[^@[:space:]]+@[^@[:space:]]+$'")
            .await?;
        db.add_domain_check("email", "not_too_long", "length(value) <= 254").await?;
        db.alter_table("account")
            .drop_constraint("account_email_key")
            .set_type_using("email", "email", "email::email")
            .add_column(Column::new("settings", "jsonb").not_null().default("'{}'"))
            .await?;
        db.set_comment(On::domain("email"), "An address to send mail to, as it was written.")
            .await?;
        Ok(())
    })
    .await?;

    // Writes to the table go on while the index is built.
    db.outside_transaction("build account_email_key", async |db| {
        db.create_index_concurrently(
            "account_email_key",
            Index::on("account", [IndexElement::expression("lower(email)")]).unique(),
        )
        .await?;
        Ok(())
    })
    .await?;
    Ok(())
}

pub async fn down(db: &mut Migrator) -> Result<()> {
    db.transaction("change account", async |db| {
        db.drop_column("account", "settings").await?;
        Ok(())
    })
    .await?;

    db.outside_transaction("drop account_email_key", async |db| {
        db.drop_index_concurrently("account_email_key").await?;
        Ok(())
    })
    .await?;

    db.transaction("change account (2)", async |db| {
        db.set_type("account", "email", "text").await?;
        db.drop_domain("email").await?;
        Ok(())
    })
    .await?;

    // Writes to the table go on while the index is built.
    db.outside_transaction("build account_email_key", async |db| {
        db.create_index_concurrently("account_email_key", Index::on("account", ["email"]).unique())
            .await?;
        Ok(())
    })
    .await?;

    db.transaction("add account_email_key", async |db| {
        db.alter_table("account")
            .add_unique_using_index("account_email_key", "account_email_key", Deferrable::No)
            .await?;
        Ok(())
    })
    .await?;
    Ok(())
}
