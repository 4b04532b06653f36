//! What the command says, on which stream, and with which exit code: compared with the texts in
//! `expected`, which `UPDATE_EXPECTED=1` writes anew.

mod check;
mod development;
mod diff;
mod help;
mod models;
mod refusals;
mod runs;
mod status;
mod transcript;
