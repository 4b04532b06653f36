//! One action on its way: awaited, it runs.

use std::future::{Future, IntoFuture};
use std::pin::Pin;

use crate::catalog::ObjectKey;
use crate::diff::plain_name;
use crate::plan::{
    Action, Hazard, IndexBuild, LabelPosition, data_lost, dropped_attributes, hazards_of_action,
    losses, taken_back,
};
use crate::sql::not_null_names;

use super::place::Place;
use super::{Allowance, Migrator, Result, RevisionError};

/// An action that runs when it is awaited.
#[must_use = "a verb runs when it is awaited"]
pub struct Run<'a> {
    pub(super) db: &'a mut Migrator,
    pub(super) action: Action,
    pub(super) place: Place,
}

impl<'a> IntoFuture for Run<'a> {
    type Output = Result<()>;
    type IntoFuture = Pin<Box<dyn Future<Output = Result<()>> + Send + 'a>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            self.db.run(self.action, self.place).await?;
            Ok(())
        })
    }
}

impl Migrator {
    /// An action, to be awaited.
    #[track_caller]
    pub(super) fn action(&mut self, action: Action) -> Run<'_> {
        Run { db: self, action, place: Place::caller() }
    }

    /// Runs an action of a plan.
    pub(crate) async fn run(
        &mut self,
        action: Action,
        place: Place,
    ) -> std::result::Result<(), RevisionError> {
        self.require_allowance(&action, place)?;
        self.enter(place, action.runs_outside_transaction())?;
        self.note_hazards(&action);
        match &action {
            Action::CreateIndex { name, index, build: IndexBuild::Concurrently } => {
                self.build_index(name, index, place).await
            }
            Action::DropIndex { name, build: IndexBuild::Concurrently } => {
                self.remove_index(name, place).await
            }
            Action::Backfill { table, column, value } => {
                self.fill(table, column, value, place).await
            }
            _ => {
                if let Action::ReplaceEnum { .. } = &action {
                    self.require_no_lost_labels(&action, place).await?;
                }
                let moves =
                    matches!(action, Action::MoveExtension { .. } | Action::MoveTable { .. });
                for sql in crate::sql::statements(&action) {
                    let sql = if moves { self.with_schema(&sql) } else { sql };
                    self.run_with_others(place, sql).await?;
                }
                if self.server_version >= not_null_names::SINCE
                    && let Some(sql) = not_null_names::following(&action)
                {
                    self.run_with_others(place, sql).await?;
                }
                Ok(())
            }
        }
    }

    fn note_hazards(&mut self, action: &Action) {
        self.made.note(action);
        self.hazards = hazards_of_action(action, &self.made);
        let computed = losses(action).into_iter().filter(|key| self.is_recomputed(key));
        let computed: Vec<Hazard> = computed.map(|key| data_lost(&key)).collect();
        self.hazards.retain(|hazard| !computed.contains(hazard));
        let taken_back = taken_back(action);
        let said = self.log.iter_mut().map(|one| &mut one.hazards).chain([&mut self.hazards]);
        for hazards in said {
            hazards.retain(|hazard| !taken_back.contains(hazard));
        }
    }

    /// Whether the header says that the column's values are computed again.
    fn is_recomputed(&self, key: &ObjectKey) -> bool {
        let name = plain_name(key);
        self.said.iter().any(|one| matches!(one, Allowance::RecomputeColumn(said) if *said == name))
    }

    fn require_allowance(
        &self,
        action: &Action,
        place: Place,
    ) -> std::result::Result<(), RevisionError> {
        let Some(allowances) = self.allowances else { return Ok(()) };
        let object = losses(action).into_iter().find(|key| !is_allowed(key, allowances));
        let object = object.map(|key| (key.to_string(), allowance_text(&key)));
        let not_allowed = object.or_else(|| {
            let is_said = |name: &String| {
                let said = |one| matches!(one, &Allowance::DropAttribute(said) if said == name);
                allowances.iter().any(said)
            };
            let mut attributes =
                dropped_attributes(action).map(|(composite, name)| composite.plain_part(name));
            let name = attributes.find(|name| !is_said(name))?;
            Some((format!("attribute `{name}`"), attribute_allowance_text(&name)))
        });
        match not_allowed {
            Some((what, allowance)) => {
                let place = place.to_string();
                Err(RevisionError::LossNotAllowed { place, what, allowance })
            }
            None => Ok(()),
        }
    }
}

fn is_allowed(key: &ObjectKey, allowances: &[Allowance]) -> bool {
    allowances.iter().any(|allowance| match (allowance, key) {
        (Allowance::DropSchema(allowed), ObjectKey::Schema { name }) => *allowed == name.as_str(),
        (Allowance::DropTable(allowed), ObjectKey::Table { name })
        | (Allowance::DropSequence(allowed), ObjectKey::Sequence { name }) => {
            *allowed == name.plain()
        }
        (
            Allowance::DropColumn(allowed) | Allowance::RecomputeColumn(allowed),
            ObjectKey::Column { .. },
        ) => *allowed == plain_name(key),
        _ => false,
    })
}

/// The Rust text that allows a loss.
pub(crate) fn allowance_text(key: &ObjectKey) -> String {
    match key {
        ObjectKey::Schema { name } => format!("drops_schema({:?})", name.as_str()),
        ObjectKey::Table { name } => format!("drops_table({:?})", name.plain()),
        ObjectKey::Sequence { name } => format!("drops_sequence({:?})", name.plain()),
        ObjectKey::Column { table, name } => {
            format!("drops_column({:?})", table.plain_part(name))
        }
        key => format!("/* {key} */"),
    }
}

/// The Rust text that allows the loss of an attribute.
pub(crate) fn attribute_allowance_text(name: &str) -> String {
    format!("drops_attribute({name:?})")
}

/// `add_enum_value`, which may say where the label stands.
#[must_use = "a verb runs when it is awaited"]
pub struct AddEnumValue<'a>(pub(super) Run<'a>);

impl AddEnumValue<'_> {
    /// Before this label.
    pub fn before(self, label: &str) -> Self {
        self.at(LabelPosition::Before(label.to_owned()))
    }

    /// After this label.
    pub fn after(self, label: &str) -> Self {
        self.at(LabelPosition::After(label.to_owned()))
    }

    fn at(mut self, wanted: LabelPosition) -> Self {
        if let Action::AddEnumValue { position, .. } = &mut self.0.action {
            *position = wanted;
        }
        self
    }
}

impl<'a> IntoFuture for AddEnumValue<'a> {
    type Output = Result<()>;
    type IntoFuture = <Run<'a> as IntoFuture>::IntoFuture;

    fn into_future(self) -> Self::IntoFuture {
        self.0.into_future()
    }
}
