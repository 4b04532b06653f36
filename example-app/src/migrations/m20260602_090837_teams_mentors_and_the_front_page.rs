//! Teams, mentors and the front page.

use migrate_core::revision::*;

pub const REVISION: Header = Header::new("m20260602_090837_teams_mentors_and_the_front_page")
    .after("m20260519_154422_addresses_are_checked");

pub async fn up(db: &mut Migrator) -> Result<()> {
    db.transaction("change the schema", async |db| {
        db.create_enum("team_role", ["reader", "editor", "owner"]).await?;
        db.alter_table("author")
            .add_column(Column::new("mentor_id", "bigint"))
            .add_constraint(
                "author_mentor_id_check",
                Constraint::check("mentor_id <> id").not_valid(),
            )
            .await?;
        db.create_table(
            "feature_slot",
            [
                Column::new("id", "bigint").identity(Identity::by_default()),
                Column::new("spot", "text").not_null(),
                Column::new("article_id", "bigint").not_null(),
                Column::new("shown", "tstzrange").not_null(),
                Column::new("cancelled", "boolean").not_null().default("false"),
            ],
        )
        .constraint("feature_slot_pkey", Constraint::primary_key(["id"]))
        .constraint(
            "feature_slot_article_id_fkey",
            Constraint::foreign_key(["article_id"], "article", ["id"])
                .on_delete(ForeignKeyAction::Cascade),
        )
        .constraint(
            "feature_slot_one_at_a_time",
            Constraint::exclusion(
                "gist",
                [(IndexElement::column("spot"), "="), (IndexElement::column("shown"), "&&")],
            )
            .filter("NOT cancelled"),
        )
        .await?;
        db.create_table(
            "team",
            [
                Column::new("id", "integer")
                    .identity(Identity::always().sequence(Sequence::new("integer").start(100))),
                Column::new("name", "character varying(80)").not_null(),
            ],
        )
        .constraint("team_pkey", Constraint::primary_key(["id"]))
        .constraint("team_name_key", Constraint::unique(["name"]))
        .await?;
        db.create_table(
            "team_member",
            [
                Column::new("team_id", "integer").not_null(),
                Column::new("account_id", "bigint").not_null(),
                Column::new("role", "team_role").not_null().default("'reader'"),
                Column::new("joined_on", "date").not_null().default("CURRENT_DATE"),
            ],
        )
        .constraint("team_member_pkey", Constraint::primary_key(["team_id", "account_id"]))
        .constraint(
            "team_member_account_id_fkey",
            Constraint::foreign_key(["account_id"], "account", ["id"])
                .on_delete(ForeignKeyAction::Cascade),
        )
        .constraint(
            "team_member_team_id_fkey",
            Constraint::foreign_key(["team_id"], "team", ["id"])
                .on_delete(ForeignKeyAction::Cascade),
        )
        .await?;
        db.add_constraint(
            "author",
            "author_mentor_id_fkey",
            Constraint::foreign_key(["mentor_id"], "author", ["id"])
                .on_delete(ForeignKeyAction::SetNull(vec![]))
                .not_valid(),
        )
        .await?;
        db.create_index("feature_slot_article_id_idx", Index::on("feature_slot", ["article_id"]))
            .await?;
        db.create_index("team_member_account_id_idx", Index::on("team_member", ["account_id"]))
            .await?;
        db.create_index(
            "team_member_one_owner_idx",
            Index::on("team_member", ["team_id"]).unique().filter("role = 'owner'"),
        )
        .await?;
        db.set_comment(On::column("team", "id"), "Counts up.").await?;
        db.set_comment(On::column("team", "name"), "Its name.").await?;
        db.set_comment(On::table("team"), "Accounts that work together.").await?;
        Ok(())
    })
    .await?;

    // Writes to the table go on while the index is built.
    db.outside_transaction("build author_mentor_id_idx", async |db| {
        db.create_index_concurrently("author_mentor_id_idx", Index::on("author", ["mentor_id"]))
            .await?;
        Ok(())
    })
    .await?;

    db.transaction("validate author_mentor_id_check", async |db| {
        db.validate_constraint("author", "author_mentor_id_check").await?;
        db.validate_constraint("author", "author_mentor_id_fkey").await?;
        Ok(())
    })
    .await?;
    Ok(())
}

pub async fn down(db: &mut Migrator) -> Result<()> {
    db.drop_column("author", "mentor_id").await?;
    db.drop_table("feature_slot").await?;
    db.drop_table("team_member").await?;
    db.drop_table("team").await?;
    db.drop_type("team_role").await?;
    Ok(())
}
