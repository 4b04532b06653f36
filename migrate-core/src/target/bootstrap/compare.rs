//! What a service wants held against what is there: statements for what may be made, differences
//! for the rest.
//!
//! What the service declares is set. What somebody else decided, or somebody else would lose, is
//! only reported.

use crate::catalog::Ident;
use crate::model::quote_literal;
use crate::target::{Service, Verifier, setting};

use super::found::Found;
use super::statement::{BootstrapStatement, Difference};

/// What is missing and what differs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Bootstrapped {
    /// The statements, in the order in which they run.
    pub statements: Vec<BootstrapStatement>,
    /// What is otherwise than wanted and was left so.
    pub differences: Vec<Difference>,
    /// What the service can't do without, and only somebody else can give it.
    pub lacks: Vec<Difference>,
}

/// Compares; the verifier is that of the service's password.
pub(super) fn compare(
    service: &Service,
    found: &Found,
    verifier: Option<&Verifier>,
) -> Bootstrapped {
    let mut outcome = Bootstrapped::default();
    let comparison = Comparison { service, found };
    comparison.role(verifier, &mut outcome);
    comparison.schema(&mut outcome);
    comparison.settings(&mut outcome);
    if let Some(readers) = &service.readers {
        comparison.readers(readers, &mut outcome);
    }
    if service.close_public {
        comparison.public(&mut outcome);
    }
    comparison.database(&mut outcome);
    outcome
}

impl Bootstrapped {
    fn run(&mut self, sql: impl Into<String>, reason: impl Into<String>) {
        let (sql, reason) = (sql.into(), reason.into());
        self.statements.push(BootstrapStatement { sql, reason, is_of_server: false });
    }

    fn run_on_server(&mut self, sql: impl Into<String>, reason: impl Into<String>) {
        let (sql, reason) = (sql.into(), reason.into());
        self.statements.push(BootstrapStatement { sql, reason, is_of_server: true });
    }

    fn report(
        &mut self,
        what: impl Into<String>,
        found: impl Into<String>,
        wanted: impl Into<String>,
    ) {
        let (what, found, wanted) = (what.into(), found.into(), wanted.into());
        self.differences.push(Difference { what, found, wanted });
    }
}

struct Comparison<'a> {
    service: &'a Service,
    found: &'a Found,
}

