//! The clock is read once, for a revision's id.

use migrate_core::generate::slug;

/// `m20261122_101500_add_author`, from UTC and the message.
pub(crate) fn revision_id(message: &str) -> String {
    let now = jiff::Timestamp::now();
    format!("m{}_{}", now.strftime("%Y%m%d_%H%M%S"), slug(message))
}
