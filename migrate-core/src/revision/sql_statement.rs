//! What a statement of a SQL file does, as far as its words tell.

use crate::sql::split::Statement;

use super::place::Place;

/// One statement of a SQL file.
#[derive(Debug, Clone)]
pub(super) struct SqlStatement {
    pub(super) place: Place,
    pub(super) written: Statement<'static>,
}

/// An index that a statement builds concurrently, as it is written.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum ConcurrentIndex {
    /// Its name, with the schema of its table where the statement has that.
    Named(String),
    /// Without a name of its own.
    Unnamed { table: String },
}

/// The words of a `SELECT` that sets something and does nothing else.
const SETTING: [&str; 6] =
    ["SELECT", "pg_catalog", "set_config", "current_setting", "true", "false"];

impl SqlStatement {
    /// The index that it builds concurrently, where its text with the schema filled in is this.
    pub(super) fn concurrent_index(&self, sql: &str) -> Option<ConcurrentIndex> {
        let builds = self.written.begins(&["CREATE", "INDEX", "CONCURRENTLY"])
            || self.written.begins(&["CREATE", "UNIQUE", "INDEX", "CONCURRENTLY"]);
        let mut words = sql_words(sql).skip_while(|word| !is_word(word, "CONCURRENTLY"));
        words.next().filter(|_| builds)?;
        let first = words.next()?;
        let name = if is_word(first, "IF") { words.nth(2)? } else { first };
        let name = Some(name).filter(|name| !is_word(name, "ON"));
        if name.is_some() {
            words.find(|word| is_word(word, "ON"))?;
        }
        let first = words.find(|word| !is_word(word, "ONLY"))?;
        // An index is in the schema of its table.
        let after = first.as_ptr() as usize - sql.as_ptr() as usize + first.len();
        let is_qualified = sql[after..].trim_start().starts_with('.');
        let schema = if is_qualified { format!("{first}.") } else { String::new() };
        Some(match name {
            Some(name) => ConcurrentIndex::Named(format!("{schema}{name}")),
            None if is_qualified => {
                ConcurrentIndex::Unnamed { table: format!("{schema}{}", words.next()?) }
            }
            None => ConcurrentIndex::Unnamed { table: first.to_owned() },
        })
    }

    /// The index or table whose indexes it builds anew concurrently, as SQL writes its name; the text
    /// with the schema filled in is this.
    pub(super) fn rebuilt_concurrently(&self, sql: &str) -> Option<String> {
        self.written.begins(&["REINDEX"]).then_some(())?;
        let words: Vec<&str> = sql_words(sql).collect();
        let is_kind = |word: &&str| is_word(word, "INDEX") || is_word(word, "TABLE");
        let kind = words.iter().position(is_kind)?;
        // It may stand among the options.
        let (options, name) = (&words[..kind], &words[kind + 1..]);
        let is_concurrent = |word: &&str| is_word(word, "CONCURRENTLY");
        match name.split_first()? {
            (first, name) if is_concurrent(first) => Some(name.join(".")),
            _ => options.iter().any(is_concurrent).then(|| name.join(".")),
        }
    }

    /// The partition that it detaches concurrently, as SQL writes its name; the text with the schema
    /// filled in is this.
    pub(super) fn detached_concurrently(&self, sql: &str) -> Option<String> {
        self.written.begins(&["ALTER", "TABLE"]).then_some(())?;
        let mut words = sql_words(sql);
        words.find(|word| is_word(word, "DETACH"))?;
        words.next().filter(|word| is_word(word, "PARTITION"))?;
        let names: Vec<&str> = words.collect();
        let (last, name) = names.split_last()?;
        is_word(last, "CONCURRENTLY").then(|| name.join("."))
    }

    /// Whether it is about the session, so that every run needs it.
    pub(super) fn is_setting(&self) -> bool {
        match self.written.words.first().map(String::as_str) {
            Some("SET" | "RESET") => true,
            Some("SELECT") => {
                let words: Vec<&str> = sql_words(self.written.sql).collect();
                let is_one = |word: &&str| SETTING.iter().any(|one| is_word(word, one));
                words.iter().any(|word| is_word(word, "set_config")) && words.iter().all(is_one)
            }
            _ => false,
        }
    }

    /// Whether it goes back to the schemas that the database or the role has set.
    pub(super) fn leaves_schema(&self) -> bool {
        let has = |word| sql_words(self.written.sql).any(|one| is_word(one, word));
        match self.written.words.first().map(String::as_str) {
            Some("RESET") => has("search_path"),
            Some("SET") => has("search_path") && has("DEFAULT"),
            _ => false,
        }
    }

