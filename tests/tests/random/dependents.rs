//! Views, functions, triggers, policies and rules that stand on a table.

use super::choices::Choices;
use super::column::Column;
use super::form::{COLUMNS, Class};
use super::table::Table;

/// The statements that make what stands on a table.
pub(crate) fn statements(table: &Table, choices: &Choices) -> Vec<String> {
    let mut statements = views(table, choices);
    statements.extend(function(table, choices));
    statements.extend(triggers(table, choices));
    statements.extend(policy(table, choices));
    statements.extend(rule(table, choices));
    statements
}

fn is_there(table: &Table, what: &str, choices: &Choices) -> bool {
    choices.one_in(&table.place(&format!("{what} there")), 4)
}

/// The column that something stands on.
fn column<'a>(table: &'a Table, what: &str, choices: &Choices) -> &'a Column {
    let (name, _) = choices.pick(&table.place(&format!("{what} column")), &COLUMNS);
    table.column_or_code(name)
}

fn views(table: &Table, choices: &Choices) -> Vec<String> {
    if !is_there(table, "view", choices) {
        return Vec::new();
    }
    let (number, name, column) = (table.number, table.name, column(table, "view", choices));
    let options =
        choices.pick(&table.place("view options"), &["", "", " WITH (security_barrier = true)"]);
    let view = format!("\"V {number}\"");
    let mut statements = vec![format!(
        "CREATE VIEW {view}{options} AS SELECT id, {} AS \"it\", code FROM {name} WHERE {}",
        column.name, column.condition
    )];
    if choices.one_in(&table.place("view on view"), 2) {
        statements.push(format!("CREATE VIEW above_{number} AS SELECT \"it\", count(*) AS many FROM (SELECT \"it\"::text FROM {view}) one GROUP BY 1"));
    }
    if choices.one_in(&table.place("view kept"), 3) {
        statements.push(format!(
            "CREATE MATERIALIZED VIEW kept_{number} AS SELECT id, \"it\" FROM {view}"
        ));
        statements.push(format!("CREATE UNIQUE INDEX ON kept_{number} (id)"));
    }
    if choices.one_in(&table.place("view comment"), 3) {
        statements.push(format!("COMMENT ON VIEW {view} IS 'It''s a view'"));
    }
    statements
}

fn function(table: &Table, choices: &Choices) -> Vec<String> {
    if !is_there(table, "function", choices) {
        return Vec::new();
    }
    let (number, name, column) = (table.number, table.name, column(table, "function", choices));
    let condition = &column.condition;
    let body = match choices.roll(&table.place("function body"), 3) {
        0 => format!("SELECT count({}) FROM {name} WHERE id > above", column.name),
        1 => format!("SELECT count(*) FROM {name} WHERE {condition}"),
        _ => format!("SELECT max(id)::bigint FROM {name} WHERE id < above AND {condition}"),
    };
    vec![format!(
        "CREATE FUNCTION \"F {number}\"(above integer DEFAULT 3) RETURNS bigint LANGUAGE sql STABLE BEGIN ATOMIC {body}; END"
    )]
}

fn triggers(table: &Table, choices: &Choices) -> Vec<String> {
    if !is_there(table, "trigger", choices) {
        return Vec::new();
    }
    let (name, column) = (table.name, column(table, "trigger", choices));
    // The conditions of triggers that run before can't name generated columns.
    let (time, column) = match column.is_generated {
        true => ("AFTER", column),
        false => (choices.pick(&table.place("trigger time"), &["BEFORE", "AFTER"]), column),
    };
    let form = choices.roll(&table.place("trigger form"), 3);
    // A domain over an enum has no equality of its own either.
    let shape =
        matches!(column.class, Class::Shape | Class::Document) || column.sql_type == "picked";
    let rest = match form {
        0 if !shape => format!(
            "{time} UPDATE ON {name} FOR EACH ROW WHEN (OLD.{0} IS DISTINCT FROM NEW.{0})",
            column.name
        ),
        0 | 1 => format!("{time} UPDATE OF {} ON {name} FOR EACH ROW", column.name),
        _ => format!("{time} INSERT ON {name} FOR EACH STATEMENT"),
    };
    let mut statements = vec![format!("CREATE TRIGGER \"T r\" {rest} EXECUTE FUNCTION touch()")];
    if choices.one_in(&table.place("trigger off"), 4) {
        statements.push(format!("ALTER TABLE {name} DISABLE TRIGGER \"T r\""));
    }
    if choices.one_in(&table.place("trigger comment"), 4) {
        statements.push(format!("COMMENT ON TRIGGER \"T r\" ON {name} IS 'touches'"));
    }
    statements
}

fn policy(table: &Table, choices: &Choices) -> Vec<String> {
    if !is_there(table, "policy", choices) {
        return Vec::new();
    }
    let (name, column) = (table.name, column(table, "policy", choices));
    let kind = choices.pick(&table.place("policy kind"), &["", " AS RESTRICTIVE FOR SELECT"]);
    vec![format!("CREATE POLICY \"P o\" ON {name}{kind} USING ({})", column.condition)]
}

fn rule(table: &Table, choices: &Choices) -> Vec<String> {
    if !is_there(table, "rule", choices) {
        return Vec::new();
    }
    let (name, column) = (table.name, column(table, "rule", choices));
    vec![format!(
        "CREATE RULE \"R u\" AS ON DELETE TO {name} WHERE OLD.{} IS NULL DO INSTEAD NOTHING",
        column.name
    )]
}
