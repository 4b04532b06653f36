//! Domains and their checks.

use crate::catalog::{Domain, DomainConstraint, ObjectKey};
use crate::diff::Pair;
use crate::plan::node::{Between, Draft, Node};
use crate::plan::{Action, PlanError};

use super::DbObject;

impl DbObject for Domain {
    fn create(&self, key: &ObjectKey, draft: &mut Draft<'_>) -> Result<(), PlanError> {
        if let ObjectKey::Domain { name } = key {
            let action = Action::CreateDomain { name: name.clone(), definition: self.clone() };
            draft.push(Node::creating(action, key));
        }
        Ok(())
    }

    fn migrate(
        pair: Pair<'_, Self>,
        key: &ObjectKey,
        draft: &mut Draft<'_>,
    ) -> Result<(), PlanError> {
        let ObjectKey::Domain { name } = key else { return Ok(()) };
        if pair.differs_in(|domain| &domain.default) {
            let default = pair.desired.default.clone();
            draft.push(Node::changing(
                Action::SetDomainDefault { name: name.clone(), default },
                key,
            ));
        }
        if pair.differs_in(|domain| &domain.not_null) {
            let name = name.clone();
            let action = match pair.desired.not_null {
                true => Action::SetDomainNotNull { name },
                false => Action::DropDomainNotNull { name },
            };
            draft.push(Node::changing(action, key));
        }
        Ok(())
    }

    fn destroy(&self, key: &ObjectKey, draft: &mut Draft<'_>) {
        if let ObjectKey::Domain { name } = key {
            draft.push(Node::destroying(Action::DropDomain { name: name.clone() }, key));
        }
    }
}

impl DbObject for DomainConstraint {
    fn create(&self, key: &ObjectKey, draft: &mut Draft<'_>) -> Result<(), PlanError> {
        let ObjectKey::DomainConstraint { domain, name } = key else { return Ok(()) };
        let domain_key = ObjectKey::Domain { name: domain.clone() };
        let new_domain =
            !draft.exists(&domain_key) || draft.replacement.types.contains(&domain_key);
        let add = |validated| Action::AddDomainConstraint {
            domain: domain.clone(),
            name: name.clone(),
            constraint: Self { expression: self.expression.clone(), validated },
        };
        if new_domain || !self.validated || draft.options.simple {
            draft.push(Node::creating(add(self.validated), key));
            return Ok(());
        }
        let added = draft.push(Node::creating(add(false), key));
        let validated = draft.push(validate(key));
        draft.order(added, validated, Between::Commit);
        Ok(())
    }

    fn migrate(_: Pair<'_, Self>, key: &ObjectKey, draft: &mut Draft<'_>) -> Result<(), PlanError> {
        draft.push(validate(key));
        Ok(())
    }

    fn destroy(&self, key: &ObjectKey, draft: &mut Draft<'_>) {
        if let ObjectKey::DomainConstraint { domain, name } = key {
            let action =
                Action::DropDomainConstraint { domain: domain.clone(), name: name.clone() };
            draft.push(Node::destroying(action, key));
        }
    }

    fn must_be_recreated(pair: Pair<'_, Self>) -> bool {
        pair.differs_in(|constraint| &constraint.expression) || pair.current.validated
    }
}

fn validate(key: &ObjectKey) -> Node {
    let ObjectKey::DomainConstraint { domain, name } = key else {
        unreachable!("only constraints of domains are validated here, by their own keys")
    };
    let action = Action::ValidateDomainConstraint { domain: domain.clone(), name: name.clone() };
    Node::changing(action, key)
}
