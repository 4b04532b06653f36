//! The revisions of this folder. The tool writes this file whole: edit the others.
#![allow(unreachable_pub, clippy::too_many_lines, clippy::wildcard_imports)]

migrate_core::revisions! {
    models from ["app", "billing"];
    m1,
    m2,
}

mod m1;
mod m2;
