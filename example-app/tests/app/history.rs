//! The history builds what the models say, and nothing is left of it afterwards.

use app::migrations::REVISIONS;
use migrate_core::revision::Revision;
use migrate_core::runner::Goal;

use crate::site::{Site, dump_of_models};

#[tokio::test]
async fn the_history_builds_the_models_and_can_be_taken_back_and_built_again() {
    let site = Site::empty().await;
    let all: Vec<_> = REVISIONS.ordered().expect("the revisions make a chain");
    let all: Vec<&str> = all.into_iter().map(Revision::id).collect();

    assert_eq!(site.apply(Goal::Head).await, all);
    let built = site.dump().await;
    assert_same(&built, &dump_of_models().await);

    let back: Vec<String> = site.roll_back(Goal::Base).await;
    assert!(back.iter().rev().eq(&all), "{back:?}");
    let left = site.dump().await;
    assert!(!left.contains("CREATE "), "something is left:\n{left}");

    assert_eq!(site.apply(Goal::Head).await, all);
    assert_same(&site.dump().await, &built);
}

/// The same entries in any order: that of comments on columns is the columns'. The dumps are long,
/// so only what differs is shown.
#[track_caller]
fn assert_same(reached: &str, wanted: &str) {
    let [reached, wanted] = [reached, wanted].map(|dump| {
        let mut entries: Vec<&str> = dump.split("\n--\n").map(str::trim).collect();
        entries.sort_unstable();
        entries
    });
    let missing: Vec<_> = wanted.iter().filter(|entry| !reached.contains(entry)).collect();
    let extra: Vec<_> = reached.iter().filter(|entry| !wanted.contains(entry)).collect();
    assert!(reached == wanted, "missing: {missing:#?}\nextra: {extra:#?}");
}
