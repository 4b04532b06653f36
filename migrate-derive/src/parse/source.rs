//! What the Rust source says beside attributes: documentation and identifiers.

use heck::ToSnakeCase as _;
use proc_macro2::Span;
use syn::ext::IdentExt as _;
use syn::{Attribute, Expr, ExprLit, Ident, Lit, Meta, MetaNameValue, Path};

use super::Name;

/// The identifier without `r#`.
pub(crate) fn unrawed(ident: &Ident) -> String {
    ident.unraw().to_string()
}

/// The name of an object that has none of its own: the identifier in snake case.
pub(crate) fn default_name(ident: &Ident) -> Name {
    Name { text: unrawed(ident).to_snake_case(), span: ident.span() }
}

/// The doc comment, without the blank that follows `///`.
pub(crate) fn doc_comment(attributes: &[Attribute]) -> Option<String> {
    let lines: Vec<String> = attributes.iter().filter_map(doc_line).collect();
    let text = lines.join("\n").trim().to_owned();
    (!text.is_empty()).then_some(text)
}

/// The path of migrate-core where no attribute names another.
pub(crate) fn default_crate() -> Path {
    let mut path = Path::from(Ident::new("migrate_core", Span::call_site()));
    path.leading_colon = Some(syn::token::PathSep::default());
    path
}

fn doc_line(attribute: &Attribute) -> Option<String> {
    let Meta::NameValue(MetaNameValue { path, value, .. }) = &attribute.meta else {
        return None;
    };
    let Expr::Lit(ExprLit { lit: Lit::Str(literal), .. }) = value else {
        return None;
    };
    let line = literal.value();
    path.is_ident("doc").then(|| line.strip_prefix(' ').unwrap_or(&line).to_owned())
}