impl Comparison<'_> {
    fn role(&self, verifier: Option<&Verifier>, outcome: &mut Bootstrapped) {
        let role = &self.service.role;
        if !self.found.role_exists {
            let password = verifier.map(|it| format!(" PASSWORD {}", quote_literal(it.as_str())));
            let password = password.unwrap_or_default();
            outcome.run_on_server(
                format!("CREATE ROLE {role} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE{password}"),
                format!("role `{}` is missing", role.as_str()),
            );
        }
        self.membership(outcome);
        let attributes = format!("attributes of role `{}`", role.as_str());
        for power in &self.found.role_powers {
            outcome.report(&attributes, power, format!("NO{power}"));
        }
        if !self.found.role_can_login {
            outcome.report(&attributes, "NOLOGIN", "LOGIN");
        }
        if !self.found.members.is_empty() {
            let what = format!("roles that can become `{}`", role.as_str());
            outcome.report(what, named(&self.found.members), "none");
        }
    }

    /// What belongs to the service is made as the service; whoever isn't superuser has to be able
    /// to become it, and privileged revisions make things in its schema with the caller's own role.
    /// Since PostgreSQL 16 both are said with the membership.
    fn membership(&self, outcome: &mut Bootstrapped) {
        let can = self.found.caller_has_role.unwrap_or(self.found.caller_is_superuser);
        if can {
            return;
        }
        let options =
            if self.found.version >= 160_000 { " WITH INHERIT TRUE, SET TRUE" } else { "" };
        outcome.run_on_server(
            format!("GRANT {} TO CURRENT_USER{options}", self.service.role),
            format!(
                "`{}` has to be able to make what belongs to `{}`",
                self.found.caller,
                self.service.role.as_str()
            ),
        );
    }

    fn schema(&self, outcome: &mut Bootstrapped) {
        let Service { role, schema, .. } = self.service;
        match &self.found.schema_owner {
            None => outcome.run(
                format!("CREATE SCHEMA {schema} AUTHORIZATION {role}"),
                format!("schema `{}` is missing", schema.as_str()),
            ),
            Some(owner) if owner != role.as_str() => {
                outcome.report(
                    format!("owner of schema `{}`", schema.as_str()),
                    format!("`{owner}`"),
                    format!("`{}`", role.as_str()),
                );
                if !self.found.role_uses_schema {
                    outcome.lacks.push(Difference {
                        what: format!(
                            "privileges of `{}` on schema `{}`",
                            role.as_str(),
                            schema.as_str()
                        ),
                        found: "it may not use it and create there".to_owned(),
                        wanted: format!(
                            "`GRANT USAGE, CREATE ON SCHEMA {schema} TO {role}`, run by `{owner}`"
                        ),
                    });
                }
            }
            Some(_) if !self.found.role_uses_schema => outcome.run(
                self.as_service(format!("GRANT USAGE, CREATE ON SCHEMA {schema} TO {role}")),
                format!(
                    "`{}` has given up its own privileges on schema `{}`",
                    role.as_str(),
                    schema.as_str()
                ),
            ),
            Some(_) => {}
        }
        if !self.found.objects_of_others.is_empty() {
            outcome.lacks.push(Difference {
                what: format!("objects in schema `{}`", schema.as_str()),
                found: several(&self.found.objects_of_others),
                wanted: format!("owner `{}`, by `ALTER … OWNER TO {role}`", role.as_str()),
            });
        }
    }

    fn settings(&self, outcome: &mut Bootstrapped) {
        for (name, wanted) in &self.service.settings {
            let found = self.found.setting(name);
            if !found.is_some_and(|found| setting::agrees(name, found, wanted)) {
                let reason = match found {
                    Some(found) => format!("`{name}` of the role's sessions is `{found}`"),
                    None => format!("`{name}` of the role's sessions isn't set"),
                };
                outcome.run(self.assignment(name, wanted), reason);
            }
        }
        if !self.service.settings.keys().any(|name| setting::is_search_path(name)) {
            self.search_path(outcome);
        }
    }

    /// Another path than the default may hold a schema of shared extensions, without which the
    /// service doesn't run; only a declared path takes its place.
    fn search_path(&self, outcome: &mut Bootstrapped) {
        let wanted = setting::list(&self.service.search_path());
        match self.found.setting("search_path") {
            None => outcome.run(
                self.assignment("search_path", &wanted),
                format!("names of role `{}` resolve elsewhere", self.service.role.as_str()),
            ),
            Some(found) if !setting::agrees("search_path", found, &wanted) => outcome.report(
                format!("`search_path` of role `{}`", self.service.role.as_str()),
                found,
                wanted,
            ),
            Some(_) => {}
        }
    }

    fn assignment(&self, name: &str, value: &str) -> String {
        let database = Ident::new(&self.found.database);
        let assignment = setting::assignment(name, value);
        format!("ALTER ROLE {} IN DATABASE {database} SET {assignment}", self.service.role)
    }

    fn readers(&self, readers: &Ident, outcome: &mut Bootstrapped) {
        let Service { role, schema, .. } = self.service;
        let name = readers.as_str();
        if !self.found.readers_exist {
            outcome.run_on_server(
                format!("CREATE ROLE {readers} NOLOGIN"),
                format!("role `{name}` is missing"),
            );
        }
        if self.found.readers_can_login {
            outcome.report(format!("attributes of role `{name}`"), "LOGIN", "NOLOGIN");
        }
        if self.found.schema_owner.as_ref().is_some_and(|owner| owner != role.as_str()) {
            // The difference is reported; its owner has to grant, or to give it away.
            return;
        }
        if !self.found.readers_use_schema {
            outcome.run(
                self.as_service(format!("GRANT USAGE ON SCHEMA {schema} TO {readers}")),
                format!("members of `{name}` can't enter schema `{}`", schema.as_str()),
            );
        }
        if !self.found.readers_read_later_tables {
            let defaults = format!(
                "ALTER DEFAULT PRIVILEGES FOR ROLE {role} IN SCHEMA {schema} GRANT SELECT ON TABLES TO {readers}"
            );
            outcome.run(
                self.as_service(defaults),
                format!("members of `{name}` couldn't read tables that come later"),
            );
        }
        if !self.found.unread_tables.is_empty() {
            let tables = self.found.unread_tables.join(", ");
            outcome.run(
                self.as_service(format!("GRANT SELECT ON {tables} TO {readers}")),
                format!("members of `{name}` can't read them"),
            );
        }
        if !self.found.unreadable_tables.is_empty() {
            outcome.report(
                format!("tables that members of `{name}` can't read, and others own"),
                named(&self.found.unreadable_tables),
                format!("owner `{}`", role.as_str()),
            );
        }
    }

    /// The statement run as the owner of the schema. `RESET ROLE` would go back to the role of the
    /// login, which needn't be the caller.
    fn as_service(&self, sql: String) -> String {
        if self.found.caller_is_superuser || self.found.caller == self.service.role.as_str() {
            return sql;
        }
        let caller = Ident::new(&self.found.caller);
        format!("SET ROLE {};\n{sql};\nSET ROLE {caller}", self.service.role)
    }

    /// A `REVOKE` by somebody else than the owner is only warned of, and does nothing.
    fn public(&self, outcome: &mut Bootstrapped) {
        if !self.found.public_is_open {
            return;
        }
        if self.found.caller_owns_public {
            return outcome.run(
                "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
                "every role may create objects in schema `public`",
            );
        }
        outcome.report(
            "privileges on schema `public`",
            format!("every role may create there, and `{}` isn't its owner", self.found.caller),
            "CREATE for nobody but its owner",
        );
    }

    fn database(&self, outcome: &mut Bootstrapped) {
        let (found, close) = (self.found, self.service.close_database);
        let lacks_own = if close { !found.role_has_own_connect } else { !found.role_connects };
        let readers = self.service.readers.as_ref();
        let readers = readers.filter(|_| close && !found.readers_have_own_connect);
        let without: Vec<&Ident> =
            lacks_own.then_some(&self.service.role).into_iter().chain(readers).collect();
        let is_open = close && found.database_is_open;
        if without.is_empty() && !is_open {
            return;
        }
        let name = &found.database;
        if !found.caller_owns_database {
            return outcome.report(
                format!("privileges on database `{name}`"),
                format!("not as wanted, and `{}` isn't its owner", found.caller),
                if close { "CONNECT for nobody without a grant" } else { "CONNECT for the role" },
            );
        }
        let database = Ident::new(name);
        for role in without {
            outcome.run(
                format!("GRANT CONNECT ON DATABASE {database} TO {role}"),
                format!("role `{}` has no grant of its own to connect", role.as_str()),
            );
        }
        if is_open {
            outcome.run(
                format!("REVOKE ALL ON DATABASE {database} FROM PUBLIC"),
                format!("every role may connect and make temporary tables{}", self.cut_off()),
            );
        }
    }

    /// Whom the closed database keeps out.
    fn cut_off(&self) -> String {
        match self.found.roles_without_own_connect.as_slice() {
            [] => String::new(),
            roles => format!("; this keeps out {}", named(roles)),
        }
    }
}

/// The first few of a list.
fn several(texts: &[String]) -> String {
    const SHOWN: usize = 10;
    let shown = texts.iter().take(SHOWN).cloned().collect::<Vec<_>>().join(", ");
    match texts.len().saturating_sub(SHOWN) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

fn named(names: &[String]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
