//! A password that no message shows, and the form in which the server gets it.

use std::fmt;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

/// PostgreSQL's own number of rounds.
const ITERATIONS: u32 = 4096;

/// The password of a service's role. `Debug` and `Display` hide it.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(String);

/// Why a text is no password.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    /// PostgreSQL takes an empty password for none.
    #[error("the password is empty, which lets nobody log in; leave it out or set one")]
    Empty,
}

impl Password {
    /// Takes any text but an empty one.
    pub fn new(text: impl Into<String>) -> Result<Self, PasswordError> {
        let text = text.into();
        if text.is_empty() { Err(PasswordError::Empty) } else { Ok(Self(text)) }
    }

    /// The password in clear, to connect with.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// What the server stores, with a salt of its own: neither the server's log nor
    /// `pg_stat_statements` sees the password when it is set in this form.
    pub fn verifier(&self) -> Verifier {
        Verifier(scram_verifier(&self.0, &rand::random::<[u8; 16]>()))
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(hidden)")
    }
}

impl fmt::Display for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(hidden)")
    }
}

/// A SCRAM-SHA-256 verifier: who has it can check a password, and log in with nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verifier(String);

impl Verifier {
    /// As PostgreSQL reads it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// RFC 5803, as `pg_authid` has it.
fn scram_verifier(password: &str, salt: &[u8]) -> String {
    let salted = salted_password(&prepared(password), salt);
    let stored_key = Sha256::digest(hmac(&salted, &[b"Client Key"]));
    let server_key = hmac(&salted, &[b"Server Key"]);
    let [salt, stored_key, server_key] =
        [salt, stored_key.as_slice(), &server_key].map(|bytes| BASE64_STANDARD.encode(bytes));
    format!("SCRAM-SHA-256${ITERATIONS}:{salt}${stored_key}:{server_key}")
}

/// `SASLprep`, and the text as it is where that refuses: so do the server and libpq.
fn prepared(password: &str) -> String {
    match stringprep::saslprep(password) {
        Ok(prepared) if !prepared.is_empty() => prepared.into_owned(),
        _ => password.to_owned(),
    }
}

/// PBKDF2 with HMAC-SHA-256, whose one block is as long as the hash.
fn salted_password(password: &str, salt: &[u8]) -> [u8; 32] {
    let mut round = hmac(password.as_bytes(), &[salt, &1_u32.to_be_bytes()]);
    let mut salted = round;
    for _ in 1..ITERATIONS {
        round = hmac(password.as_bytes(), &[&round]);
        for (byte, mixed) in salted.iter_mut().zip(round) {
            *byte ^= mixed;
        }
    }
    salted
}

fn hmac(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of RFC 7677.
    #[test]
    fn a_verifier_is_what_the_standard_says() {
        let salt = BASE64_STANDARD.decode("W22ZaJ0SNY7soEsUEjb6gQ==").expect("it is base64");
        assert_eq!(
            scram_verifier("pencil", &salt),
            "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$\
             WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:\
             wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU="
        );
    }

    #[test]
    fn a_password_is_prepared_unless_the_standard_forbids_it() {
        assert_eq!(prepared("\u{2168}\u{a0}x"), "IX x");
        assert_eq!(prepared("a\u{7}b"), "a\u{7}b");
        assert_eq!(prepared("\u{ad}"), "\u{ad}");
    }

    #[test]
    fn a_password_hides_itself() {
        let password = Password::new("s3cret").expect("it isn't empty");
        assert_eq!(format!("{password} {password:?}"), "(hidden) Password(hidden)");
        assert_ne!(password.verifier(), password.verifier());
        assert_eq!(Password::new(""), Err(PasswordError::Empty));
    }
}
