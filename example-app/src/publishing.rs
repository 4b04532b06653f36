//! What is written, and what is said about it.

mod article;
mod article_version;
pub mod articles;
mod comment;
mod feature_slot;
mod search_document;
mod topic;

migrate_core::extensions!["pg_trgm"];

pub use article::{Article, ArticleStatus};
pub use article_version::ArticleVersion;
pub use comment::Comment;
pub use feature_slot::FeatureSlot;
pub use search_document::SearchDocument;
pub use topic::{ArticleTopic, Topic};
