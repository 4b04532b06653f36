//! Keys that answer one question: the strongest layer that answers it takes the weaker layers' other
//! answers out, so that nobody runs elsewhere than was said last.

use super::layers::{Layers, Origin};

/// Where revisions run.
pub(super) const WHERE: [&str; 3] = ["database-url", "cluster-urls", "cluster-file"];

/// Which schemas they run in. `schema` has a use beside the others too.
const WHO: [&str; 3] = ["tenants-schemas", "tenants-query", "cluster-tenants"];

/// The variable that many tools read, and that may be meant for another one.
const SHARED: &str = "DATABASE_URL";

impl Layers {
    /// Takes the weaker answers to a key's question out, and notes it where a variable does that.
    pub(super) fn take_out_for(&mut self, key: &str, origin: &Origin) {
        for other in others(key) {
            let Some((value, weaker)) = self.keys.remove(other) else { continue };
            if weaker == *origin || origin.is_variable() && weaker.is_variable() {
                self.keys.insert(other.to_owned(), (value, weaker));
                continue;
            }
            match origin {
                Origin::Variable(name) if name == SHARED => {
                    self.in_doubt = Some((other.to_owned(), weaker.to_string()));
                }
                Origin::Variable(name) => self.left_out.push(format!(
                    "the variable {name} takes the place of `{other}`, from {weaker}"
                )),
                Origin::Flag | Origin::File(_) | Origin::Code => {}
            }
        }
        if *origin == Origin::Flag && WHERE.contains(&key) {
            self.in_doubt = None;
        }
    }

    /// Refuses to guess which databases are meant.
    pub(crate) fn require_one_place(&self) -> anyhow::Result<()> {
        if let Some((key, origin)) = &self.in_doubt {
            anyhow::bail!(
                "the variable {SHARED} and `{key}`, from {origin}, name different databases; pass `--database-url` for the one, or unset {SHARED} for the others"
            );
        }
        let said: Vec<_> =
            WHERE.iter().filter_map(|key| Some((key, self.keys.get(*key)?))).collect();
        match said.as_slice() {
            [(one, (_, origin)), (other, _), ..] => anyhow::bail!(
                "`{one}` and `{other}` both say where revisions run, from {origin}; keep one of them"
            ),
            _ => Ok(()),
        }
    }
}

/// The other keys that answer a key's question.
fn others(key: &str) -> impl Iterator<Item = &'static str> + use<'_> {
    let group: &[&str] = match key {
        key if WHERE.contains(&key) => &WHERE,
        key if WHO.contains(&key) || key == "schema" => &WHO,
        _ => &[],
    };
    group.iter().copied().filter(move |other| *other != key)
}
