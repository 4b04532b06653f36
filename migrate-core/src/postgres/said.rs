//! What a server said, as people read it: the one place that writes an error of the driver, which by
//! itself adds a line of PostgreSQL's own source.

use std::error::Error;
use std::fmt::Write;

use sqlx::error::DatabaseError;
use sqlx::postgres::PgDatabaseError;

/// Message, code, detail and hint of the server's answer; of any other error its own text.
pub fn said(error: &(dyn Error + 'static)) -> String {
    let database = error.downcast_ref::<sqlx::Error>().and_then(sqlx::Error::as_database_error);
    database.map_or_else(|| error.to_string(), |error| answer(error, None))
}

/// The server's answer, with the character of a statement that it points to.
pub(crate) fn answer(error: &dyn DatabaseError, character: Option<usize>) -> String {
    let mut text = error.message().to_owned();
    if let Some(code) = error.code() {
        write!(text, " (SQLSTATE {code})").ok();
    }
    if let Some(character) = character {
        write!(text, " at character {character}").ok();
    }
    if let Some(error) = error.try_downcast_ref::<PgDatabaseError>() {
        let details = [("detail", error.detail()), ("hint", error.hint())];
        for (name, detail) in details.into_iter().filter_map(|(name, it)| Some((name, it?))) {
            write!(text, "\n  {name}: {detail}").ok();
        }
    }
    text
}
