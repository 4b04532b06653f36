//! A folder of SQL files as names and texts in the program.

use std::path::{Path, PathBuf};
use std::{env, fs, io};

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Error, LitStr};

/// The files of a folder of the package.
pub(crate) fn sql_files(folder: &LitStr) -> TokenStream {
    let package = env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from).unwrap_or_default();
    let root = package.join(folder.value());
    let mut paths = Vec::new();
    if let Err(error) = collect(&root, &mut paths) {
        let text = format!(
            "`{}` can't be read: {error}; the path begins at the folder of `Cargo.toml`",
            root.display()
        );
        return Error::new(folder.span(), text).to_compile_error();
    }
    paths.sort();
    let files = paths.iter().map(|path| {
        let name = path.strip_prefix(&root).unwrap_or(path).display().to_string();
        let path = path.display().to_string();
        quote!((#name, include_str!(#path)))
    });
    quote!(&[#(#files),*] as &[::migrate_core::revision::SqlFile])
}

/// The SQL files of a folder and of the folders in it.
fn collect(folder: &Path, paths: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, paths)?;
        } else if path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("sql")) {
            paths.push(path);
        }
    }
    Ok(())
}
