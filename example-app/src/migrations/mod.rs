//! The revisions of this folder. The tool writes this file whole: edit the others.
#![allow(unreachable_pub, clippy::too_many_lines, clippy::wildcard_imports)]

migrate_core::revisions! {
    models from ["app"];
    m20260112_091504_create_accounts_writers_and_articles,
    m20260119_142233_comments_and_topics,
    m20260203_101847_writers_are_authors,
    m20260211_160512_split_the_names_of_authors,
    m20260224_083319_search_articles,
    m20260310_113658_subscriptions_and_purchases,
    m20260326_150201_articles_begin_as_ideas,
    m20260409_092745_articles_have_a_language,
    m20260421_134010_handles_are_unique_what_is_published_has_a_date,
    m20260507_101556_comments_belong_to_accounts,
    m20260519_154422_addresses_are_checked,
    m20260602_090837_teams_mentors_and_the_front_page,
    m20260618_141129_keep_what_readers_saw,
}

mod m20260112_091504_create_accounts_writers_and_articles;
mod m20260119_142233_comments_and_topics;
mod m20260203_101847_writers_are_authors;
mod m20260211_160512_split_the_names_of_authors;
mod m20260224_083319_search_articles;
mod m20260310_113658_subscriptions_and_purchases;
mod m20260326_150201_articles_begin_as_ideas;
mod m20260409_092745_articles_have_a_language;
mod m20260421_134010_handles_are_unique_what_is_published_has_a_date;
mod m20260507_101556_comments_belong_to_accounts;
mod m20260519_154422_addresses_are_checked;
mod m20260602_090837_teams_mentors_and_the_front_page;
mod m20260618_141129_keep_what_readers_saw;
