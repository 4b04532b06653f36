//! `up` and `down`.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use crate::plan::{Action, IndexBuild, Plan, Step, StepMode};

use super::action::chains;
use super::literal::text;
use super::margin::{self, Margin};

/// A function that runs a plan.
pub(super) fn function(
    name: &str,
    plan: &Plan,
    notes: &[String],
    margin: &mut Margin,
) -> TokenStream {
    let name = format_ident!("{name}");
    let body = if plan.is_one_transaction() {
        statements(plan.actions(), notes, margin)
    } else {
        steps(&plan.steps, notes, margin)
    };
    let db = parameter(&body);
    quote! {
        pub async fn #name(#db: &mut Migrator) -> Result<()> {
            #body
            Ok(())
        }
    }
}

/// The migrator's name, with an underscore where nothing uses it.
fn parameter(body: &TokenStream) -> TokenStream {
    if body.is_empty() { quote!(_db) } else { quote!(db) }
}

fn statements<'a>(
    actions: impl IntoIterator<Item = &'a Action>,
    notes: &[String],
    margin: &mut Margin,
) -> TokenStream {
    let mut statements = TokenStream::new();
    for action in actions {
        if is_placeholder(action, notes) {
            let edit = "A placeholder: edit the value that existing rows get.";
            statements.extend(margin.comment(edit));
        }
        let chains = chains(action);
        statements.extend(quote!(#(#chains.await?;)*));
    }
    statements
}

/// Whether a note says that the value of a fill is to be edited.
fn is_placeholder(action: &Action, notes: &[String]) -> bool {
    let Action::Backfill { table, column, .. } = action else { return false };
    let place = format!("`{}.{}`", table.plain(), column.as_str());
    notes.iter().any(|note| note.contains("placeholder") && note.contains(&place))
}

fn steps(steps: &[Step], notes: &[String], margin: &mut Margin) -> TokenStream {
    let mut rendered = TokenStream::new();
    for (position, one) in steps.iter().enumerate() {
        if position > 0 {
            rendered.extend(margin::blank());
        }
        if let Some(reason) = reason(one, &steps[position + 1..]) {
            rendered.extend(margin.comment(reason));
        }
        rendered.extend(step(one, notes, margin));
    }
    rendered
}

fn step(step: &Step, notes: &[String], margin: &mut Margin) -> TokenStream {
    let verb = match step.mode {
        StepMode::Transaction => quote!(transaction),
        StepMode::OutsideTransaction => quote!(outside_transaction),
    };
    let name = text(&step.name);
    let body = statements(&step.actions, notes, margin);
    let db = parameter(&body);
    quote! {
        db.#verb(#name, async |#db| {
            #body
            Ok(())
        })
        .await?;
    }
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
