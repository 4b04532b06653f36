//! Create article.

use migrate_core::revision::*;

pub const REVISION: Header = Header::new("m2_second").after("m1_first");

pub async fn up(db: &mut Migrator) -> Result<()> {
    db.create_table(
        "article",
        [
            Column::new("id", "bigint").identity(Identity::always()),
            Column::new("title", "character varying(200)").not_null(),
            Column::new("author_id", "bigint"),
        ],
    )
    .constraint("article_pkey", Constraint::primary_key(["id"]))
    .constraint(
        "article_author_id_fkey",
        Constraint::foreign_key(["author_id"], ("auth", "user"), ["id"])
            .on_delete(ForeignKeyAction::SetNull(vec![])),
    )
    .constraint(
        "article_title_check",
        Constraint::check(
            "length(title) > 0 and length(title) < 200 and title is distinct from 'untitled' and \
             title <> ''",
        ),
    )
    .await?;
    Ok(())
}

pub async fn down(db: &mut Migrator) -> Result<()> {
    db.drop_table("article").await?;
    Ok(())
}
