//! Sequences and identities.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};

use super::sparse::Sparse;
use crate::parse::{Identity, Sequence};

pub(super) fn sequence(sequence: &Sequence) -> TokenStream {
    let name = sequence.name.value().map_or("", |name| &name.text);
    let mut literal =
        Sparse::new(quote!(__model::SequenceMeta), quote!(__model::SequenceMeta::new(#name)));
    literal.some("data_type", sequence.data_type.value());
    literal.some("start", sequence.start.value().map(|start| start.value));
    literal.some("increment", sequence.increment.value().map(|increment| increment.value));
    literal.some("min", sequence.min.value().map(|min| min.value));
    literal.some("max", sequence.max.value().map(|max| max.value));
    literal.some("cache", sequence.cache.value().map(|cache| cache.value));
    literal.flag("cycle", &sequence.cycle);
    literal.into_token_stream()
}

pub(super) fn identity(identity: &Identity) -> TokenStream {
    let always = identity.always.is_true();
    let sequence = sequence(&identity.sequence);
    quote!(__model::IdentityMeta { always: #always, sequence: #sequence })
}
