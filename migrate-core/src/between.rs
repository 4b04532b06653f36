//! From one schema to another, wherever each comes from: a database, SQL files, models or
//! revisions. Both sides are read as PostgreSQL stores them, and the plan between them is SQL that
//! `psql` runs.

mod command;
mod compare;
mod error;
mod exclude;
mod files;
mod left_alone;
mod other_names;
mod psql;
mod put_back;
mod row_order;
mod run_files;
mod settle;
mod side;
mod source;
mod verify;

pub use compare::{Comparison, Settings, compare};
pub use error::{BetweenError, End};
pub use exclude::Pattern;
pub use files::SqlFiles;
pub use left_alone::LeftAlone;
pub use psql::psql_script;
pub use settle::{Need, need};
pub use side::{Side, read};
pub use source::Source;
pub use verify::verify;
