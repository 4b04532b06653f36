//! The desired catalog: the models' objects, made on a scratch database and read back.

use crate::catalog::Catalog;
use crate::model::objects::ModelObjects;
use crate::plan::{PlanOptions, plan};
use crate::postgres::ScratchDatabase;

use super::carried::Carried;
use super::scratch::{read, run};
use super::{GenerateError, Scratch};

/// Builds the models, with what stays beside them, and reads what PostgreSQL makes of them, with
/// the authors' texts.
pub(super) async fn build(
    scratch: &Scratch,
    objects: &ModelObjects,
    carried: &Carried,
) -> Result<(ScratchDatabase, Catalog), GenerateError> {
    let database = scratch.database().await?;
    let before = read(&database).await?;
    let options = PlanOptions { simple: true, ..PlanOptions::default() };
    let mut wanted = objects.catalog.clone();
    carried.join(&mut wanted);
    wanted.objects.extend(before.objects.clone());
    let plan = plan(&before, &wanted, &options)?;
    run(&database, &plan).await.map_err(|source| GenerateError::Model { source })?;
    let catalog = written(read(&database).await?, &objects.catalog);
    Ok((database, catalog))
}

/// Gives expressions their authors' texts, and tables their models' column order.
fn written(mut catalog: Catalog, authors: &Catalog) -> Catalog {
    let objects = std::mem::take(&mut catalog.objects);
    catalog.objects = objects
        .into_iter()
        .map(|(key, object)| match authors.objects.get(&key) {
            Some(author) => (key, object.written_as(author)),
            None => (key, object),
        })
        .collect();
    catalog
}

/// A scratch database with the objects of a catalog.
pub(super) async fn rebuild(
    scratch: &Scratch,
    catalog: &Catalog,
) -> Result<ScratchDatabase, GenerateError> {
    let database = scratch.database().await?;
    let before = read(&database).await?;
    let options = PlanOptions { simple: true, ..PlanOptions::default() };
    let plan = plan(&before, catalog, &options)?;
    run(&database, &plan).await.map_err(|source| GenerateError::Model { source })?;
    Ok(database)
}
