//! The list of a folder's revisions.

use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Ident, LitStr, Path, Token, bracketed, parse_quote_spanned};

/// How many revisions share a module, which is what rustc compiles anew as a whole. Where each had
/// one of its own, they would be more than it keeps apart, and it merges them differently for each
/// that is added.
const REVISIONS_A_PART: usize = 16;

/// `models from ["a", "b"]; first, second`, where what is before the semicolon may be missing.
pub(crate) struct Revisions {
    packages: Vec<LitStr>,
    modules: Vec<Ident>,
}

mod keyword {
    syn::custom_keyword!(models);
    syn::custom_keyword!(from);
}

impl Parse for Revisions {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut packages = Vec::new();
        if input.peek(keyword::models) && input.peek2(keyword::from) {
            input.parse::<keyword::models>()?;
            input.parse::<keyword::from>()?;
            let list;
            bracketed!(list in input);
            packages.extend(Punctuated::<LitStr, Token![,]>::parse_terminated(&list)?);
            input.parse::<Token![;]>()?;
        }
        let modules = Punctuated::<Ident, Token![,]>::parse_terminated(input)?;
        Ok(Self { packages, modules: modules.into_iter().collect() })
    }
}

impl Revisions {
    pub(crate) fn expand(&self) -> TokenStream {
        let Self { packages, modules } = self;
        let parts = modules.chunks(REVISIONS_A_PART).enumerate();
        let parts = parts.map(|(number, modules)| {
            let name = format_ident!("part_{number}", span = modules[0].span());
            let revisions = modules.iter().map(revision);
            let constants = modules.iter().map(constant);
            let list = quote!(#(__revisions::#name::#constants),*);
            let part =
                quote_spanned! {modules[0].span()=> pub(super) mod #name { #(#revisions)* } };
            (part, list)
        });
        let (parts, lists): (Vec<_>, Vec<_>) = parts.unzip();
        quote! {
            #[allow(clippy::all, clippy::pedantic)]
            mod __revisions { #(#parts)* }

            /// Every revision of this folder.
            pub static REVISIONS: ::migrate_core::revision::Chain = ::migrate_core::revision::Chain {
                root: env!("CARGO_MANIFEST_DIR"),
                module: module_path!(),
                packages: &[#(#packages),*],
                revisions: &[#(#lists),*],
            };
        }
    }
}

fn constant(module: &Ident) -> Ident {
    format_ident!("{}", module.to_string().to_uppercase(), span = module.span())
}

/// The revision of a module. All of it has the place of the module's name in the list, and no macro
/// is called but for the text: what has a place within this macro's call, or within that of a macro
/// it calls, is compiled anew when the list gets longer.
fn revision(module: &Ident) -> TokenStream {
    let (span, constant) = (module.span(), constant(module));
    let source = format_ident!("{constant}_SOURCE", span = span);
    let file = LitStr::new(&format!("{module}.rs"), span);
    let [up, down] = ["up", "down"].map(|name| {
        let function = Ident::new(name, span);
        direction(&parse_quote_spanned!(span=> super::super::#module::#function), span)
    });
    quote_spanned! {span=>
        const #source: &str = include_str!(#file);
        pub(in super::super) const #constant: ::migrate_core::revision::Revision =
            ::migrate_core::revision::Revision {
                header: super::super::#module::REVISION,
                file: #file,
                source: #source,
                up: #up,
                down: #down,
            };
    }
}

/// A function as `up` or `down`. Its pointers are to functions, since one to a closure takes a
/// further function that leads to it.
pub(crate) fn direction(function: &Path, span: Span) -> TokenStream {
    quote_spanned! {span=>
        ::migrate_core::revision::Direction::Rust({
            fn missing(
                dependencies: &::migrate_core::revision::Dependencies,
            ) -> ::core::option::Option<::migrate_core::revision::MissingDependency> {
                ::migrate_core::revision::RevisionFn::missing(&#function, dependencies)
            }
            fn call<'a>(
                db: &'a mut ::migrate_core::revision::Migrator,
                dependencies: &'a ::migrate_core::revision::Dependencies,
            ) -> ::migrate_core::revision::BoxFuture<'a, ::migrate_core::revision::Result<()>> {
                match ::migrate_core::revision::RevisionFn::call(#function, db, dependencies) {
                    Ok(running) => Box::pin(running),
                    Err(missing) => ::migrate_core::revision::refused(missing),
                }
            }
            ::migrate_core::revision::RustDirection { missing, call }
        })
    }
}
