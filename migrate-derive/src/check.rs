//! Rules that need no types, checked over what was parsed.

mod column;
mod custom_type;
mod enumeration;
mod item;
mod model;
mod name;
mod sequence;
mod stored_type;

pub(crate) use custom_type::custom_type;
pub(crate) use enumeration::enumeration;
pub(crate) use model::model;
