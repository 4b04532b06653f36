//! How rows of one composite type, or of a table, become those of another: by the names of their
//! attributes, where PostgreSQL would go by their places.

use crate::catalog::{Catalog, Ident, ObjectKey, QualifiedName};

use super::{PlanError, cast};

/// The `USING` of a column whose rows get another type with the same attributes in another order;
/// nothing where the order is the same, or one of the types has none. Rows with other attributes, and
/// arrays of rows in another order, are the author's to convert.
pub(super) fn by_attribute(
    table: &QualifiedName,
    column: &Ident,
    (current, desired): (&str, &str),
    sides: [&Catalog; 2],
) -> Result<Option<String>, PlanError> {
    let [from, to] = [current, desired].map(|one| one.trim_end_matches("[]"));
    let [former, latter] = sides;
    let attributes = (attributes(from, former), attributes(to, latter));
    let no_cast = || PlanError::NoCast {
        table: table.clone(),
        column: column.clone(),
        current: current.to_owned(),
        desired: desired.to_owned(),
    };
    let (before, after) = match attributes {
        (Some(before), Some(after)) => (before, after),
        (Some(_), None) if !is_read(from, to, former) => return Err(no_cast()),
        _ => return Ok(None),
    };
    let names = |attributes: &[(Ident, String)]| -> Vec<Ident> {
        attributes.iter().map(|(name, _)| name.clone()).collect()
    };
    if names(&before) == names(&after) {
        return Ok(None);
    }
    let is_array = current.ends_with("[]") || desired.ends_with("[]");
    let by_name = || row(column, &before, &after, desired, former);
    let using = if is_array || before.len() != after.len() { None } else { by_name() };
    using.map(Some).ok_or_else(no_cast)
}

fn row(
    column: &Ident,
    before: &[(Ident, String)],
    after: &[(Ident, String)],
    desired: &str,
    former: &Catalog,
) -> Option<String> {
    let fields = after.iter().map(|(name, to)| {
        let (_, from) = before.iter().find(|(one, _)| one == name)?;
        let field = format!("({column}).{name}");
        if from == to {
            return Some(field);
        }
        cast::value(&field, (from, to), &former.casts)
    });
    let fields = fields.collect::<Option<Vec<String>>>()?.join(", ");
    Some(format!("CASE WHEN {column} IS DISTINCT FROM NULL THEN ROW({fields})::{desired} END"))
}

/// Whether something that is no row comes of a row: a row has a text and a JSON of its own, and nothing
/// else is read from one, but by a cast of the database's own.
fn is_read(from: &str, to: &str, side: &Catalog) -> bool {
    cast::is_text(to) || cast::is_json(to) || side.casts.contains(&(from.to_owned(), to.to_owned()))
}

/// The attributes of a composite type, or the columns of a table, in order.
fn attributes(name: &str, side: &Catalog) -> Option<Vec<(Ident, String)>> {
    if let Some(composite) = side.composite(name) {
        return Some(composite.attributes.clone());
    }
    let table = QualifiedName::written(name)?;
    let columns = side.column_order.get(&table)?;
    side.objects.contains_key(&ObjectKey::Table { name: table.clone() }).then_some(())?;
    let columns = columns.iter().map(|name| {
        let column = side.column(&table, name)?;
        Some((name.clone(), column.sql_type.clone()))
    });
    columns.collect()
}
