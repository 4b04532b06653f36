//! Indexes, and the constraints of single columns that have one.

use super::choices::Choices;
use super::column::Column;
use super::form::Class;
use super::keys::schema_of;
use super::table::Table;
use super::types::Types;

/// What a column may have: an index, a unique constraint, an exclusion.
pub(crate) fn add_of_column(table: &mut Table, column: &Column, types: &Types, choices: &Choices) {
    let place = table.place(column.name);
    let targets = targets(column, types);
    if !targets.is_empty() && choices.one_in(&format!("{place} index"), 3) {
        let target = choices.pick(&format!("{place} index form"), &targets);
        add_index(table, column, target, choices);
    }
    let has_order = !matches!(column.class, Class::Shape | Class::Document);
    if has_order && choices.one_in(&format!("{place} unique"), 7) {
        let mut forms = vec![
            "(id, {})",
            "({}, id)",
            "({}, id) DEFERRABLE INITIALLY DEFERRED",
            "(id, {}) INCLUDE (code)",
            "({}, id) WITH (fillfactor = 80)",
        ];
        if types.major >= 15 {
            forms.push("NULLS NOT DISTINCT (id, {})");
        }
        let form = choices.pick(&format!("{place} unique form"), &forms).replace("{}", column.name);
        let name = match choices.one_in(&format!("{place} unique named"), 2) {
            true => format!("CONSTRAINT {} ", named("U", table, column)),
            false => String::new(),
        };
        table.items.push(format!("{name}UNIQUE {form}"));
    }
    if column.class == Class::Range && choices.one_in(&format!("{place} exclusion"), 2) {
        let mut forms =
            vec!["({} WITH &&)", "({} WITH &&) WHERE (id > 0)", "({} WITH &&) DEFERRABLE"];
        if types.has_extension("btree_gist") {
            forms.push("(id WITH =, {} WITH &&)");
        }
        let form =
            choices.pick(&format!("{place} exclusion form"), &forms).replace("{}", column.name);
        table
            .items
            .push(format!("CONSTRAINT {} EXCLUDE USING gist {form}", named("X", table, column)));
    }
}

fn add_index(table: &mut Table, column: &Column, target: &str, choices: &Choices) {
    let place = table.place(column.name);
    let is_named = choices.one_in(&format!("{place} index named"), 2);
    let name = named("I", table, column);
    let target = target.replace("{?}", &column.condition).replace("{}", column.name);
    let (unique, target) = match target.strip_prefix("UNIQUE ") {
        Some(target) => ("UNIQUE ", target),
        None => ("", target.as_str()),
    };
    let shown = if is_named { format!("{name} ") } else { String::new() };
    table.after.push(format!("CREATE {unique}INDEX {shown}ON {} {target}", table.name));
    if is_named {
        table.add_comment(&format!("INDEX {}{name}", schema_of(table.name)), choices);
    }
}

/// A name of the column's own, in the schema that the table shares with others.
fn named(kind: &str, table: &Table, column: &Column) -> String {
    let plain: String = column.name.replace('"', "").chars().take(30).collect();
    format!("\"{kind} {} {plain}\"", table.number)
}

/// What an index over the column can look like; `{?}` is a condition.
fn targets(column: &Column, types: &Types) -> Vec<&'static str> {
    let mut targets = vec!["(id DESC) WHERE {?}"];
    if !matches!(column.class, Class::Shape | Class::Document) {
        targets.extend([
            "({})",
            "({} DESC NULLS LAST, id)",
            "(code, {} NULLS FIRST) INCLUDE (id)",
            "UNIQUE ({}, id)",
            "UNIQUE (id, {}) WHERE {?}",
            "({}) WITH (deduplicate_items = off, fillfactor = 60)",
        ]);
    }
    targets.extend_from_slice(match column.class {
        Class::Integer => &[
            "USING hash ({})",
            "USING brin ({}) WITH (pages_per_range = 16)",
            "(({} + 1), (id * 2))",
        ],
        Class::Number => &["USING brin ({})", "(abs({}))"],
        Class::Text => &[
            "USING hash ({})",
            "(lower({}))",
            "({} COLLATE \"POSIX\")",
            "(lower({}::text) COLLATE \"C\" text_pattern_ops DESC)",
        ],
        Class::Enum => &["USING hash ({})"],
        Class::Array => &["USING gin ({})", "USING gin ({}) WITH (fastupdate = off)"],
        Class::Range => &["USING gist ({})", "USING spgist ({})"],
        Class::Search => &["USING gin ({})", "USING gist ({} tsvector_ops(siglen=32))"],
        Class::Document if column.sql_type == "jsonb" => {
            &["USING gin ({})", "USING gin ({} jsonb_path_ops)", "(({} ->> 'a'))"]
        }
        Class::Shape if column.sql_type == "point" => {
            &["USING gist ({})", "USING spgist ({} kd_point_ops)"]
        }
        Class::Document | Class::Shape | Class::Other => &[],
    });
    let is_text = column.class == Class::Text;
    if is_text && types.has_extension("pg_trgm") && column.sql_type != "citext" {
        targets.push("USING gin (({}::text) gin_trgm_ops)");
    }
    if is_text && types.has_function {
        targets.push("(\"is fine\"({}::text))");
    }
    targets
}

/// Replica identity and `CLUSTER ON`, of an index that both may name.
pub(crate) fn add_roles(table: &mut Table, choices: &Choices) {
    let (number, name) = (table.number, table.name);
    if choices.one_in(&table.place("role index"), 3) {
        table.after.push(format!("CREATE UNIQUE INDEX \"Role {number}\" ON {name} (code, id)"));
    }
    let has_index = |index: &str| {
        let written = format!("\"{index} {number}\"");
        table.items.iter().chain(&table.after).any(|text| text.contains(&written))
    };
    let index = choices.pick(&table.place("role taken by"), &["Role", "Both"]);
    let index = has_index(index).then(|| format!("\"{index} {number}\""));
    let identity = match (choices.roll(&table.place("replica identity"), 8), &index) {
        (0, _) => Some("FULL".to_owned()),
        (1, _) => Some("NOTHING".to_owned()),
        (2 | 3, Some(index)) => Some(format!("USING INDEX {index}")),
        _ => None,
    };
    let identity = identity.map(|one| format!("ALTER TABLE {name} REPLICA IDENTITY {one}"));
    table.after.extend(identity);
    if let (true, Some(index)) = (choices.one_in(&table.place("clustered"), 5), index) {
        table.after.push(format!("ALTER TABLE {name} CLUSTER ON {index}"));
    }
}
