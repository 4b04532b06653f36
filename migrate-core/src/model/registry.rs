//! The gathered models of every linked crate, sorted and guarded.

use std::collections::{BTreeMap, BTreeSet};

use thiserror::Error;

use super::{ModelMeta, Part, TableName};

/// One model's registration; the derive submits it.
#[derive(Debug)]
pub struct Registered(pub &'static ModelMeta);

inventory::collect!(Registered);

/// One extension's registration; [`extensions!`](crate::extensions) submits it.
#[derive(Debug)]
pub struct RegisteredExtension {
    /// The extension's name.
    pub name: &'static str,
    /// The schema to create it in; the target schema where there is none.
    pub schema: Option<&'static str>,
}

inventory::collect!(RegisteredExtension);

/// Declares extensions that models need without naming one of their types.
///
/// ```
/// migrate_core::extensions!["pg_trgm", "btree_gist"];
/// ```
#[macro_export]
macro_rules! extensions {
    ($($name:literal $(in $schema:literal)?),* $(,)?) => {$(
        $crate::__private::inventory::submit! {
            $crate::model::RegisteredExtension {
                name: $name,
                schema: $crate::__private::first![$($schema)?],
            }
        }
    )*};
}

/// The models of a program in table order.
#[derive(Debug, Clone, Default)]
pub struct Registry {
    models: BTreeMap<TableName, &'static ModelMeta>,
    extensions: BTreeMap<&'static str, &'static RegisteredExtension>,
    part: Part,
}

/// Why the models can't be used.
#[derive(Debug, Error)]
pub enum RegistryError {
    /// No model is linked.
    #[error(
        "no models are linked into this program; derive `DbModel` for a struct, and where the models are in a crate of their own, name it in the program: `use models as _;`"
    )]
    Empty,
    /// Two structs claim the same table.
    #[error(
        "table `{table}` is declared twice, at {first} and {second}; give one of them another `#[db(table = \"…\")]`"
    )]
    Duplicate {
        /// The table.
        table: String,
        /// Where it is declared first.
        first: String,
        /// Where it is declared again.
        second: String,
    },
    /// A crate that contributed models to the last revision is not linked any more.
    #[error(
        "package `{package}` had models when the last revision was written and has none now, so its tables would look dropped; name it in the program: `use {} as _;`, or pass `--forget-package {package}` if its models are really gone",
        package.replace('-', "_")
    )]
    PackageGone {
        /// The package.
        package: String,
    },
}

impl Registry {
    /// Reads every registration that is linked into this program.
    pub fn linked() -> Result<Self, RegistryError> {
        let mut registry =
            Self::of(inventory::iter::<Registered>().map(|registered| registered.0))?;
        registry.extensions = inventory::iter::<RegisteredExtension>()
            .map(|extension| (extension.name, extension))
            .collect();
        Ok(registry)
    }

    /// A registry of just these models.
    pub fn of(models: impl IntoIterator<Item = &'static ModelMeta>) -> Result<Self, RegistryError> {
        let mut registry = Self::default();
        for model in models {
            registry.add(model)?;
        }
        if registry.models.is_empty() {
            return Err(RegistryError::Empty);
        }
        Ok(registry)
    }

    fn add(&mut self, model: &'static ModelMeta) -> Result<(), RegistryError> {
        let Some(present) = self.models.insert(model.table, model) else {
            return Ok(());
        };
        let mut places = [place(present), place(model)];
        places.sort();
        let [first, second] = places;
        Err(RegistryError::Duplicate { table: model.table.name.to_owned(), first, second })
    }

    /// The same models, of which a part is meant.
    #[must_use]
    pub fn part(self, part: Part) -> Self {
        Self { part, ..self }
    }

    /// Which of the models are meant.
    pub(super) fn meant(&self) -> &Part {
        &self.part
    }

    /// The models in table order.
    pub fn models(&self) -> impl Iterator<Item = &'static ModelMeta> {
        self.models.values().copied()
    }

    /// The declared extensions in name order.
    pub fn extensions(&self) -> impl Iterator<Item = &'static RegisteredExtension> {
        self.extensions.values().copied()
    }

    /// The packages that contribute models.
    pub fn packages(&self) -> BTreeSet<&'static str> {
        self.models().map(|model| model.source.package).collect()
    }

    /// Refuses to go on when a package that contributed before contributes nothing now.
    pub fn require_packages<'a>(
        &self,
        before: impl IntoIterator<Item = &'a str>,
    ) -> Result<(), RegistryError> {
        let packages = self.packages();
        match before.into_iter().find(|package| !packages.contains(package)) {
            Some(package) => Err(RegistryError::PackageGone { package: package.to_owned() }),
            None => Ok(()),
        }
    }
}

fn place(model: &ModelMeta) -> String {
    format!("{}:{}", model.source.file, model.source.line)
}
