//! The names that a wrong one may have meant.

use std::collections::BTreeSet;

/// How many names are suggested.
const SUGGESTED: usize = 3;

/// The remedy for an unknown name: the near ones, or another remedy where there are none.
pub fn near(name: &str, known: &BTreeSet<String>, otherwise: &str) -> String {
    let mut near: Vec<(usize, &String)> = known
        .iter()
        .filter_map(|candidate| Some((distance(name, candidate)?, candidate)))
        .collect();
    near.sort();
    let near: Vec<String> =
        near.into_iter().take(SUGGESTED).map(|(_, name)| format!("`{name}`")).collect();
    if near.is_empty() {
        return otherwise.to_owned();
    }
    format!("did you mean {}?", near.join(" or "))
}

/// How many letters differ, unless that is more than a third of the name. A column counts under
/// its table's name alone where only the table differs, and the other way round.
fn distance(name: &str, candidate: &str) -> Option<usize> {
    let part = |text: &str| {
        text.rsplit_once('.').map(|(table, column)| (table.to_owned(), column.to_owned()))
    };
    let (wrong, right) = match (part(name), part(candidate)) {
        (Some((table, wrong)), Some((same, right))) if table == same => (wrong, right),
        (Some((wrong, column)), Some((right, same))) if column == same => (wrong, right),
        _ => (name.to_owned(), candidate.to_owned()),
    };
    let distance = strsim::damerau_levenshtein(&wrong, &right);
    let reach = (wrong.chars().count() / 3).max(1);
    (distance <= reach).then_some(distance)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_names_are_suggested_nearest_first_and_far_ones_not() {
        let known = ["article", "article.title", "article.titles", "author.title"];
        let known: BTreeSet<String> = known.into_iter().map(str::to_owned).collect();
        let meant = "did you mean `article.titles` or `article.title`?";
        assert_eq!(near("article.titless", &known, ""), meant);
        assert_eq!(near("auhtor.title", &known, ""), "did you mean `author.title`?");
        assert_eq!(near("articel", &known, ""), "did you mean `article`?");
        assert_eq!(near("unrelated", &known, "look"), "look");
    }
}
