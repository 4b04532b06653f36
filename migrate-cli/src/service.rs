//! The services of the targets, as they are configured.

use anyhow::{Context, bail};
use migrate_core::catalog::Ident;
use migrate_core::target::{
    Database, Fleet, Home, Password, Service, Target, isolation, sync_password,
};
use sqlx::{ConnectOptions, Connection, PgConnection};

use crate::Config;
use crate::output::Output;

/// A service on one of its targets.
pub(crate) struct ServiceOn<'a> {
    pub(crate) service: Service,
    pub(crate) target: &'a Target,
}

/// The service on each of these targets, with all schemas that it has in a database.
pub(crate) fn services<'a>(
    config: &Config,
    fleet: &'a Fleet,
    all: &Fleet,
) -> anyhow::Result<Vec<ServiceOn<'a>>> {
    let Some(role) = &config.service_role else {
        bail!("no service is configured; name its role with `service-role`");
    };
    if config.service_readers.as_deref() == Some(role) {
        bail!("`service-readers` is the service's own role `{role}`; name a group that only reads");
    }
    let is_login = |target: &Target| target.options.get_username() == role;
    if let Some(target) =
        fleet.databases.iter().flat_map(Database::targets).find(|one| is_login(one))
    {
        bail!(
            "`service-role` is `{role}`, who logs in to {} and would bootstrap itself; log in as an administrator, or name another role",
            target.place()
        );
    }
    let has_tenants = config.tenants_schemas.is_some()
        || config.tenants_query.is_some()
        || config.cluster_tenants.is_some();
    let password = config.service_password.as_deref().map(Password::new).transpose()?;
    let mut services = Vec::new();
    for database in &fleet.databases {
        // A selection may leave databases out.
        let whole = all.databases.iter().find(|whole| whole.name == database.name);
        let whole = whole.unwrap_or(database);
        let mut schemas: Vec<&Ident> = whole.targets().map(|target| &target.schema).collect();
        let home = match &whole.common {
            Some(common) => Home::Schema(common.schema.clone()),
            None if has_tenants || schemas.len() > 1 => Home::Nowhere,
            None => Home::Own,
        };
        for target in whole.targets() {
            if !schemas.contains(&&target.history.schema) {
                schemas.push(&target.history.schema);
            }
        }
        for target in database.targets() {
            let beside = schemas.iter().filter(|schema| **schema != &target.schema);
            let service = Service {
                password: password.clone(),
                beside: beside.copied().cloned().collect(),
                home: home.clone(),
                readers: config.service_readers.as_deref().map(Ident::new),
                close_public: config.service_closes_public.unwrap_or(false),
                close_database: config.service_closes_database.unwrap_or(false),
                ..Service::new(role.as_str(), target.schema.clone())
            };
            services.push(ServiceOn { service, target });
        }
    }
    Ok(services)
}

/// The same with the schemas of histories that have one of their own.
pub(crate) fn with_histories(services: Vec<ServiceOn<'_>>) -> Vec<ServiceOn<'_>> {
    let all = services.into_iter().flat_map(|on| {
        let history = on.of_history();
        std::iter::once(on).chain(history)
    });
    all.collect()
}

impl<'a> ServiceOn<'a> {
    /// The service in the schema of its history, where that is another one.
    fn of_history(&self) -> Option<ServiceOn<'a>> {
        let Self { service, target } = self;
        let schema = &target.history.schema;
        let others = service.beside.iter().filter(|other| *other != schema).cloned();
        let beside = std::iter::once(service.schema.clone()).chain(others).collect();
        let home = match service.home.clone() {
            Home::Own => Home::Schema(service.schema.clone()),
            home => home,
        };
        let service = Service { schema: schema.clone(), beside, home, ..service.clone() };
        (*schema != target.schema).then_some(ServiceOn { service, target })
    }
}

impl ServiceOn<'_> {
    /// A session of whoever logs in, with its own rights.
    pub(crate) async fn connect(&self) -> anyhow::Result<PgConnection> {
        let place = || format!("no connection to {}", self.target.place());
        self.target.open().await.with_context(place)
    }

    /// Sets the role's password where the one configured is refused, and only then.
    pub(crate) async fn mend_password(
        &self,
        connection: &mut PgConnection,
        output: &Output,
    ) -> anyhow::Result<()> {
        let Some(password) = &self.service.password else {
            bail!("`sync-password` needs a password; set `service-password`");
        };
        let role = self.service.role.as_str();
        let is_taken = self.takes(password).await.with_context(|| {
            format!("`{role}` can't log in, for another reason than its password")
        })?;
        if !is_taken {
            sync_password(connection, &self.service).await?;
            output.say(&format!("set the password of `{role}`"));
        }
        Ok(())
    }

    /// Says where the password that is configured is refused, and whether the role can use what is.
    pub(crate) async fn check_password(&self, output: &Output) -> bool {
        let Some(password) = &self.service.password else { return true };
        let role = self.service.role.as_str();
        let (is_usable, said) = match self.takes(password).await {
            Ok(true) => return true,
            Ok(false) => (
                false,
                format!(
                    "missing: `{role}` has another password than the configured one; `--sync-password` sets it"
                ),
            ),
            // It may log in from elsewhere.
            Err(error) => {
                (true, format!("left as it is: `{role}` can't log in from here: {error}"))
            }
        };
        output.say(&said);
        is_usable
    }

    /// Whether the role logs in with the password.
    async fn takes(&self, password: &Password) -> Result<bool, sqlx::Error> {
        let options = self.target.options.clone();
        let options = options.username(self.service.role.as_str()).password(password.reveal());
        match options.connect().await {
            Ok(connection) => {
                connection.close().await.ok();
                Ok(true)
            }
            Err(sqlx::Error::Database(error)) if error.code().as_deref() == Some("28P01") => {
                Ok(false)
            }
            Err(error) => Err(error),
        }
    }

    /// Says what breaks the isolation of the service, and whether something does.
    pub(crate) async fn check_isolation(
        &self,
        connection: &mut PgConnection,
        output: &Output,
    ) -> anyhow::Result<bool> {
        let findings = isolation(connection, &self.service).await?;
        for finding in &findings {
            output.say(&format!("not isolated: {finding}"));
        }
        Ok(findings.is_empty())
    }
}
