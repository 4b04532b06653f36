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
    let left = add_functions(&database, creations(functions)).await?;
    if !left.is_empty() {
        // Others stand on types; what types stand on may be among them.
        add(&database, &types(catalog)).await.ok();
        add_functions(&database, left).await?;
    }
    add(&database, catalog).await?;
    Ok(database)
}

/// The types of a catalog, and where they are.
fn types(catalog: &Catalog) -> Catalog {
    let is_type = |key: &ObjectKey| {
        matches!(
            key,
            ObjectKey::Schema { .. }
                | ObjectKey::Extension { .. }
                | ObjectKey::Enum { .. }
                | ObjectKey::Domain { .. }
                | ObjectKey::DomainConstraint { .. }
                | ObjectKey::Composite { .. }
        )
    };
    let mut types = catalog.clone();
    types.objects.retain(|key, _| is_type(key));
    types.dependencies.retain(|one| is_type(&one.dependent) && is_type(&one.referenced));
    types
}

async fn add(database: &ScratchDatabase, catalog: &Catalog) -> Result<(), GenerateError> {
    let before = read(database).await?;
    let options = PlanOptions { simple: true, ..PlanOptions::default() };
    let mut wanted = catalog.clone();
    wanted.objects.extend(before.objects.clone());
    let plan = plan(&before, &wanted, &options)?;
    run(database, &plan).await.map_err(|source| GenerateError::Model { source })
}

/// The statements that make the functions of a catalog.
fn creations(catalog: &Catalog) -> Vec<String> {
    let functions = catalog.objects.iter().filter_map(|(key, object)| match (key, object) {
        (ObjectKey::Function { .. }, Object::Dependent(function)) => Some(function),
        _ => None,
    });
    functions.filter_map(|function| function.create.first().cloned()).collect()
}

/// Makes the functions that can be made on what is there, and gives back the others; whether what their
/// texts speak of is there matters to nobody yet.
async fn add_functions(
    database: &ScratchDatabase,
    mut open: Vec<String>,
) -> Result<Vec<String>, GenerateError> {
    if open.is_empty() {
        return Ok(open);
    }
    let mut connection = connect(database).await?;
    let unchecked = sqlx::raw_sql("SET check_function_bodies = off").execute(&mut connection).await;
    unchecked.map_err(|source| GenerateError::Model { source: source.into() })?;
    loop {
        let mut left = Vec::new();
        for sql in &open {
            let made = sqlx::raw_sql(AssertSqlSafe(sql.clone())).execute(&mut connection).await;
            if made.is_err() {
                left.push(sql.clone());
            }
        }
        let is_done = left.is_empty() || left.len() == open.len();
        open = left;
        if is_done {
            break;
        }
    }
    connection.close().await.ok();
    Ok(open)
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
