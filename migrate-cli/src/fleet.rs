//! The targets of a run: one schema, many tenants, or a cluster of databases with theirs.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, bail};
use migrate_core::catalog::Ident;
use migrate_core::postgres::said;
use migrate_core::runner::matches_pattern;
use migrate_core::target::{Database, Fleet, Target, place};
use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, Connection, Row};

use crate::args::Selection;
use crate::config::require_short_name;
use crate::output::Output;
use crate::{Application, Config, Names, conninfo, database};

/// Everything that a run serves.
pub(crate) async fn fleet(
    application: &Application,
    config: &Config,
    selection: &Selection,
) -> anyhow::Result<Fleet> {
    let databases = databases(application, config).await?;
    let given = given(config, databases.len())?;
    let mut fleet = Fleet::default();
    let mut all: BTreeSet<String> = BTreeSet::new();
    for (number, Place { name, options, patience }) in databases.into_iter().enumerate() {
        let patient = |mut target: Target| {
            target.session.retries.patience = patience.unwrap_or(target.session.retries.patience);
            target
        };
        if selection.common {
            application.chain_for(selection)?;
            let tenants = common(application, config, &options)?.map(patient).into_iter().collect();
            fleet.databases.push(Database { name, options, common: None, tenants });
            continue;
        }
        let schemas = match &given {
            Some(given) => given[number].0.clone(),
            None => {
                listed(application, config, &name, patient(config.target(options.clone()))).await?
            }
        };
        require_different(&name, &schemas)?;
        schemas.iter().try_for_each(|schema| require_usable(&name, schema))?;
        all.extend(schemas.iter().cloned());
        let schemas = schemas.into_iter().filter(|schema| selection.takes(schema));
        let target =
            |schema: String| patient(config.target_in(options.clone(), Ident::new(schema)));
        let tenants: Vec<Target> = schemas.map(target).collect();
        if tenants.is_empty() && !selection.is_empty() {
            // A database of others is nobody's business here, and its common schema neither.
            continue;
        }
        let common = common(application, config, &options)?.map(patient);
        require_own_histories(common.as_ref(), &tenants)?;
        fleet.databases.push(Database { name, options, common, tenants });
    }
    if fleet.databases.iter().all(|database| database.tenants.is_empty()) && !selection.is_empty() {
        bail!("no tenant is left by `--only` and `--except`; `migrate status` lists them");
    }
    let is_like =
        |pattern: &&String| all.iter().any(|schema| matches_pattern(pattern.trim(), schema));
    let of_nobody = selection.only.iter().find(|pattern| !is_like(pattern));
    if let Some(pattern) = of_nobody.filter(|_| !selection.common) {
        bail!("no tenant is like `--only {}`; `migrate status` lists them", pattern.trim());
    }
    Ok(fleet)
}

/// Says that a run serves nobody, which looks like a run in which all went well.
pub(crate) fn note_no_tenants(fleet: &Fleet, output: &Output) {
    if fleet.databases.iter().all(|database| database.tenants.is_empty()) {
        output.say("there are no tenants: nothing lists any");
    }
}

/// One schema in one database.
pub(crate) async fn single(
    application: &Application,
    config: &Config,
    selection: &Selection,
) -> anyhow::Result<Target> {
    let fleet = fleet(application, config, selection).await?;
    match picked(&fleet, selection) {
        Some(target) => Ok(target.clone()),
        None => bail!("this is for one target, and there are several; name one with `--only`"),
    }
}

/// The one target that there is, or the only tenant that the selection leaves.
pub(crate) fn picked<'a>(fleet: &'a Fleet, selection: &Selection) -> Option<&'a Target> {
    let mut tenants = fleet.databases.iter().flat_map(|database| &database.tenants);
    let only = tenants.next().filter(|_| !selection.is_empty() && tenants.next().is_none());
    fleet.single().or(only)
}

impl Selection {
    pub(crate) fn is_empty(&self) -> bool {
        self.only.is_empty() && self.except.is_empty()
    }

    fn takes(&self, schema: &str) -> bool {
        let is_like =
            |patterns: &[String]| patterns.iter().any(|one| matches_pattern(one.trim(), schema));
        (self.only.is_empty() || is_like(&self.only)) && !is_like(&self.except)
    }
}

