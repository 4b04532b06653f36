//! The program `migrate` as teams use it that share databases: SQL revisions, hooks, tenants,
//! clusters and configuration, on real servers.

mod chain;
mod cluster;
mod configuration;
mod hooks;
mod imports;
mod interruption;
mod isolation;
mod project;
mod sessions;
mod tenants;
