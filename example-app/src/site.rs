//! What differs from one installation to another.

/// The site that this program serves; revisions may take it.
#[derive(Debug, Clone)]
pub struct SiteConfig {
    /// The language of articles that name none, as in BCP 47.
    pub language: String,
}

impl Default for SiteConfig {
    fn default() -> Self {
        Self { language: "en".to_owned() }
    }
}
