//! Indexes and their elements.

use crate::catalog::{Ident, Index, IndexElement, IndexTerm, Options};

use super::code::Code;
use super::literal::{expression, ident, idents, list, name, text};

/// `Index::on(…)`.
pub(super) fn index(index: &Index) -> Code {
    let method = Some(&index.method).filter(|method| method.as_str() != "btree");
    Code::function("Index::on", [name(&index.table), elements(&index.elements)])
        .flag("unique", index.unique)
        .optional("method", method.map(ident))
        .optional("include", some_idents(&index.include))
        .flag("nulls_not_distinct", index.nulls_not_distinct)
        .optional("filter", index.predicate.as_ref().map(expression))
        .each("option", options(&index.storage.options))
        .optional("tablespace", index.storage.tablespace.as_ref().map(ident))
}

/// Names as an array, where there are any.
pub(super) fn some_idents(names: &[Ident]) -> Option<Code> {
    (!names.is_empty()).then(|| idents(names))
}

/// Storage parameters as the arguments of one call each.
pub(super) fn options(options: &Options) -> impl Iterator<Item = [Code; 2]> {
    options.iter().map(|(name, value)| [text(name), text(value)])
}

/// The elements: plain names where every one is a column in the default order.
fn elements(elements: &[IndexElement]) -> Code {
    let plain: Option<Vec<Code>> = elements.iter().map(plain_column).collect();
    plain.map_or_else(|| list(elements.iter().map(element)), list)
}

fn plain_column(element: &IndexElement) -> Option<Code> {
    match &element.term {
        IndexTerm::Column(column) if *element == IndexElement::of(element.term.clone()) => {
            Some(ident(column))
        }
        IndexTerm::Column(_) | IndexTerm::Expression(_) => None,
    }
}

/// `IndexElement::column(…)` or `IndexElement::expression(…)`.
pub(super) fn element(element: &IndexElement) -> Code {
    let opclass_options = element.opclass_options.iter();
    let chain = term(&element.term)
        .optional("collation", element.collation.as_ref().map(name))
        .optional("opclass", element.opclass.as_ref().map(name))
        .each("opclass_option", opclass_options.map(|(name, value)| [text(name), text(value)]));
    match (element.descending, element.nulls_first) {
        (false, false) => chain,
        (false, true) => chain.call("nulls_first", []),
        (true, true) => chain.call("desc", []),
        (true, false) => chain.call("desc", []).call("nulls_last", []),
    }
}

fn term(term: &IndexTerm) -> Code {
    match term {
        IndexTerm::Column(column) => Code::function("IndexElement::column", [ident(column)]),
        IndexTerm::Expression(sql) => Code::function("IndexElement::expression", [expression(sql)]),
    }
}
