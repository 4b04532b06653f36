//! A short stand-in for a long text in a name.

use sha2::{Digest, Sha256};

/// Eight hexadecimal digits that are the same for the same text, on every machine and in every
/// version: names that carry them are found again.
pub(super) fn short_hash(text: &str) -> String {
    let [first, second, third, fourth, ..] = <[u8; 32]>::from(Sha256::digest(text));
    format!("{:08x}", u32::from_be_bytes([first, second, third, fourth]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_the_same_everywhere() {
        assert_eq!(short_hash("abc"), "ba7816bf");
    }
}
