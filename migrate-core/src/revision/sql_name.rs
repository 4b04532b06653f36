//! The name of a SQL revision's file: `V0001__description.sql`, or a pair with `.up` and `.down`.

use super::SqlFileError;

/// What a file's name says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SqlName<'a> {
    /// The number that orders it.
    pub(super) number: u64,
    /// The name without `.sql`, `.up` and `.down`.
    pub(super) id: &'a str,
    /// Whether it takes the revision back.
    pub(super) is_down: bool,
    /// Whether it runs outside a transaction, by a word in its description.
    pub(super) without_transaction: bool,
}

impl<'a> SqlName<'a> {
    /// Reads the last part of a path.
    pub(super) fn parse(file: &'a str) -> Result<Self, SqlFileError> {
        let name = file.rsplit(['/', '\\']).next().unwrap_or(file);
        let fail = || SqlFileError::Name { file: file.to_owned() };
        let stem = name.strip_suffix(".sql").ok_or_else(fail)?;
        let (id, is_down) = match (stem.strip_suffix(".up"), stem.strip_suffix(".down")) {
            (Some(id), _) => (id, false),
            (_, Some(id)) => (id, true),
            (None, None) => (stem, false),
        };
        let (version, description) = id.split_once("__").ok_or_else(fail)?;
        let number = number(version).filter(|_| version.starts_with('V')).ok_or_else(fail)?;
        if description.is_empty() {
            return Err(fail());
        }
        let without_transaction = description.contains("NONTRANSACTIONAL");
        Ok(Self { number, id, is_down, without_transaction })
    }
}

/// The number in `V0001`, `0001` or `1`.
pub(crate) fn number(version: &str) -> Option<u64> {
    let digits = version.strip_prefix('V').unwrap_or(version);
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| digits.parse().ok()).flatten()
}

/// The number of a SQL revision's id; ids of Rust files have none.
pub(crate) fn number_of_id(id: &str) -> Option<u64> {
    let (version, _) = id.split_once("__")?;
    number(version).filter(|_| version.starts_with('V'))
}

/// The description as people read it.
pub fn description_of_id(id: &str) -> String {
    let description = match number_of_id(id) {
        Some(_) => id.split_once("__").map_or(id, |(_, description)| description),
        None => id.splitn(3, '_').nth(2).unwrap_or(id),
    };
    description.replace('_', " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_a_number_a_description_and_a_direction() {
        let name = SqlName::parse("sub/V0012__add_index_NONTRANSACTIONAL.down.sql");
        let wanted = SqlName {
            number: 12,
            id: "V0012__add_index_NONTRANSACTIONAL",
            is_down: true,
            without_transaction: true,
        };
        assert_eq!(name.expect("it is a name"), wanted);
    }

    #[test]
    fn what_is_no_name_is_refused() {
        for name in ["v1__a.sql", "V__a.sql", "V1_a.sql", "V1__.sql", "V1__a.txt", "V1a__b.sql"] {
            assert!(SqlName::parse(name).is_err(), "{name}");
        }
    }

    #[test]
    fn descriptions_are_read_without_numbers_and_underscores() {
        assert_eq!(description_of_id("V0001__create_point"), "create point");
        assert_eq!(description_of_id("m20261122_101500_add_author"), "add author");
    }
}
