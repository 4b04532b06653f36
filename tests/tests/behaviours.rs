//! Every promised behaviour has a test that bears its number.

use std::collections::BTreeSet;
use std::path::Path;

/// The numbers of the page.
fn promised() -> BTreeSet<u32> {
    let page = include_str!("../../docs/behaviours.md");
    let items = page.lines().filter_map(|line| line.strip_prefix("- "));
    items.map(|item| item.split(':').next().expect("a number").parse().expect("a number")).collect()
}

/// The numbers that begin the names of tests below a folder.
fn kept(folder: &Path, found: &mut BTreeSet<u32>) {
    for entry in std::fs::read_dir(folder).expect("the folder is read") {
        let path = entry.expect("an entry").path();
        if path.is_dir() && !path.ends_with("target") {
            kept(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = std::fs::read_to_string(&path).expect("the file is read");
            found.extend(text.lines().filter_map(number));
        }
    }
}

fn number(line: &str) -> Option<u32> {
    let line = line.trim();
    let name = line.strip_prefix("async ").unwrap_or(line).strip_prefix("fn b")?;
    name.split('_').next()?.parse().ok()
}

#[test]
fn every_promise_has_a_test_with_its_number() {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace");
    let mut found = BTreeSet::new();
    for member in ["tests", "migrate-core", "migrate-cli", "example-app"] {
        kept(&workspace.join(member), &mut found);
    }
    let promised = promised();
    let missing: Vec<_> = promised.difference(&found).collect();
    let unknown: Vec<_> = found.difference(&promised).collect();
    assert!(missing.is_empty(), "no test keeps {missing:?}");
    assert!(unknown.is_empty(), "tests keep {unknown:?}, which docs/behaviours.md doesn't promise");
}
