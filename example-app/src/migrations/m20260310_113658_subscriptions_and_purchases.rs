//! Subscriptions and purchases.

use migrate_core::revision::*;

pub const REVISION: Header = Header::new("m20260310_113658_subscriptions_and_purchases")
    .after("m20260224_083319_search_articles");

pub async fn up(db: &mut Migrator) -> Result<()> {
    db.create_extension("btree_gist").await?;
    db.create_enum("billing", ["monthly", "yearly"]).await?;
    db.create_table(
        "price_plan",
        [
            Column::new("id", "smallint").not_null(),
            Column::new("name", "text").not_null(),
            Column::new("price", "numeric(10,2)").not_null(),
            Column::new("currency", "character(3)").not_null().default("'EUR'"),
            Column::new("billing", "billing").not_null().default("'monthly'"),
            Column::new("features", "text[]").not_null().default("'{}'"),
        ],
    )
    .constraint("price_plan_pkey", Constraint::primary_key(["id"]))
    .constraint("price_plan_name_key", Constraint::unique(["name"]))
    .constraint("currency_is_code", Constraint::check("currency ~ '^[A-Z]{3}$'"))
    .constraint("price_not_negative", Constraint::check("price >= 0"))
    .await?;
    db.create_table(
        "purchase",
        [
            Column::new("id", "uuid").not_null().default("gen_random_uuid()"),
            Column::new("account_id", "bigint").not_null(),
            Column::new("placed_at", "timestamp with time zone").not_null().default("now()"),
            Column::new("paid_at", "timestamp with time zone"),
            Column::new("receipt", "jsonb"),
        ],
    )
    .constraint("purchase_pkey", Constraint::primary_key(["id"]))
    .constraint(
        "purchase_account_id_fkey",
        Constraint::foreign_key(["account_id"], "account", ["id"]),
    )
    .await?;
    db.create_table(
        "purchase_line",
        [
            Column::new("purchase_id", "uuid").not_null(),
            Column::new("position", "smallint").not_null(),
            Column::new("article_id", "bigint").not_null(),
            Column::new("quantity", "integer").not_null().default("1"),
            Column::new("unit_price", "numeric(10,2)").not_null(),
            Column::new("amount", "numeric(12,2)").not_null().stored("unit_price * quantity"),
        ],
    )
    .constraint("purchase_line_pkey", Constraint::primary_key(["purchase_id", "position"]))
    .constraint(
        "purchase_line_purchase_id_article_id_key",
        Constraint::unique(["purchase_id", "article_id"]),
    )
    .constraint(
        "purchase_line_article_id_fkey",
        Constraint::foreign_key(["article_id"], "article", ["id"])
            .on_delete(ForeignKeyAction::Restrict),
    )
    .constraint(
        "purchase_line_purchase_id_fkey",
        Constraint::foreign_key(["purchase_id"], "purchase", ["id"])
            .on_delete(ForeignKeyAction::Cascade)
            .initially_deferred(),
    )
    .constraint("purchase_line_quantity_check", Constraint::check("quantity > 0"))
    .await?;
    db.create_table(
        "subscription",
        [
            Column::new("id", "bigint").identity(Identity::by_default()),
            Column::new("account_id", "bigint").not_null(),
            Column::new("plan_id", "smallint").not_null(),
            Column::new("period", "daterange").not_null(),
        ],
    )
    .constraint("subscription_pkey", Constraint::primary_key(["id"]))
    .constraint(
        "subscription_account_id_fkey",
        Constraint::foreign_key(["account_id"], "account", ["id"])
            .on_delete(ForeignKeyAction::Cascade),
    )
    .constraint(
        "subscription_plan_id_fkey",
        Constraint::foreign_key(["plan_id"], "price_plan", ["id"])
            .on_update(ForeignKeyAction::Cascade),
    )
    .constraint("period_not_empty", Constraint::check("NOT isempty(period)"))
    .constraint(
        "subscription_no_overlap",
        Constraint::exclusion(
            "gist",
            [(IndexElement::column("account_id"), "="), (IndexElement::column("period"), "&&")],
        ),
    )
    .await?;
    db.create_index(
        "purchase_unpaid_idx",
        Index::on("purchase", ["account_id", "placed_at"]).filter("paid_at IS NULL"),
    )
    .await?;
    db.create_index("purchase_line_article_id_idx", Index::on("purchase_line", ["article_id"]))
        .await?;
    db.create_index("subscription_plan_id_idx", Index::on("subscription", ["plan_id"])).await?;
    Ok(())
}

pub async fn down(db: &mut Migrator) -> Result<()> {
    db.drop_table("purchase_line").await?;
    db.drop_table("purchase").await?;
    db.drop_table("subscription").await?;
    db.drop_table("price_plan").await?;
    db.drop_type("billing").await?;
    db.drop_extension("btree_gist").await?;
    Ok(())
}