/// A database, and how it is reached.
struct Place {
    /// What people call it.
    name: String,
    options: PgConnectOptions,
    /// How long connecting may take, where its URL says so.
    patience: Option<Duration>,
}

/// The databases that are configured.
async fn databases(application: &Application, config: &Config) -> anyhow::Result<Vec<Place>> {
    let urls = match (&config.cluster_urls, &config.cluster_file) {
        (Some(_), Some(_)) => {
            bail!("`cluster-urls` and `cluster-file` both name databases; keep one of them")
        }
        (Some(urls), None) => urls.clone(),
        (None, Some(file)) => of_file(file, config.cluster_alias.as_deref())?,
        (None, None) => {
            let options = database::options(&application.project(), config).await?;
            let patience = config.database_url.as_deref().and_then(database::patience);
            return Ok(vec![Place { name: place(&options), options, patience }]);
        }
    };
    let named = urls.iter().map(|url| {
        let options = database::parse(url, "a URL of the cluster")?;
        Ok(Place { name: place(&options), options, patience: database::patience(url) })
    });
    let mut named: Vec<Place> = named.collect::<anyhow::Result<_>>()?;
    let mut names = BTreeSet::new();
    if let Some(twice) = named.iter().find(|place| !names.insert(place.name.as_str())) {
        bail!("{} is twice in the cluster; name each database once", twice.name);
    }
    for (number, place) in named.iter_mut().enumerate() {
        place.name = format!("shard {number}, {}", place.name);
    }
    Ok(named)
}

/// The URLs of a cluster in a JSON file: `{"alias": ["postgres://…", …]}`, or with the shape of
/// `postgresql_settings.databases.alias[].hosts[0]`.
fn of_file(file: &Path, alias: Option<&str>) -> anyhow::Result<Vec<String>> {
    let shown = file.display();
    let text = fs::read_to_string(file).with_context(|| format!("`{shown}` can't be read"))?;
    let json: serde_json::Value =
        serde_json::from_str(&text).with_context(|| format!("`{shown}` is no JSON"))?;
    let Some(alias) = alias else {
        bail!("`cluster-file` holds clusters by alias; say which with `cluster-alias`");
    };
    let databases = json.pointer("/postgresql_settings/databases").unwrap_or(&json);
    let Some(shards) = databases.get(alias).and_then(serde_json::Value::as_array) else {
        bail!("`{shown}` has no list of databases `{alias}`");
    };
    let mut numbered: Vec<(u64, String)> = Vec::new();
    for (number, shard) in (0..).zip(shards) {
        let hosts = shard.get("hosts").unwrap_or(shard);
        let url = hosts.as_str().or_else(|| hosts.get(0)?.as_str());
        let Some(url) = url else {
            bail!("`{shown}`, `{alias}`: shard {number} names no host; write its URL");
        };
        let number = shard.get("shard_number").and_then(serde_json::Value::as_u64);
        let number = number.unwrap_or(numbered.len() as u64);
        if numbered.iter().any(|(other, _)| *other == number) {
            bail!("`{shown}`, `{alias}`: two databases are shard {number}; number them apart");
        }
        let url = conninfo::url(url)
            .with_context(|| format!("`{shown}`, `{alias}`: shard {number} can't be read"))?;
        numbered.push((number, url));
    }
    numbered.sort();
    Ok(numbered.into_iter().map(|(_, url)| url).collect())
}

/// The tenants of each database, where the configuration names them.
fn given(config: &Config, databases: usize) -> anyhow::Result<Option<Vec<Names>>> {
    let Some(given) = &config.cluster_tenants else { return Ok(None) };
    if given.len() != databases {
        bail!(
            "`cluster-tenants` has {} lists for {databases} databases; write one for each",
            given.len()
        );
    }
    Ok(Some(given.clone()))
}

