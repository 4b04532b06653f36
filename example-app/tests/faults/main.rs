//! The program killed at every statement that it sends, and many of it at once: what it leaves is
//! finished by the next run, and nothing happens twice.
//!
//! Each revision is killed by itself, on rows: before each of its statements, and after every third
//! one, whose answer gets lost. So is every eleventh statement of the whole history, up and down.

#[path = "../app/inserted.rs"]
mod inserted;
mod kill;
mod program;
mod proxy;
mod state;
mod together;
mod trial;
