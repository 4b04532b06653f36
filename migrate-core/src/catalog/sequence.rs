//! Sequences, and the options that identity columns share with them.

use serde::{Deserialize, Serialize};

use super::{Ident, QualifiedName};

/// The integer type behind a sequence, smallest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum SequenceType {
    /// `smallint`.
    SmallInt,
    /// `integer`.
    Integer,
    /// `bigint`.
    BigInt,
}

impl SequenceType {
    /// The type's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::SmallInt => "smallint",
            Self::Integer => "integer",
            Self::BigInt => "bigint",
        }
    }

    /// The type of that name; `bigint` for any other, as PostgreSQL has it for sequences.
    pub fn named(name: &str) -> Self {
        match name {
            "smallint" | "int2" | "smallserial" => Self::SmallInt,
            "integer" | "int" | "int4" | "serial" => Self::Integer,
            _ => Self::BigInt,
        }
    }

    fn max(self) -> i64 {
        match self {
            Self::SmallInt => i64::from(i16::MAX),
            Self::Integer => i64::from(i32::MAX),
            Self::BigInt => i64::MAX,
        }
    }

    fn min(self) -> i64 {
        match self {
            Self::SmallInt => i64::from(i16::MIN),
            Self::Integer => i64::from(i32::MIN),
            Self::BigInt => i64::MIN,
        }
    }
}

/// What a sequence counts and how.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SequenceOptions {
    /// The integer type.
    pub data_type: SequenceType,
    /// The first value.
    pub start: i64,
    /// The distance between values.
    pub increment: i64,
    /// The smallest value.
    pub min: i64,
    /// The largest value.
    pub max: i64,
    /// How many values a session takes at once.
    pub cache: i64,
    /// Whether it starts again at its end.
    pub cycle: bool,
}

impl SequenceOptions {
    /// PostgreSQL's defaults for a type and an increment.
    pub fn defaults(data_type: SequenceType, increment: i64) -> Self {
        let (min, max) = if increment < 0 { (data_type.min(), -1) } else { (1, data_type.max()) };
        let start = if increment < 0 { max } else { min };
        Self { data_type, start, increment, min, max, cache: 1, cycle: false }
    }

    /// Whether the sequence may count to this.
    pub fn allows(&self, value: i64) -> bool {
        (self.min..=self.max).contains(&value)
    }

    /// The same over everything that it and another one may count to.
    #[must_use]
    pub fn widened(&self, other: &Self) -> Self {
        Self {
            data_type: Ord::max(self.data_type, other.data_type),
            min: self.min.min(other.min),
            max: self.max.max(other.max),
            ..self.clone()
        }
    }
}

/// A sequence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sequence {
    /// What it counts.
    pub options: SequenceOptions,
    /// `UNLOGGED`; nothing where it can't be told, before PostgreSQL 15.
    pub unlogged: Option<bool>,
    /// The column it goes with.
    pub owned_by: Option<(QualifiedName, Ident)>,
}
