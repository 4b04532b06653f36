//! Connection strings of libpq, `key=value key='a value'`, as URLs.

use anyhow::{Context, bail};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

/// The URL that means the same; a URL stays as it is.
pub(crate) fn url(conninfo: &str) -> anyhow::Result<String> {
    if conninfo.contains("://") {
        return Ok(conninfo.to_owned());
    }
    let (mut user, mut password, mut host, mut port, mut database) = Default::default();
    let mut parameters = Vec::new();
    for (key, value) in pairs(conninfo)? {
        let encoded = utf8_percent_encode(&value, NON_ALPHANUMERIC).to_string();
        match key.as_str() {
            "user" => user = encoded,
            "password" => password = format!(":{encoded}"),
            "service" | "passfile" => bail!(
                "the connection string names `{key}`, which only libpq reads; write host, user and database in its place"
            ),
            "host" | "hostaddr" | "port" if value.contains(',') => bail!(
                "the connection string names several servers in `{key}={value}`; write the one that takes changes"
            ),
            "host" if value.starts_with('/') => parameters.push(format!("host={encoded}")),
            "host" | "hostaddr" => host = value,
            "port" => port = format!(":{value}"),
            "dbname" => database = encoded,
            _ => parameters.push(format!("{key}={encoded}")),
        }
    }
    let is_local = host.is_empty() && port.is_empty();
    let host = if host.is_empty() && !port.is_empty() { "localhost".to_owned() } else { host };
    if is_local {
        // A URL has no user in front of no host.
        let password = password.strip_prefix(':').map(|password| ("password", password.to_owned()));
        let named = [("user", std::mem::take(&mut user))].into_iter().chain(password);
        let named = named.filter(|(_, value): &(&str, String)| !value.is_empty());
        parameters.splice(0..0, named.map(|(key, value)| format!("{key}={value}")));
    }
    let at = if user.is_empty() { String::new() } else { format!("{user}{password}@") };
    let parameters =
        if parameters.is_empty() { String::new() } else { format!("?{}", parameters.join("&")) };
    let host: String = host;
    Ok(format!("postgres://{at}{host}{port}/{database}{parameters}"))
}

fn pairs(conninfo: &str) -> anyhow::Result<Vec<(String, String)>> {
    let mut pairs = Vec::new();
    let mut rest = conninfo.trim_start();
    while !rest.is_empty() {
        let (key, after) = rest
            .split_once('=')
            .with_context(|| format!("the connection string has no value behind `{rest}`"))?;
        let (value, after) = value(after.trim_start())?;
        pairs.push((key.trim().to_owned(), value));
        rest = after.trim_start();
    }
    Ok(pairs)
}

/// A value, quoted or not, and what follows it.
fn value(text: &str) -> anyhow::Result<(String, &str)> {
    let quoted = text.strip_prefix('\'');
    let mut value = String::new();
    let mut signs = quoted.unwrap_or(text).char_indices();
    let inside = quoted.unwrap_or(text);
    while let Some((index, sign)) = signs.next() {
        match sign {
            '\\' => value.extend(signs.next().map(|(_, sign)| sign)),
            '\'' if quoted.is_some() => return Ok((value, &inside[index + 1..])),
            sign if quoted.is_none() && sign.is_whitespace() => {
                return Ok((value, &inside[index..]));
            }
            sign => value.push(sign),
        }
    }
    if quoted.is_some() {
        bail!("a quote in the connection string is not closed");
    }
    Ok((value, ""))
}

#[cfg(test)]
mod tests {
    use sqlx::postgres::PgConnectOptions;

    use super::url;

    #[test]
    fn strings_of_libpq_become_urls() {
        let cases = [
            (
                "dbname=postgres user=postgres connect_timeout=1",
                "postgres:///postgres?user=postgres&connect_timeout=1",
            ),
            (
                "host = db port=6432 dbname='my db' user=app password='a\\'b@c' sslmode=require",
                "postgres://app:a%27b%40c@db:6432/my%20db?sslmode=require",
            ),
            ("host=/run/pg user=a dbname=b", "postgres:///b?user=a&host=%2Frun%2Fpg"),
            ("postgres://a@b/c", "postgres://a@b/c"),
        ];
        for (conninfo, wanted) in cases {
            assert_eq!(url(conninfo).expect("it is a connection string"), wanted);
            wanted.parse::<PgConnectOptions>().expect("it can be read");
        }
    }
}
