//! What the tests share: a server of their own, `pg_dump` as the judge, `psql`, and one check that
//! runs the whole circle of a change.

mod check;
mod coverage;
mod dump;
mod psql;
mod rows;
mod server;

pub use check::{Case, Sides, check, circle_of};
pub use coverage::Coverage;
pub use dump::{dump, normalised};
pub use psql::psql;
pub use server::{connect, execute, major, server};
