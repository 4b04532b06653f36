//! What is sold.

mod price_plan;
mod purchase;
pub mod reports;
mod subscription;

pub use price_plan::{Billing, PricePlan};
pub use purchase::{Purchase, PurchaseLine};
pub use subscription::Subscription;

// The exclusion constraint of subscriptions compares numbers and ranges in one index.
migrate_core::extensions!["btree_gist"];