    /// Whether it makes or sets what only its session has, and isn't simply run again.
    pub(super) fn is_of_its_session(&self) -> bool {
        let is_temporary = |word: &str| is_word(word, "TEMP") || is_word(word, "TEMPORARY");
        let has = |word| sql_words(self.written.sql).any(|one| is_word(one, word));
        match self.written.words.first().map(String::as_str) {
            Some("CREATE") => sql_words(self.written.sql).take(3).any(is_temporary),
            Some("SELECT") => {
                (has("set_config") && !self.is_setting())
                    || (has("INTO") && sql_words(self.written.sql).any(is_temporary))
            }
            Some("PREPARE" | "DECLARE") => true,
            Some("DO") => {
                let text = self.written.sql.to_lowercase();
                ["set search_path", "set_config"].iter().any(|set| text.contains(set))
            }
            _ => false,
        }
    }

    /// Whether it goes on as another role.
    pub(super) fn changes_role(&self) -> bool {
        sql_words(self.written.sql)
            .any(|word| is_word(word, "ROLE") || is_word(word, "AUTHORIZATION"))
    }

    /// Whether it may simply run again.
    pub(super) fn can_be_repeated(&self) -> bool {
        match self.written.words.first().map(String::as_str) {
            Some("VACUUM" | "ANALYZE" | "REINDEX" | "REFRESH") => true,
            Some("CREATE" | "DROP") => self.written.words.iter().any(|word| word == "IF"),
            _ => false,
        }
    }
}

/// The words and quoted names of a statement.
pub(super) fn sql_words(sql: &str) -> impl Iterator<Item = &str> {
    use squawk_lexer::{TokenKind, tokenize};
    let mut offset = 0;
    tokenize(sql).filter_map(move |token| {
        let text = &sql[offset..offset + token.len as usize];
        offset += token.len as usize;
        let is_name = matches!(token.kind, TokenKind::Ident | TokenKind::QuotedIdent { .. });
        is_name.then_some(text)
    })
}

pub(super) fn is_word(word: &str, wanted: &str) -> bool {
    word.eq_ignore_ascii_case(wanted)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sql::split::{Part, split};

    fn statement(text: &'static str) -> SqlStatement {
        let Some(Part::Statement(written)) = split(text).into_iter().next() else {
            panic!("it is a statement")
        };
        SqlStatement { place: Place::Sql { file: "V1__a.sql", line: 1 }, written }
    }

    #[test]
    fn only_what_does_nothing_else_is_a_setting() {
        for setting in [
            "SET search_path = a",
            "reset role",
            "SELECT pg_catalog.set_config('search_path', '', false)",
            "select set_config('a.b', current_setting('c.d'), true), set_config('a.c', '', false)",
        ] {
            let statement = statement(setting);
            assert!(statement.is_setting() && !statement.is_of_its_session(), "{setting}");
        }
        for more in [
            "SELECT set_config('a.b', nextval('s')::text, false)",
            "SELECT set_config('a.b', name, false) FROM t",
        ] {
            let statement = statement(more);
            assert!(!statement.is_setting() && statement.is_of_its_session(), "{more}");
        }
    }

    #[test]
    fn what_is_built_anew_concurrently_is_found_by_its_name() {
        let rebuilt = |text: &'static str| statement(text).rebuilt_concurrently(text);
        assert_eq!(rebuilt("REINDEX INDEX CONCURRENTLY a").as_deref(), Some("a"));
        assert_eq!(
            rebuilt("reindex (verbose) table concurrently \"S\".t").as_deref(),
            Some("\"S\".t")
        );
        assert_eq!(rebuilt("REINDEX (CONCURRENTLY) TABLE t").as_deref(), Some("t"));
        assert_eq!(rebuilt("REINDEX TABLE t"), None);
        assert_eq!(rebuilt("REINDEX SCHEMA CONCURRENTLY s"), None);
    }

    #[test]
    fn the_name_of_a_concurrent_index_is_found_as_written() {
        let index = |text: &'static str| statement(text).concurrent_index(text);
        let named = |name: &str| Some(ConcurrentIndex::Named(name.to_owned()));
        let on = |table: &str| Some(ConcurrentIndex::Unnamed { table: table.to_owned() });
        assert_eq!(index("CREATE INDEX CONCURRENTLY a ON t (b)"), named("a"));
        assert_eq!(
            index("create unique index concurrently if not exists \"A b\" on t (b)"),
            named("\"A b\"")
        );
        assert_eq!(index("CREATE INDEX CONCURRENTLY a ON ONLY \"S\".t (t.b)"), named("\"S\".a"));
        assert_eq!(index("CREATE INDEX CONCURRENTLY ON t (b)"), on("t"));
        assert_eq!(index("CREATE UNIQUE INDEX CONCURRENTLY ON ONLY \"S\".t (b)"), on("\"S\".t"));
        assert_eq!(index("CREATE INDEX a ON t (b)"), None);
    }
}
