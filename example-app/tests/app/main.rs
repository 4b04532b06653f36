//! The application against a server of its own: its history, its rows, its queries.

mod history;
mod inserted;
mod queries;
mod rows;
mod site;
