//! Columns.

use serde::{Deserialize, Serialize};

use super::{Expression, Options, QualifiedName, SequenceOptions};

/// When an identity column takes its value from the sequence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum IdentityMode {
    /// Always, unless a statement overrides it.
    Always,
    /// Where a statement gives no value.
    ByDefault,
}

/// `GENERATED … AS IDENTITY`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// When the sequence is used.
    pub mode: IdentityMode,
    /// What the sequence behind it counts.
    pub options: SequenceOptions,
    /// The sequence's name, where it isn't `table_column_seq` in the table's schema.
    pub sequence: Option<QualifiedName>,
}

/// `GENERATED ALWAYS AS (…)`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Generated {
    /// The expression.
    pub expression: Expression,
    /// `STORED` rather than `VIRTUAL`.
    pub stored: bool,
}

/// A column without its default, which is an object of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    /// The type, as `format_type` prints it.
    pub sql_type: String,
    /// `NOT NULL`.
    pub not_null: bool,
    /// A collation other than the type's own.
    pub collation: Option<QualifiedName>,
    /// The identity, where it is one.
    pub identity: Option<Box<Identity>>,
    /// The generation, where it is generated.
    pub generated: Option<Box<Generated>>,
    /// The storage, where it isn't the type's own.
    pub storage: Option<String>,
    /// The compression method, where one is set.
    pub compression: Option<String>,
    /// The statistics target, where one is set.
    pub statistics: Option<i16>,
    /// Attribute options, such as `n_distinct`.
    pub options: Options,
}

impl Column {
    /// A nullable column with nothing but a type.
    pub fn of_type(sql_type: impl Into<String>) -> Self {
        Self {
            sql_type: sql_type.into(),
            not_null: false,
            collation: None,
            identity: None,
            generated: None,
            storage: None,
            compression: None,
            statistics: None,
            options: Options::new(),
        }
    }
}

impl Column {
    /// Its expressions.
    pub(super) fn expressions_mut(&mut self) -> impl Iterator<Item = &mut Expression> {
        self.generated.iter_mut().map(|generated| &mut generated.expression)
    }

    /// The same column with the author's text of its generation.
    pub(super) fn written_as(mut self, author: &Self) -> Self {
        if let (Some(generated), Some(author)) = (&mut self.generated, &author.generated) {
            generated.expression = generated.expression.clone().written_as(&author.expression);
        }
        self
    }
}
