use migrate_core::DbModel;

use super::Article;

/// What articles are about; topics make a tree.
#[derive(Debug, Clone, DbModel, sqlx::FromRow)]
#[db(check(not_its_own_parent = "parent_id <> id"))]
pub struct Topic {
    /// Counts up.
    #[db(primary_key, identity)]
    pub id: i64,
    /// The wider topic.
    #[db(references(Topic, on_delete = restrict), index)]
    pub parent_id: Option<i64>,
    /// Its name in addresses.
    #[db(unique)]
    pub slug: String,
    /// Its name.
    pub name: String,
}

/// An article is about a topic.
#[derive(Debug, Clone, DbModel, sqlx::FromRow)]
#[db(primary_key(article_id, topic_id))]
pub struct ArticleTopic {
    /// The article.
    #[db(references(Article, on_delete = cascade))]
    pub article_id: i64,
    /// What it is about.
    #[db(references(Topic), index)]
    pub topic_id: i64,
}
