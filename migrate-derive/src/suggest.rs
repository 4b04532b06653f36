//! The nearest known word to an unknown one.

use std::fmt::Display;

use syn::Ident;
use syn::ext::IdentExt as _;

/// An error at an unknown word, with the nearest known one or else all of them.
pub(crate) fn unknown<'a>(
    what: impl Display,
    ident: &Ident,
    known: impl Iterator<Item = &'a str>,
) -> syn::Error {
    let word = ident.unraw().to_string();
    syn::Error::new(ident.span(), format!("unknown {what} `{word}`; {}", remedy(&word, known)))
}

/// The known words that a wrong one may have meant.
pub(crate) fn remedy<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> String {
    let known: Vec<&str> = known.collect();
    if let Some(near) = nearest(word, known.iter().copied()) {
        return format!("did you mean `{near}`?");
    }
    if known.is_empty() {
        return "there are none".to_owned();
    }
    let listed: Vec<String> = known.iter().map(|word| format!("`{word}`")).collect();
    format!("known are {}", listed.join(", "))
}

/// The nearest known word, unless even that is more than a third of the letters away.
pub(crate) fn nearest<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let reach = (word.chars().count() / 3).max(1);
    known
        .map(|candidate| (distance(word, candidate), candidate))
        .filter(|(distance, _)| *distance <= reach)
        .min()
        .map(|(_, candidate)| candidate)
}

/// The edit distance, with a swap of two neighbours as one edit.
fn distance(left: &str, right: &str) -> usize {
    let (left, right): (Vec<char>, Vec<char>) = (left.chars().collect(), right.chars().collect());
    let mut rows = vec![vec![0; right.len() + 1]; left.len() + 1];
    rows[0] = (0..=right.len()).collect();
    for i in 1..=left.len() {
        rows[i][0] = i;
        for j in 1..=right.len() {
            let replaced = rows[i - 1][j - 1] + usize::from(left[i - 1] != right[j - 1]);
            rows[i][j] = replaced.min(rows[i - 1][j] + 1).min(rows[i][j - 1] + 1);
            if i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1] {
                rows[i][j] = rows[i][j].min(rows[i - 2][j - 2] + 1);
            }
        }
    }
    rows[left.len()][right.len()]
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_near_word_is_suggested_and_a_far_one_is_not() {
        let known = ["unique", "using", "where"];
        assert_eq!(nearest("usign", known.into_iter()), Some("using"));
        assert_eq!(nearest("uniqe", known.into_iter()), Some("unique"));
        assert_eq!(nearest("colour", known.into_iter()), None);
    }
}
