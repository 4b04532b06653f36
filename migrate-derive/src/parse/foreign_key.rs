//! `foreign_key(…)` and `references(…)`.

use syn::ext::IdentExt as _;
use syn::parse::ParseStream;
use syn::{Ident, LitStr, Path, Token, token};

use super::entry::{Entry, Keys, read_entries, read_key, read_list};
use super::{ColumnRef, Deferrable, Name, QualifiedName, Slot};
use crate::suggest;

/// A foreign key.
#[derive(Default)]
pub(crate) struct ForeignKey {
    pub(crate) name: Slot<Name>,
    pub(crate) columns: Vec<ColumnRef>,
    pub(crate) target: Target,
    pub(crate) on_delete: Slot<Action>,
    pub(crate) on_update: Slot<Action>,
    pub(crate) match_full: Slot<bool>,
    pub(crate) deferrable: Deferrable,
    pub(crate) not_valid: Slot<bool>,
}

/// What a foreign key references; without columns, the primary key of a model.
#[derive(Default)]
pub(crate) struct Target {
    pub(crate) model: Option<Path>,
    pub(crate) table: Slot<QualifiedName>,
    pub(crate) columns: Slot<Vec<TargetColumn>>,
}

/// A referenced column, by the Rust field of a model or by its name.
pub(crate) enum TargetColumn {
    Field(Ident),
    Named(Name),
}

/// What happens to referencing rows.
#[expect(clippy::enum_variant_names, reason = "`NO ACTION` is the name of that action")]
pub(crate) enum Action {
    NoAction,
    Restrict,
    Cascade,
    SetNull(Vec<ColumnRef>),
    SetDefault(Vec<ColumnRef>),
}

const FOREIGN_KEY: &Keys<ForeignKey> = &[
    ("references", |key, entry| {
        if key.target.is_set() {
            let message = "`references` is given twice; remove one of them";
            return Err(syn::Error::new(entry.key.span(), message));
        }
        key.target = Target::parse(entry)?;
        Ok(())
    }),
    ("name", |key, entry| key.name.set(&entry.key, entry.name()?)),
    ("on_delete", |key, entry| key.on_delete.set(&entry.key, entry.action()?)),
    ("on_update", |key, entry| key.on_update.set(&entry.key, entry.action()?)),
    ("match_full", |key, entry| key.match_full.set(&entry.key, entry.flag()?)),
    ("deferrable", |key, entry| key.deferrable.deferrable.set(&entry.key, entry.flag()?)),
    ("initially_deferred", |key, entry| {
        key.deferrable.initially_deferred.set(&entry.key, entry.flag()?)
    }),
    ("not_valid", |key, entry| key.not_valid.set(&entry.key, entry.flag()?)),
];

const TARGET: &Keys<Target> = &[
    ("table", |target, entry| target.table.set(&entry.key, entry.qualified_name()?)),
    ("columns", |target, entry| target.columns.set(&entry.key, entry.target_columns()?)),
];

const REFERENCES: &Keys<ForeignKey> = &[
    ("table", |key, entry| key.target.table.set(&entry.key, entry.qualified_name()?)),
    ("column", |key, entry| {
        entry.equals()?;
        key.target.columns.set(&entry.key, vec![target_column(entry.input)?])
    }),
    FOREIGN_KEY[1],
    FOREIGN_KEY[2],
    FOREIGN_KEY[3],
    FOREIGN_KEY[4],
    FOREIGN_KEY[5],
    FOREIGN_KEY[6],
    FOREIGN_KEY[7],
];

impl ForeignKey {
    pub(crate) fn parse(entry: &Entry<'_>) -> syn::Result<Self> {
        let mut key = Self::default();
        entry.parens(|input| {
            read_list(&mut key, FOREIGN_KEY, input, entry.scope, |key, input| {
                key.columns.push(input.parse()?);
                Ok(())
            });
            Ok(())
        })?;
        Ok(key)
    }

    /// `references(Author, …)` with all options of a foreign key, on a field.
    pub(crate) fn parse_on_field(entry: &Entry<'_>) -> syn::Result<Self> {
        let mut key = Self::default();
        entry.parens(|input| {
            read_entries(input, entry.scope, |input| {
                if begins_with_model(input) && key.target.model.is_none() {
                    key.target.model = Some(input.parse()?);
                    return Ok(());
                }
                read_key(&mut key, REFERENCES, input, entry.scope)
            });
            Ok(())
        })?;
        Ok(key)
    }
}

impl Target {
    pub(crate) fn is_set(&self) -> bool {
        self.model.is_some() || self.table.is_set()
    }

    fn parse(entry: &Entry<'_>) -> syn::Result<Self> {
        let mut target = Self::default();
        entry.parens(|input| {
            read_entries(input, entry.scope, |input| {
                if begins_with_model(input) && target.model.is_none() {
                    target.model = Some(input.parse()?);
                    return Ok(());
                }
                read_key(&mut target, TARGET, input, entry.scope)
            });
            Ok(())
        })?;
        Ok(target)
    }
}

impl Entry<'_> {
    /// `= cascade`, `= set_null(a)`.
    fn action(&self) -> syn::Result<Action> {
        let known = ["no_action", "restrict", "cascade", "set_null", "set_default"];
        let word = self.word()?;
        let columns = if self.has_parens() { self.columns()? } else { Vec::new() };
        match word.to_string().as_str() {
            "set_null" => Ok(Action::SetNull(columns)),
            "set_default" => Ok(Action::SetDefault(columns)),
            plain if !columns.is_empty() => {
                let message =
                    format!("`{plain}` takes no columns; only `set_null` and `set_default` do");
                Err(syn::Error::new(word.span(), message))
            }
            "no_action" => Ok(Action::NoAction),
            "restrict" => Ok(Action::Restrict),
            "cascade" => Ok(Action::Cascade),
            _ => Err(suggest::unknown("action", &word, known.into_iter())),
        }
    }

    fn target_columns(&self) -> syn::Result<Vec<TargetColumn>> {
        let mut columns = Vec::new();
        self.parens(|input| {
            read_entries(input, self.scope, |input| {
                columns.push(target_column(input)?);
                Ok(())
            });
            Ok(())
        })?;
        Ok(columns)
    }
}

/// Whether a type's path follows rather than a key with a value or a flag: a path of several
/// segments, or one word that doesn't begin in lower case.
fn begins_with_model(input: ParseStream<'_>) -> bool {
    if input.peek(Token![::]) || input.peek2(Token![::]) {
        return true;
    }
    if input.peek2(Token![=]) || input.peek2(token::Paren) {
        return false;
    }
    let ahead = input.fork().call(Ident::parse_any);
    ahead.is_ok_and(|ident| !ident.to_string().starts_with(char::is_lowercase))
}

fn target_column(input: ParseStream<'_>) -> syn::Result<TargetColumn> {
    if input.peek(LitStr) {
        return Name::of_literal(&input.parse()?).map(TargetColumn::Named);
    }
    input.call(Ident::parse_any).map(TargetColumn::Field)
}
