//! What tells this machine's process ids from another machine's.

use std::fs;

use super::short_hash::short_hash;

/// Eight hexadecimal digits that stand for this machine, or this container on it.
///
/// A process id means something only together with them: a dead process here may be alive there.
pub(super) fn host_hash() -> String {
    let host_name = rustix::system::uname().nodename().to_string_lossy().into_owned();
    let machine = fs::read_to_string("/etc/machine-id").unwrap_or_default();
    let process_ids = fs::read_link("/proc/self/ns/pid").unwrap_or_default();
    short_hash(&format!("{host_name}\n{machine}\n{}", process_ids.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_keeps_its_hash() {
        assert_eq!(host_hash(), host_hash());
    }
}
