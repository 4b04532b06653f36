//! Plans as revision files: what they say, that they build what the plan holds, and that they do it
//! to a database.

#[path = "render/awkward.rs"]
mod awkward;
#[path = "render/change.rs"]
mod change;
#[path = "render/every_action.rs"]
mod every_action;
#[path = "render/every_table_action.rs"]
mod every_table_action;
#[path = "random/mod.rs"]
mod random;
#[path = "render/schemas.rs"]
mod schemas;
#[path = "render/scratch_crate.rs"]
mod scratch_crate;
#[path = "render/text.rs"]
mod text;

use migrate_core::plan::{Action, Plan, Step, StepMode};
use migrate_core::render::{RevisionText, empty_revision, revision, rustfmt, rustfmt_edited};

use scratch_crate::ScratchCrate;

/// A plan of one transaction.
fn one_transaction(actions: impl IntoIterator<Item = Action>) -> Plan {
    steps([("", StepMode::Transaction, actions.into_iter().collect())])
}

/// A plan of steps.
fn steps<'a>(steps: impl IntoIterator<Item = (&'a str, StepMode, Vec<Action>)>) -> Plan {
    let steps = steps.into_iter().map(|(name, mode, actions)| Step {
        name: name.to_owned(),
        mode,
        actions,
    });
    Plan { steps: steps.collect() }
}

/// Both ways of a revision.
struct Case {
    id: String,
    message: String,
    notes: Vec<String>,
    up: Plan,
    down: Plan,
}

/// One revision for each family of actions, and one that has every action in a step of its own.
fn cases() -> Vec<Case> {
    let families = every_action::families();
    let all_in_steps =
        families.iter().flat_map(|(_, actions)| actions).enumerate().map(|(number, action)| {
            let outside = action.runs_outside_transaction();
            let mode = if outside { StepMode::OutsideTransaction } else { StepMode::Transaction };
            let name = format!("{} {number}", awkward::text(number));
            Step { name, mode, actions: vec![action.clone()] }
        });
    let stepped = Plan { steps: all_in_steps.collect() };
    let mut cases =
        vec![case(0, &Plan::default(), &Plan::default()), case(1, &stepped, &Plan::default())];
    for (name, actions) in families {
        let inside = actions.into_iter().filter(|action| !action.runs_outside_transaction());
        let up = one_transaction(inside);
        let mut reversed: Vec<Action> = up.actions().cloned().collect();
        reversed.reverse();
        let down = one_transaction(reversed);
        let mut one = case(cases.len(), &up, &down);
        one.id = format!("{}_{name}", one.id);
        cases.push(one);
    }
    cases
}

fn case(number: usize, up: &Plan, down: &Plan) -> Case {
    Case {
        id: format!("m20261122_{number:06}"),
        message: awkward::text(number),
        notes: vec![awkward::text(number + 1), "`no.column` has a placeholder.".to_owned()],
        up: up.clone(),
        down: down.clone(),
    }
}

fn rendered(case: &Case, parent: Option<&str>) -> String {
    let Case { id, message, notes, up, down } = case;
    revision(&RevisionText { id, parent, requires: None, message, notes, up, down })
}

/// One crate for all, since its build is what takes the time.
#[tokio::test(flavor = "multi_thread")]
async fn b39_a_revision_builds_what_its_plan_holds_and_does_it_to_a_database() {
    let mut scratch = ScratchCrate::new();
    let (cases, changes) = (cases(), change::changes().await);
    let mut parent: Option<&str> = None;
    let all = || cases.iter().chain(changes.iter().map(|change| &change.case));
    for case in all() {
        scratch.add(&case.id, &rustfmt(&rendered(case, parent)));
        parent = Some(&case.id);
    }
    let recorded = scratch.record();
    for case in all() {
        for (direction, plan) in [("up", &case.up), ("down", &case.down)] {
            let recorded = &recorded[&case.id][direction];
            assert_eq!(recorded, &expected(plan), "{direction} of {}", case.id);
        }
    }
    let databases = change::databases(&changes);
    scratch.apply(&databases);
    for change in &changes {
        change.require_applied().await;
    }
    scratch.roll_back(&databases);
    for change in &changes {
        change.require_rolled_back().await;
    }
}

/// What a recording migrator writes down for a plan.
fn expected(plan: &Plan) -> serde_json::Value {
    let is_one_transaction = plan.is_one_transaction();
    let statements = plan.steps.iter().flat_map(|step| {
        let name = (!is_one_transaction).then_some(&step.name);
        let outside = step.mode == StepMode::OutsideTransaction;
        let statements = step.actions.iter().flat_map(sql);
        statements.map(move |sql| serde_json::json!([name, outside, sql]))
    });
    statements.collect()
}

/// Only raw SQL, and what moves to the target schema, speak of that schema.
fn sql(action: &Action) -> Vec<String> {
    let statements = migrate_core::sql::statements(action);
    let speaks = matches!(
        action,
        Action::MoveExtension { .. }
            | Action::MoveTable { .. }
            | Action::CreateDependent { .. }
            | Action::DropDependent { .. }
    );
    let replaced = |sql: String| match speaks {
        true => sql.replace("{current_schema}", "public"),
        false => sql,
    };
    statements.into_iter().map(replaced).collect()
}

#[test]
fn b07_the_same_plan_gives_the_same_bytes() {
    let [first, second] = [cases(), cases()].map(|cases| -> Vec<String> {
        cases.iter().map(|case| rendered(case, Some("m1"))).collect()
    });
    assert_eq!(first, second);
}

#[test]
fn lines_break_where_prettyplease_breaks_them() {
    // It has no place for comments and blank lines.
    let code = |text: &str| -> Vec<String> {
        let is_code = |line: &&str| !line.is_empty() && !line.trim_start().starts_with("// ");
        text.lines().filter(is_code).map(str::to_owned).collect()
    };
    for case in cases() {
        let text = rendered(&case, Some("m1"));
        let parsed = syn::parse_file(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
        same_lines(&code(&text), &code(&prettyplease::unparse(&parsed)));
    }
}

#[track_caller]
fn same_lines(lines: &[String], expected: &[String]) {
    let differs = lines.iter().zip(expected).position(|(line, expected)| line != expected);
    let place = differs.unwrap_or(lines.len().min(expected.len()));
    let from = place.saturating_sub(5);
    let part = |lines: &[String]| lines[from..lines.len().min(place + 8)].join("\n");
    assert_eq!(part(lines), part(expected));
}

#[test]
fn b40_rustfmt_has_nothing_to_add() {
    let files = cases().into_iter().map(|case| rustfmt(&rendered(&case, None)));
    for file in files.chain([rustfmt(&empty_revision("m1", None, "nothing"))]) {
        assert_eq!(file, rustfmt(&file));
        assert_eq!(file, rustfmt_edited(&file), "as `rustfmt --check` would see it");
    }
}
