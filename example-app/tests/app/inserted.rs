//! The rows that a table gets before the revision that comes after its own: nulls, awkward texts,
//! and what the revision has to cope with.

/// The rows that are inserted before a revision.
pub(crate) fn before(id: &str) -> &'static str {
    ROWS.iter().find(|(end, _)| id.ends_with(end)).map_or("", |(_, rows)| rows)
}

/// The end of a revision's id, and what is inserted before it.
const ROWS: [(&str, &str); 11] = [
    (
        "comments_and_topics",
        r#"
        INSERT INTO account (email, handle) VALUES
            ('ada@example.org', 'ada'),
            ('o''brien@example.org', 'o''brien "the \ pen"'),
            ('Zoë@example.org', 'zoë');
        INSERT INTO writer (account_id, name, bio) VALUES
            (1, 'Ada Lovelace', NULL),
            (2, 'Flann van der O''Brien', E'two\nlines'),
            (NULL, 'Plato', '');
        INSERT INTO article (writer_id, slug, title, content, status, published_at, tags) VALUES
            (1, 'engine', 'Notes on the Engine', 'It weaves numbers.', 'published', '2024-01-01', '{math,"a, b"}'),
            (2, 'engine', 'It''s "quoted" \ {é}', '', 'draft', NULL, '{}'),
            (3, 'cave', 'The Cave', 'Shadows of engines.', 'review', NULL, '{NULL}');
        "#,
    ),
    (
        "writers_are_authors",
        r"
        INSERT INTO comment (article_id, parent_id, account_id, body) VALUES
            (1, NULL, 2, 'It''s fine \ é'),
            (1, 1, NULL, ' yes '),
            (2, NULL, 3, '{}');
        INSERT INTO topic (parent_id, slug, name) VALUES (NULL, 'science', 'Science'), (1, 'maths', 'Maths');
        INSERT INTO article_topic VALUES (1, 2), (2, 1);
        ",
    ),
    ("split_the_names_of_authors", "INSERT INTO author (name) VALUES ('Jean  Luc \"Q\" Picard')"),
    ("search_articles", "INSERT INTO author (given_name, family_name) VALUES ('Given', '')"),
    (
        "subscriptions_and_purchases",
        "INSERT INTO article (author_id, slug, title, body) VALUES (4, 'long', 'Long', repeat('word ', 9000))",
    ),
    (
        "articles_begin_as_ideas",
        r#"
        INSERT INTO price_plan (id, name, price, features) VALUES
            (1, 'All', 9.99, '{"it''s","a \"b\""}'), (2, 'None', 0, '{}');
        INSERT INTO subscription (account_id, plan_id, period) VALUES
            (1, 1, '[2026-01-01,2026-02-01)'), (1, 2, '[2026-02-01,)'), (2, 1, '(,)');
        BEGIN;
        INSERT INTO purchase_line (purchase_id, position, article_id, quantity, unit_price) VALUES
            ('00000000-0000-0000-0000-000000000001', 1, 1, 3, 2.50),
            ('00000000-0000-0000-0000-000000000001', 2, 3, 1, 0.01),
            ('00000000-0000-0000-0000-000000000002', 1, 1, 9, 9.99);
        INSERT INTO purchase (id, account_id, paid_at, receipt) VALUES
            ('00000000-0000-0000-0000-000000000001', 1, '2026-01-02', '{"note": "it''s \\ paid"}'),
            ('00000000-0000-0000-0000-000000000002', 2, NULL, NULL);
        COMMIT;
        "#,
    ),
    (
        "articles_have_a_language",
        r"
        INSERT INTO article (author_id, slug, title, body) VALUES (5, 'idea', 'An idea', '');
        INSERT INTO article (author_id, slug, title, body, status, published_at) VALUES
            (5, 'archived', 'Archived', '', 'archived', '2025-01-01');
        ",
    ),
    (
        "handles_are_unique_what_is_published_has_a_date",
        "INSERT INTO article (author_id, slug, title, body, status, language) VALUES
            (4, 'undated', 'Undated', '', 'published', 'de-AT')",
    ),
    (
        "comments_belong_to_accounts",
        "INSERT INTO comment (article_id, account_id, body) VALUES (3, 77, 'their account is gone')",
    ),
    (
        "teams_mentors_and_the_front_page",
        r#"INSERT INTO account (email, handle, settings) VALUES ('x@y', '', '{"a": [null, "\\"]}')"#,
    ),
    (
        "keep_what_readers_saw",
        r"
        UPDATE author SET mentor_id = 1 WHERE id = 2;
        INSERT INTO team (name) VALUES ('It''s us'), ('');
        INSERT INTO team_member (team_id, account_id, role) VALUES (100, 1, 'owner'), (100, 2, 'editor');
        INSERT INTO feature_slot (spot, article_id, shown, cancelled) VALUES
            ('top', 1, '[2026-01-01,2026-02-01)', false),
            ('top', 2, '[2026-01-15,2026-01-20)', true),
            ('top', 3, '[2026-02-01,)', false);
        ",
    ),
];
