//! `default = …`.

use syn::{Expr, ExprCall, ExprLit, ExprUnary, Lit, LitStr, UnOp};

use super::entry::Entry;

/// A default.
pub(crate) enum DefaultValue {
    /// SQL, as written or as an integer and a boolean have it.
    Sql(String),
    /// Any other Rust value.
    Rust(Expr),
}

impl DefaultValue {
    pub(crate) fn parse(entry: &Entry<'_>) -> syn::Result<Self> {
        entry.equals()?;
        let value: Expr = entry.input.parse()?;
        if let Expr::Call(call) = &value
            && let Expr::Path(function) = &*call.func
            && function.path.is_ident("sql")
        {
            return sql(call);
        }
        Ok(match plain_literal(&value) {
            Some(sql) => Self::Sql(sql),
            None => Self::Rust(value),
        })
    }
}

fn sql(call: &ExprCall) -> syn::Result<DefaultValue> {
    let text = |argument: &Expr| match argument {
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(LitStr::value(text)),
        _ => None,
    };
    let mut arguments = call.args.iter().map(text);
    match (arguments.next().flatten(), arguments.next()) {
        (Some(sql), None) => Ok(DefaultValue::Sql(sql)),
        _ => Err(syn::Error::new_spanned(call, "`sql` takes one string; write `sql(\"now()\")`")),
    }
}

/// A number or a boolean, which is the same in SQL. As Rust it would get the type `i32` or `f64`,
/// whatever the column holds.
fn plain_literal(value: &Expr) -> Option<String> {
    match value {
        Expr::Unary(ExprUnary { op: UnOp::Neg(_), expr, .. }) => {
            plain_literal(expr).map(|number| format!("-{number}"))
        }
        Expr::Lit(ExprLit { lit: Lit::Int(number), .. }) => Some(number.base10_digits().to_owned()),
        Expr::Lit(ExprLit { lit: Lit::Float(number), .. }) => {
            Some(number.base10_digits().to_owned())
        }
        Expr::Lit(ExprLit { lit: Lit::Bool(literal), .. }) => Some(literal.value.to_string()),
        _ => None,
    }
}
