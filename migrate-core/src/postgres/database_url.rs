//! Connection options as a URL that other programs take.

use std::fmt::Write as _;

use sqlx::ConnectOptions;
use sqlx::postgres::PgConnectOptions;

/// Writes connection options as a URL that both sqlx and libpq's programs (`psql`, `pg_dump`)
/// accept; it holds the password.
///
/// Everything stands in the query, percent-encoded: user names, hosts and socket folders that
/// would break the short form are fine there.
pub fn database_url(options: &PgConnectOptions) -> String {
    let host = match options.get_socket() {
        Some(socket) => socket.to_string_lossy().into_owned(),
        None => options.get_host().to_owned(),
    };
    let mut url = String::from("postgres:///");
    encode_into(&mut url, options.get_database().unwrap_or_default());
    let port = options.get_port().to_string();
    let pairs = [("host", host.as_str()), ("port", &port), ("user", options.get_username())];
    for (index, (key, value)) in pairs.iter().enumerate() {
        url.push_str(if index == 0 { "?" } else { "&" });
        push_pair(&mut url, key, value);
    }
    push_secrets(&mut url, options);
    if let Some(settings) = options.get_options() {
        url.push('&');
        push_pair(&mut url, "options", settings);
    }
    url
}

/// Password and TLS settings can be read from sqlx's own URL only. It panics on some users and
/// hosts, which therefore are replaced, and it holds one key that libpq refuses.
fn push_secrets(url: &mut String, options: &PgConnectOptions) {
    let written = options.clone().username("user").host("localhost").to_url_lossy();
    if let Some(password) = written.password() {
        // It is encoded already.
        let _ = write!(url, "&password={password}");
    }
    for (key, value) in written.query_pairs().filter(|(key, _)| key != "statement-cache-capacity") {
        url.push('&');
        push_pair(url, &key, &value);
    }
}

fn push_pair(url: &mut String, key: &str, value: &str) {
    url.push_str(key);
    url.push('=');
    encode_into(url, value);
}

fn encode_into(url: &mut String, text: &str) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            url.push(char::from(byte));
        } else {
            let _ = write!(url, "%{byte:02X}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain() -> PgConnectOptions {
        PgConnectOptions::new_without_pgpass().port(5432).username("alice").database("blog")
    }

    #[track_caller]
    fn check(options: &PgConnectOptions, url: &str) {
        let written = database_url(options);
        assert_eq!(written, url);
        let read: PgConnectOptions = written.parse().expect("sqlx reads it");
        assert_eq!(database_url(&read), url);
    }

    #[test]
    fn a_socket_folder_is_a_host() {
        let options = plain().socket("/dev/shm/pg 1");
        check(
            &options,
            "postgres:///blog?host=/dev/shm/pg%201&port=5432&user=alice&sslmode=prefer",
        );
    }

    #[test]
    fn a_password_with_signs_survives() {
        let options = plain().host("db.example").password("p@ss/w:rd +%");
        check(
            &options,
            "postgres:///blog?host=db.example&port=5432&user=alice\
             &password=p%40ss%2Fw%3Ard%20%2B%25&sslmode=prefer",
        );
    }

    #[test]
    fn a_user_with_signs_is_no_reason_to_panic() {
        let options = plain().host("::1").username("a/b?c@d");
        check(&options, "postgres:///blog?host=%3A%3A1&port=5432&user=a/b%3Fc%40d&sslmode=prefer");
    }
}
