//! Random schemas of every kind of object, and changes of them.

mod choices;
mod column;
mod dependents;
mod form;
mod indexes;
mod keys;
mod rows;
mod schema;
mod table;
mod types;

pub(crate) use schema::Change;
