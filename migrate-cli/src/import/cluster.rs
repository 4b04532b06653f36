//! `cluster.yaml`: many databases, each with what its shards share and with the shards.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use serde_json::Value;

use crate::{Config, Names};

use super::yaml::Yaml;
use super::{ForeignHistory, Import, TIME_ZONE, pgmigrate};

/// Where the secrets are, unless the file says otherwise.
const SECRETS: &str = "/etc/yandex/taxi-secdist/taxi.json";

pub(super) fn read(folder: &Path, mut yaml: Yaml, shards: Value) -> anyhow::Result<Import> {
    let shards: Vec<Vec<String>> =
        serde_json::from_value(shards).context("`logical-shards` is no list of lists of names")?;
    let per_shard = yaml.text("per-shard-config")?.unwrap_or_else(|| "migrations.yaml".to_owned());
    let (mut config, mut notes) = of_file(folder, &per_shard)?;
    config.cluster_file = Some(yaml.text("secdist")?.unwrap_or_else(|| SECRETS.to_owned()).into());
    let Some(alias) = yaml.text("dbalias")? else {
        bail!("the cluster's file has no `dbalias`");
    };
    config.cluster_alias = Some(alias);
    config.cluster_tenants = Some(shards.into_iter().map(Names).collect());
    config.database_url = None;
    if let Some(file) = yaml.text("common-schema-config")? {
        let mut common = Yaml::read(&folder.join(&file))?;
        let information = common.text("information-schema")?;
        let schema = common.text("use-schema")?.or(information);
        let Some(schema) = schema else {
            bail!("`{file}` names no `use-schema`, so nothing says which the common schema is");
        };
        let base = folder.join(&file).parent().map(PathBuf::from).unwrap_or_default();
        let shared = pgmigrate::settings(&base, &mut common)?;
        config.common_schema = Some(schema);
        notes.extend(differing(&shared, &config).map(|key| {
            format!(
                "`{key}` of `{file}` differs from that of each shard, which counts for both here"
            )
        }));
        config.common_revisions = shared.revisions;
        notes.extend(common.left_over());
    }
    notes.extend(yaml.left_over());
    let history = ForeignHistory::Pgmigrate { schema: None };
    Ok(Import { config, files: Vec::new(), notes, differences: &[TIME_ZONE], history })
}

/// The keys of two files that say something else, where one configuration has one value for both.
fn differing(shared: &Config, each: &Config) -> impl Iterator<Item = &'static str> {
    let hooks = |config: &Config| {
        [
            config.hooks_before_all.clone(),
            config.hooks_before_each.clone(),
            config.hooks_after_each.clone(),
            config.hooks_after_all.clone(),
        ]
    };
    [
        ("callbacks", hooks(shared) != hooks(each)),
        ("session", shared.session != each.session),
        ("user", shared.installed_by != each.installed_by),
        ("termination_interval", shared.terminate_blockers_after != each.terminate_blockers_after),
    ]
    .into_iter()
    .filter_map(|(key, differs)| differs.then_some(key))
}

fn of_file(folder: &Path, file: &str) -> anyhow::Result<(Config, Vec<String>)> {
    let path = folder.join(file);
    let mut yaml = Yaml::read(&path)?;
    let base = path.parent().map(PathBuf::from).unwrap_or_default();
    let config = pgmigrate::settings(&base, &mut yaml)?;
    let baseline = pgmigrate::baseline(&mut yaml)?;
    for key in ["use-schema", "information-schema", "target"] {
        yaml.take(key);
    }
    Ok((config, baseline.into_iter().chain(yaml.left_over()).collect()))
}
