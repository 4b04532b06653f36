//! Who reads and who writes.

mod account;
mod author;
pub mod authors;
mod email;
mod team;

pub use account::Account;
pub use author::Author;
pub use email::Email;
pub use team::{Team, TeamMember, TeamRole};
