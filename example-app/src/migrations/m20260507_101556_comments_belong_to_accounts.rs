//! Comments belong to accounts.
//!
//! Comments of accounts that are gone stay, without an account.

use migrate_core::revision::*;

pub const REVISION: Header = Header::new("m20260507_101556_comments_belong_to_accounts")
    .after("m20260421_134010_handles_are_unique_what_is_published_has_a_date");

pub async fn up(db: &mut Migrator) -> Result<()> {
    db.transaction("add comment_account_id_fkey", async |db| {
        db.add_constraint(
            "comment",
            "comment_account_id_fkey",
            Constraint::foreign_key(["account_id"], "account", ["id"])
                .on_delete(ForeignKeyAction::SetNull(vec![]))
                .not_valid(),
        )
        .await?;
        Ok(())
    })
    .await?;

    db.data("let go of accounts that are gone", async |db| {
        db.execute(
            "UPDATE comment SET account_id = NULL
             WHERE account_id NOT IN (SELECT id FROM account)",
        )
        .await?;
        Ok(())
    })
    .await?;

    db.transaction("validate comment_account_id_fkey", async |db| {
        db.validate_constraint("comment", "comment_account_id_fkey").await?;
        Ok(())
    })
    .await?;
    Ok(())
}

pub async fn down(db: &mut Migrator) -> Result<()> {
    db.drop_constraint("comment", "comment_account_id_fkey").await?;
    Ok(())
}
