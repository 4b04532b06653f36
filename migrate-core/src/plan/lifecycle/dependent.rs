//! Objects that are known by their definition.

use crate::catalog::{Dependent, ObjectKey};
use crate::diff::Pair;
use crate::plan::node::{Draft, Node};
use crate::plan::{Action, PlanError};

use super::DbObject;

impl DbObject for Dependent {
    fn create(&self, key: &ObjectKey, draft: &mut Draft<'_>) -> Result<(), PlanError> {
        let statements = match key {
            ObjectKey::Function { .. } => with_unchecked_body(&self.create),
            _ => self.create.clone(),
        };
        let action = Action::CreateDependent { key: key.clone(), statements };
        draft.push(Node::creating(action, key));
        Ok(())
    }

    fn migrate(_: Pair<'_, Self>, _: &ObjectKey, _: &mut Draft<'_>) -> Result<(), PlanError> {
        Ok(())
    }

    fn destroy(&self, key: &ObjectKey, draft: &mut Draft<'_>) {
        let action = Action::DropDependent { key: key.clone(), statement: self.drop.clone() };
        // It protects or serves until the moment in which it has to go.
        draft.push(Node::destroying(action, key).late());
    }

    fn must_be_recreated(_: Pair<'_, Self>) -> bool {
        true
    }
}

/// What a text body speaks of may come later, or have another form then: `pg_dump` doesn't let it be
/// checked either. PostgreSQL knows what other bodies stand on.
fn with_unchecked_body(create: &[String]) -> Vec<String> {
    match create.split_first() {
        Some((function, others)) if function.contains("\nAS $") => {
            let checks = |how: &str| format!("SET LOCAL check_function_bodies {how}");
            let unchecked = [checks("= off"), function.clone(), checks("TO DEFAULT")];
            unchecked.into_iter().chain(others.iter().cloned()).collect()
        }
        _ => create.to_vec(),
    }
}
