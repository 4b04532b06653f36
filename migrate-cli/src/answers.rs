//! What flags say of renames, drops and conversions.

use std::collections::BTreeMap;

use anyhow::{Context, bail};
use migrate_core::catalog::{Ident, QualifiedName};
use migrate_core::diff::{Answers, ColumnRename, Rename};

/// What `--rename` and `--drop` say.
pub(crate) fn answers(
    renamed: &[String],
    drops: &[String],
    target: &Ident,
) -> anyhow::Result<Answers> {
    Ok(Answers {
        renames: renames(renamed, target)?,
        target: Some(target.clone()),
        drops: drops.iter().cloned().collect(),
    })
}

/// The renames of `--rename`.
fn renames(texts: &[String], target: &Ident) -> anyhow::Result<Vec<Rename>> {
    texts.iter().map(|text| rename(text, target)).collect()
}

/// `table=new`, `table.column=new`, `schema.table.column=new`; a table whose new name has another
/// schema in front moves there.
fn rename(text: &str, target: &Ident) -> anyhow::Result<Rename> {
    let (current, desired) = text.split_once('=').with_context(|| {
        format!("`--rename {text}` says no new name; write `table=new` or `table.column=new`")
    })?;
    let parts: Vec<&str> = current.split('.').collect();
    if let Some(rename) = moved_table(&parts, desired, target) {
        return Ok(rename);
    }
    let desired = desired.rsplit('.').next().unwrap_or(desired);
    match parts.as_slice() {
        [table] => Ok(Rename::Table {
            current: QualifiedName::from(*table),
            desired: QualifiedName::from(desired),
        }),
        [table, column] => Ok(column_rename(QualifiedName::from(*table), column, desired)),
        [schema, table, column] => {
            Ok(column_rename(qualified(schema, table, target), column, desired))
        }
        _ => bail!("`--rename {text}` has too many dots; write `table=new` or `table.column=new`"),
    }
}

/// `table=schema.new`, `schema.table=other.new`; a column stays in its table.
fn moved_table(current: &[&str], desired: &str, target: &Ident) -> Option<Rename> {
    let (schema, name) = desired.split_once('.').filter(|(_, name)| !name.contains('.'))?;
    let current = match current {
        [table] => QualifiedName::from(*table),
        [other, table] if *other != schema => qualified(other, table, target),
        _ => return None,
    };
    Some(Rename::Table { current, desired: qualified(schema, name, target) })
}

fn qualified(schema: &str, name: &str, target: &Ident) -> QualifiedName {
    match schema == target.as_str() {
        true => QualifiedName::from(name),
        false => QualifiedName::from((schema, name)),
    }
}

fn column_rename(table: QualifiedName, current: &str, desired: &str) -> Rename {
    Rename::Column(ColumnRename { table, current: current.into(), desired: desired.into() })
}

/// The expressions of `--using`.
pub(crate) fn using(texts: &[String]) -> anyhow::Result<BTreeMap<String, String>> {
    texts
        .iter()
        .map(|text| match text.split_once('=') {
            Some((column, sql)) => Ok((column.to_owned(), sql.to_owned())),
            None => bail!("`--using {text}` has no expression; write `table.column=expression`"),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(text: &str) -> (String, String) {
        match rename(text, &Ident::new("app")).expect("it says both names") {
            Rename::Table { current, desired } => (current.plain(), desired.plain()),
            Rename::Column(column) => panic!("{column:?}"),
        }
    }

    #[test]
    fn a_table_whose_new_name_has_another_schema_moves() {
        let names = |current: &str, desired: &str| (current.to_owned(), desired.to_owned());
        assert_eq!(table("a=b"), names("a", "b"));
        assert_eq!(table("a=other.a"), names("a", "other.a"));
        assert_eq!(table("other.a=app.b"), names("other.a", "b"));
        assert_eq!(table("app.a=other.a"), names("a", "other.a"));
    }

    #[test]
    fn a_column_stays_in_its_table() {
        for text in ["t.a=b", "t.a=t.b", "app.t.a=b", "app.t.a=app.t.b"] {
            let expected = column_rename("t".into(), "a", "b");
            assert_eq!(rename(text, &Ident::new("app")).expect("it says both"), expected, "{text}");
        }
    }
}
