//! `up` and `down`.

use crate::catalog::ConstraintKind;
use crate::plan::{Action, IndexBuild, Plan, Step, StepMode, TableChange};

use super::action::calls;
use super::code::Code;
use super::layout;
use super::literal::{quoted, text};

/// A function that runs a plan, as lines.
pub(super) fn function(name: &str, plan: &Plan, notes: &[String]) -> String {
    let mut body = String::new();
    if plan.is_one_transaction() {
        statements(plan.actions(), notes, 1, &mut body);
    } else {
        steps(&plan.steps, notes, &mut body);
    }
    let db = parameter(&body);
    format!("pub async fn {name}({db}: &mut Migrator) -> Result<()> {{\n{body}    Ok(())\n}}\n")
}

/// The migrator's name, with an underscore where nothing uses it.
fn parameter(body: &str) -> &'static str {
    if body.is_empty() { "_db" } else { "db" }
}

fn statements<'a>(
    actions: impl IntoIterator<Item = &'a Action>,
    notes: &[String],
    indent: usize,
    lines: &mut String,
) {
    for action in actions {
        if is_placeholder(action, notes) {
            comment("A placeholder: edit the value that existing rows get.", indent, lines);
        }
        if is_left_to_fill(action, notes) {
            let line =
                "Rows need a value first, which only you know: fill them in a step before this.";
            comment(line, indent, lines);
        }
        for call in calls(action) {
            layout::statement(&call, indent, lines);
        }
    }
}

/// Whether a note says that the value of a fill is to be edited.
fn is_placeholder(action: &Action, notes: &[String]) -> bool {
    let Action::Backfill { table, column, .. } = action else { return false };
    let place = format!("`{}.{}`", table.plain(), column.as_str());
    notes.iter().any(|note| note.contains("placeholder") && note.contains(&place))
}

/// Whether this adds the check that proves a column to be filled of which a note says that only the
/// author knows what rows get.
fn is_left_to_fill(action: &Action, notes: &[String]) -> bool {
    let Action::AlterTable { table, changes } = action else { return false };
    let is_said = |column: &str| {
        let place = format!("`{}.{column}`", table.plain());
        notes.iter().any(|note| note.contains("only you know") && note.contains(&place))
    };
    changes.iter().any(|change| match change {
        TableChange::AddConstraint { constraint, .. } if !constraint.validated => {
            let ConstraintKind::Check { expression, .. } = &constraint.kind else { return false };
            let column = expression.text().strip_suffix(" IS NOT NULL");
            column.is_some_and(|column| is_said(&column.trim_matches('"').replace("\"\"", "\"")))
        }
        _ => false,
    })
}

/// A comment of one line.
fn comment(line: &str, indent: usize, lines: &mut String) {
    for _ in 0..indent {
        lines.push_str("    ");
    }
    for part in ["// ", line, "\n"] {
        lines.push_str(part);
    }
}

fn steps(steps: &[Step], notes: &[String], lines: &mut String) {
    for (position, one) in steps.iter().enumerate() {
        if position > 0 {
            lines.push('\n');
        }
        if let Some(reason) = reason(one, &steps[position + 1..]) {
            comment(reason, 1, lines);
        }
        step(one, notes, lines);
    }
}

/// A step. Its block has lines of its own, so every box around it is broken.
fn step(step: &Step, notes: &[String], lines: &mut String) {
    let verb = match step.mode {
        StepMode::Transaction => "transaction",
        StepMode::OutsideTransaction => "outside_transaction",
    };
    let begin = lines.len();
    let name = quoted(&step.name);
    lines.push_str(&format!(
        "    db.{verb}(
            {name},
            async |db| {{
"
    ));
    let body = lines.len();
    statements(&step.actions, notes, 4, lines);
    if lines.len() == body {
        lines.truncate(begin);
        let nothing = Code::word("async |_db| { Ok(()) }");
        return layout::statement(&Code::verb(verb, [text(&step.name), nothing]), 1, lines);
    }
    lines.push_str(
        "                Ok(())
            },
        )
        .await?;
",
    );
}

/// Why a step stands alone, where its verbs don't say it.
fn reason(step: &Step, later: &[Step]) -> Option<&'static str> {
    let has = |wanted: fn(&Action) -> bool| step.actions.iter().any(wanted);
    if has(|action| matches!(action, Action::CreateIndex { build: IndexBuild::Concurrently, .. })) {
        return Some("Writes to the table go on while the index is built.");
    }
    if !later.is_empty() && has(|action| matches!(action, Action::AddEnumValue { .. })) {
        return Some("A new label can be used only after its commit.");
    }
    None
}
