//! The desired catalog: the models' objects, made on a scratch database and read back.

use sqlx::{AssertSqlSafe, Connection};

use crate::catalog::{Catalog, Object, ObjectKey};
use crate::model::objects::ModelObjects;
use crate::plan::{PlanOptions, plan};
use crate::postgres::ScratchDatabase;

use super::scratch::{connect, read, run};
use super::{GenerateError, Scratch};

/// Builds the models, beside the functions of a catalog that they may call, and reads what
/// PostgreSQL makes of them, with the authors' texts.
pub(crate) async fn build(
    scratch: &Scratch,
    objects: &ModelObjects,
    functions: &Catalog,
) -> Result<(ScratchDatabase, Catalog), GenerateError> {
    let database = rebuild(scratch, &objects.catalog, functions).await?;
    let catalog = written(read(&database).await?, &objects.catalog);
    Ok((database, catalog))
}

/// A scratch database with the objects of a catalog, beside the functions of another.
pub(crate) async fn rebuild(
    scratch: &Scratch,
    catalog: &Catalog,
    functions: &Catalog,
) -> Result<ScratchDatabase, GenerateError> {
    let database = scratch.database().await?;
    add_functions(&database, functions).await?;
    add(&database, catalog).await?;
    Ok(database)
}

async fn add(database: &ScratchDatabase, catalog: &Catalog) -> Result<(), GenerateError> {
    let before = read(database).await?;
    let options = PlanOptions { simple: true, ..PlanOptions::default() };
    let mut wanted = catalog.clone();
    wanted.objects.extend(before.objects.clone());
    let plan = plan(&before, &wanted, &options)?;
    run(database, &plan).await.map_err(|source| GenerateError::Model { source })
}

/// Makes the functions that can be made on an empty database; the others stand on tables, and no
/// table can stand on them.
async fn add_functions(database: &ScratchDatabase, catalog: &Catalog) -> Result<(), GenerateError> {
    let functions = catalog.objects.iter().filter_map(|(key, object)| match (key, object) {
        (ObjectKey::Function { .. }, Object::Dependent(function)) => Some(function),
        _ => None,
    });
    let mut open: Vec<String> =
        functions.filter_map(|function| function.create.first().cloned()).collect();
    if open.is_empty() {
        return Ok(());
    }
    let mut connection = connect(database).await?;
    loop {
        let mut left = Vec::new();
        for sql in &open {
            let made = sqlx::raw_sql(AssertSqlSafe(sql.clone())).execute(&mut connection).await;
            if made.is_err() {
                left.push(sql.clone());
            }
        }
        if left.len() == open.len() {
            break;
        }
        open = left;
    }
    connection.close().await.ok();
    Ok(())
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
