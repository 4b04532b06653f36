//! Rust values as SQL literals, for defaults that are written in Rust.

/// A value that can be written as an SQL literal.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be written as an SQL literal",
    note = "write the default as SQL: `default = sql(\"…\")`"
)]
pub trait SqlLiteral {
    /// The literal, quoted where PostgreSQL needs it.
    fn sql_literal(&self) -> String;
}

/// Quotes a text as a string literal, in a form that doesn't depend on `standard_conforming_strings`.
///
/// ```
/// assert_eq!(migrate_core::model::quote_literal("it's"), "'it''s'");
/// assert_eq!(migrate_core::model::quote_literal(r"a\b"), r"E'a\\b'");
/// ```
pub fn quote_literal(text: &str) -> String {
    let quoted = text.replace('\'', "''");
    if quoted.contains('\\') {
        return format!("E'{}'", quoted.replace('\\', "\\\\"));
    }
    format!("'{quoted}'")
}

impl SqlLiteral for str {
    fn sql_literal(&self) -> String {
        quote_literal(self)
    }
}

impl SqlLiteral for String {
    fn sql_literal(&self) -> String {
        quote_literal(self)
    }
}

impl SqlLiteral for char {
    fn sql_literal(&self) -> String {
        quote_literal(self.encode_utf8(&mut [0; 4]))
    }
}

impl<T: SqlLiteral + ?Sized> SqlLiteral for &T {
    fn sql_literal(&self) -> String {
        (**self).sql_literal()
    }
}

impl<T: SqlLiteral> SqlLiteral for Option<T> {
    fn sql_literal(&self) -> String {
        self.as_ref().map_or_else(|| "NULL".to_owned(), T::sql_literal)
    }
}

macro_rules! displayed {
    ($($type:ty),*) => {$(
        impl SqlLiteral for $type {
            fn sql_literal(&self) -> String {
                self.to_string()
            }
        }
    )*};
}

displayed!(bool, i8, i16, i32, i64, u8, u16, u32);

macro_rules! float {
    ($($type:ty),*) => {$(
        impl SqlLiteral for $type {
            fn sql_literal(&self) -> String {
                if self.is_finite() {
                    return self.to_string();
                }
                quote_literal(&self.to_string())
            }
        }
    )*};
}

float!(f32, f64);
