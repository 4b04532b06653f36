//! The `mod.rs` of a folder of revisions.

use std::fmt::Write as _;

use super::literal::quoted;

/// The file that links the revisions with these ids, and names the packages with their models. It
/// is lines, not tokens: a macro's lines are no syntax that could be laid out. The list comes first,
/// where one more name at its end moves no other: what a name expands to is compiled for its place.
pub fn mod_file(ids: &[&str], packages: &[&str]) -> String {
    let (ids, packages) = (sorted(ids), sorted(packages));
    let mut file = String::from(
        "//! The revisions of this folder. The tool writes this file whole: edit the others.\n\
         #![allow(unreachable_pub, clippy::too_many_lines, clippy::wildcard_imports)]\n\n",
    );
    file.push_str("migrate_core::revisions! {\n");
    if !packages.is_empty() {
        let packages: Vec<String> = packages.iter().map(|package| quoted(package)).collect();
        writeln!(file, "    models from [{}];", packages.join(", ")).expect(WRITES);
    }
    for id in &ids {
        writeln!(file, "    {id},").expect(WRITES);
    }
    file.push_str("}\n");
    if !ids.is_empty() {
        file.push('\n');
    }
    for id in &ids {
        writeln!(file, "mod {id};").expect(WRITES);
    }
    file
}

const WRITES: &str = "a string takes what is written";

fn sorted<'a>(names: &[&'a str]) -> Vec<&'a str> {
    let mut sorted = names.to_vec();
    sorted.sort_unstable();
    sorted.dedup();
    sorted
}
