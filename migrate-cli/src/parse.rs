//! The command line of a program.

use crate::exit;

/// The command line of this program.
///
/// Where it is wrong, and after `--help` and `--version`, the program ends: clap's own `parse` would
/// leave with 2 where it is wrong, which says of a migration that something differs.
pub fn parse<C: clap::Parser>() -> C {
    C::try_parse().unwrap_or_else(|error| {
        // Nobody listens where even this can't be said.
        error.print().ok();
        let code = if error.use_stderr() { exit::ERROR } else { exit::FINE };
        std::process::exit(code.into())
    })
}
