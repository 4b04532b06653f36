//! Indexes.

use crate::catalog::{Index, IndexElement, IndexTerm, QualifiedName};
use crate::plan::IndexBuild;

use super::clause::{comma_separated, options, quoted};

/// `CREATE INDEX`.
pub fn create_index(name: &QualifiedName, index: &Index, build: IndexBuild) -> String {
    let mut sql = format!(
        "CREATE {}INDEX {}{} ON {} ",
        if index.unique { "UNIQUE " } else { "" },
        concurrently(build),
        name.name,
        index.table,
    );
    if index.method.as_str() != "btree" {
        sql += &format!("USING {} ", index.method);
    }
    sql += &format!("({})", comma_separated(index.elements.iter().map(element)));
    if !index.include.is_empty() {
        sql += &format!(" INCLUDE ({})", comma_separated(&index.include));
    }
    if index.nulls_not_distinct {
        sql += " NULLS NOT DISTINCT";
    }
    if !index.storage.options.is_empty() {
        sql += &format!(" WITH ({})", options(&index.storage.options));
    }
    if let Some(tablespace) = &index.storage.tablespace {
        sql += &format!(" TABLESPACE {tablespace}");
    }
    if let Some(predicate) = &index.predicate {
        sql += &format!(" WHERE {predicate}");
    }
    sql
}

/// `CONCURRENTLY `, where it is.
pub(super) fn concurrently(build: IndexBuild) -> &'static str {
    match build {
        IndexBuild::Plain => "",
        IndexBuild::Concurrently => "CONCURRENTLY ",
    }
}

/// One element with its collation, operator class and order.
pub(super) fn element(element: &IndexElement) -> String {
    let mut sql = match &element.term {
        IndexTerm::Column(column) => column.to_string(),
        IndexTerm::Expression(expression) => format!("({expression})"),
    };
    if let Some(collation) = &element.collation {
        sql += &format!(" COLLATE {collation}");
    }
    if let Some(opclass) = &element.opclass {
        sql += &format!(" {opclass}");
        if !element.opclass_options.is_empty() {
            let options = element
                .opclass_options
                .iter()
                .map(|(name, value)| format!("{name} = {}", quoted(value)));
            sql += &format!(" ({})", comma_separated(options));
        }
    }
    sql += match (element.descending, element.nulls_first) {
        (false, false) => "",
        (false, true) => " NULLS FIRST",
        (true, true) => " DESC",
        (true, false) => " DESC NULLS LAST",
    };
    sql
}
