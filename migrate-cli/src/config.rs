//! What is configured, in layers: flags before variables, before `migrate.toml`, before the
//! application's own code. One key has one name everywhere: `history-schema` in the file is
//! `--history-schema` and `MIGRATE_HISTORY_SCHEMA`.

mod environment;
mod file;
mod groups;
mod interpolate;
mod keys;
mod layers;
mod names;
mod template;
mod time;

pub(crate) use file::NAME as FILE_NAME;
pub use keys::Config;
pub(crate) use layers::{Layers, require_short_name};
pub use names::Names;
pub(crate) use template::template;
pub use time::Time;