/// The tenants of a database: by name, by a query, by the application; or the one target schema.
async fn listed(
    application: &Application,
    config: &Config,
    name: &str,
    target: Target,
) -> anyhow::Result<Vec<String>> {
    if let Some(schemas) = &config.tenants_schemas {
        if config.tenants_query.is_some() {
            bail!("`tenants-schemas` and `tenants-query` both say who the tenants are; keep one");
        }
        return Ok(schemas.clone());
    }
    let function = application.tenants.as_ref().filter(|_| config.tenants_query.is_none());
    if config.tenants_query.as_deref().is_some_and(|query| query.trim().is_empty()) {
        bail!("`tenants-query` is empty; write a query that gives the schemas, or leave it out");
    }
    if config.tenants_query.is_none() && function.is_none() {
        return Ok(vec![config.schema().as_str().to_owned()]);
    }
    // The service's role may not be there yet, and may not see the list.
    let mut connection = target.open().await.with_context(|| format!("no connection to {name}"))?;
    let schemas = match (&config.tenants_query, function) {
        (Some(query), _) => {
            let rows = async {
                let mut transaction = connection.begin_with("BEGIN READ ONLY").await?;
                let asked = sqlx::query(AssertSqlSafe(query.clone())).persistent(false);
                let rows = asked.fetch_all(&mut *transaction).await?;
                transaction.commit().await?;
                Ok::<_, sqlx::Error>(rows)
            };
            let rows = rows.await.with_context(|| format!("`tenants-query` failed on {name}"))?;
            let schemas = rows.iter().map(|row| row.try_get::<Option<String>, _>(0));
            let schemas: Option<Vec<String>> = schemas
                .collect::<Result<_, _>>()
                .context("`tenants-query` has to give a column of text; cast it with `::text`")?;
            schemas.with_context(|| {
                format!("`tenants-query` gives a NULL on {name}, which names no schema; leave such rows out")
            })?
        }
        (None, Some(function)) => function(&mut connection)
            .await
            .map_err(|error| anyhow::anyhow!(said(error.as_ref())))
            .with_context(|| format!("the application could not list the tenants of {name}"))?,
        (None, None) => Vec::new(),
    };
    connection.close().await.ok();
    Ok(schemas)
}

/// Tenants with one history between them would take each other's revisions for their own.
fn require_own_histories(common: Option<&Target>, tenants: &[Target]) -> anyhow::Result<()> {
    let mut seen = BTreeSet::new();
    for target in common.into_iter().chain(tenants) {
        if !seen.insert(target.history.to_string()) {
            bail!(
                "{} would be the history of several schemas; leave out `history-schema`, so that each has its own",
                target.history
            );
        }
    }
    Ok(())
}

/// Refuses what can't be the schema of a tenant, before the first of them is touched.
fn require_usable(name: &str, schema: &str) -> anyhow::Result<()> {
    if schema.trim() != schema || schema.is_empty() {
        bail!("the tenants of {name} can't be used: `{schema}` has blanks around it, or no name");
    }
    if schema.starts_with("pg_") || schema == "information_schema" {
        bail!("the tenants of {name} can't be used: `{schema}` is a schema of PostgreSQL's own");
    }
    require_short_name(schema).with_context(|| format!("the tenants of {name} can't be used"))
}

fn require_different(name: &str, schemas: &[String]) -> anyhow::Result<()> {
    let mut seen = BTreeSet::new();
    match schemas.iter().find(|schema| !seen.insert(schema.as_str())) {
        Some(twice) => bail!("the tenant `{twice}` is listed twice in {name}; name each once"),
        None => Ok(()),
    }
}

/// What tenants share, where there is something.
fn common(
    application: &Application,
    config: &Config,
    options: &PgConnectOptions,
) -> anyhow::Result<Option<Target>> {
    let schema = config.common_schema.as_deref();
    match (application.common, schema) {
        (None, None) => Ok(None),
        (Some(_), Some(schema)) => {
            let schema = Ident::new(schema);
            let mut common = Target::new(options.clone(), schema.clone());
            let like = config.target_in(options.clone(), schema);
            common.history.name = like.history.name;
            common.session = like.session;
            Ok(Some(common))
        }
        (Some(_), None) => bail!(
            "there are revisions of a common schema, and nothing says which it is; set `common-schema`"
        ),
        (None, Some(schema)) => bail!(
            "`common-schema` is `{schema}`, and no revisions are its own; set `common-revisions`, or name them in the application"
        ),
    }
}
