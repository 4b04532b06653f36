//! A small publishing platform: authors write articles, readers subscribe and buy them.
//!
//! The tables are the structs of [`accounts`], [`publishing`] and [`commerce`]; how they came to be
//! is told by [`migrations`].

pub mod accounts;
pub mod commands;
pub mod commerce;
pub mod migrations;
pub mod publishing;
mod site;

pub use site::SiteConfig;
