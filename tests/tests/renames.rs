//! Which renames apply, and what they take along.

use migrate_core::catalog::{Catalog, QualifiedName};
use migrate_core::diff::{
    Answers, ColumnRename, Rename, followers, plain_name, rename_candidates, renames,
};
use migrate_core::introspect::{Scope, introspect};
use migrate_core::model::objects::DeclaredRename;
use migrate_core::sql::statements;
use migrate_tests::{connect, execute, server};
use sqlx::Connection;

async fn catalog(sql: &str) -> Catalog {
    let database = server().await.create().await.expect("a database is made");
    execute(&database, sql).await;
    let mut connection = connect(&database).await;
    let catalog = introspect(&mut connection, &Scope::all("public")).await;
    connection.close().await.expect("the session ends");
    database.drop().await.expect("a scratch database can go");
    catalog.expect("the catalog is read")
}

/// The statements of what applies, and what was made before; or why it can't be made.
async fn outcome(
    current: &str,
    desired: &str,
    declared: &[DeclaredRename],
) -> Result<(Vec<String>, Vec<String>), String> {
    let (current, desired) = (catalog(current).await, catalog(desired).await);
    let outcome = renames(declared, &Answers::default(), &current, &desired);
    let renames = outcome.map_err(|error| error.to_string())?;
    let stale = renames.stale.iter().map(ToString::to_string);
    Ok((renames.actions.iter().flat_map(statements).collect(), stale.collect()))
}

fn table(current: &str, desired: &str) -> DeclaredRename {
    DeclaredRename::Table { current: current.into(), desired: desired.into() }
}

fn column(table: &str, current: &str, desired: &str) -> DeclaredRename {
    let table = QualifiedName::from(table);
    DeclaredRename::Column { table, current: current.into(), desired: desired.into() }
}

fn ran(statements: &[&str]) -> (Vec<String>, Vec<String>) {
    (statements.iter().map(|one| (*one).to_owned()).collect(), Vec::new())
}

#[tokio::test]
async fn a_rename_of_what_neither_was_nor_is_there_is_refused_before_anything_is_dropped_for_it() {
    let label = |name: &str| DeclaredRename::EnumValue {
        name: name.into(),
        current: "opn".into(),
        desired: "opened".into(),
    };
    let current = "CREATE TYPE status AS ENUM ('open'); CREATE TABLE article (content text);";
    let desired = "CREATE SCHEMA types; CREATE TYPE types.status AS ENUM ('opened');
        CREATE TYPE status AS ENUM ('opened'); CREATE TABLE article (summary text);
        CREATE TABLE entry ();";
    for (rename, meant) in [
        (table("articel", "entry"), "did you mean `article`?"),
        (column("article", "contnt", "summary"), "did you mean `article.content`?"),
        (label("status"), "did you mean `open`?"),
    ] {
        let refusal = outcome(current, desired, &[rename]).await.expect_err("a typing error");
        assert!(refusal.ends_with(meant), "{refusal}");
    }
    let moved = DeclaredRename::EnumValue {
        name: ("types", "status").into(),
        current: "open".into(),
        desired: "opened".into(),
    };
    let desired = desired.replace("CREATE TYPE status AS ENUM ('opened');", "");
    let refusal = outcome(current, &desired, &[moved]).await;
    assert!(refusal.is_err(), "the labels would keep their names");
    let twice = [column("article", "content", "a"), column("article", "content", "b")];
    let both = "CREATE TABLE article (a text, b text);";
    assert!(outcome(current, both, &twice).await.is_err(), "one column has one new name");
    let nothing = outcome("", both, &twice).await.expect("a chain that begins anew");
    assert_eq!(nothing.1.len(), 2);
}

#[tokio::test]
async fn a_table_moves_past_one_that_has_its_name_there() {
    let [current, desired] = [
        catalog("CREATE TABLE a (id int); CREATE SCHEMA o; CREATE TABLE o.a (n int)").await,
        catalog("CREATE SCHEMA o; CREATE TABLE o.a (n int); CREATE TABLE o.b (id int)").await,
    ];
    let rename = Rename::Table { current: "a".into(), desired: ("o", "b").into() };
    let answers = Answers { renames: vec![rename], ..Answers::default() };
    let found = renames(&[], &answers, &current, &desired).expect("the table is there");
    let statements: Vec<String> = found.actions.iter().flat_map(statements).collect();
    assert_eq!(statements, ["ALTER TABLE a RENAME TO b", "ALTER TABLE b SET SCHEMA o"]);
}

#[tokio::test]
async fn an_answer_about_a_table_of_another_schema_is_none_about_a_column() {
    let [current, desired] = [
        catalog("CREATE SCHEMA a; CREATE TABLE a.t (id int)").await,
        catalog("CREATE SCHEMA a; CREATE TABLE a.u (id int)").await,
    ];
    let rename = Rename::Column(ColumnRename {
        table: "a".into(),
        current: "t".into(),
        desired: "u".into(),
    });
    let answers = Answers { renames: vec![rename], ..Answers::default() };
    let found = renames(&[], &answers, &current, &desired).expect("the table is there");
    let statements: Vec<String> = found.actions.iter().flat_map(statements).collect();
    assert_eq!(statements, ["ALTER TABLE a.t RENAME TO u"]);
}

#[tokio::test]
async fn a_name_that_another_rename_gives_up_is_free() {
    let found = outcome(
        "CREATE TABLE t (a int, b int)",
        "CREATE TABLE t (b int, c int)",
        &[column("t", "a", "b"), column("t", "b", "c")],
    )
    .await;
    let wanted = ["ALTER TABLE t RENAME COLUMN b TO c", "ALTER TABLE t RENAME COLUMN a TO b"];
    assert_eq!(found, Ok(ran(&wanted)));
    let found = outcome(
        "CREATE TABLE a (id int); CREATE TABLE b (x int)",
        "CREATE TABLE b (id int); CREATE TABLE c (y int)",
        &[table("a", "b"), table("b", "c"), column("c", "x", "y")],
    )
    .await;
    let wanted = [
        "ALTER TABLE b RENAME TO c",
        "ALTER TABLE a RENAME TO b",
        "ALTER TABLE c RENAME COLUMN x TO y",
    ];
    assert_eq!(found, Ok(ran(&wanted)));
}

#[tokio::test]
async fn b14_a_chain_of_renames_is_stale_once_it_was_made() {
    let chain = [column("t", "a", "b"), column("t", "b", "c"), column("t", "c", "d")];
    let made = "CREATE TABLE t (b int, c int, d int)";
    let found = outcome("CREATE TABLE t (a int, b int, c int)", made, &chain).await;
    let wanted =
        ["c TO d", "b TO c", "a TO b"].map(|one| format!("ALTER TABLE t RENAME COLUMN {one}"));
    assert_eq!(found, Ok(ran(&wanted.each_ref().map(String::as_str))));
    let (renames, stale) = outcome(made, made, &chain).await.expect("nothing is to be done");
    assert_eq!((renames, stale.len()), (vec![], 3));
    let circle = [column("t", "b", "c"), column("t", "c", "d"), column("t", "d", "b")];
    let error = outcome(made, made, &circle).await.expect_err("nobody can begin");
    assert!(error.contains("changes places"), "{error}");
}

#[tokio::test]
async fn b14_all_that_a_column_may_have_become_is_offered_and_the_likeliest_first() {
    let current = catalog(
        "CREATE TABLE customer (first_name text NOT NULL, last_name text, nums integer, note text)",
    );
    let desired = catalog(
        "CREATE TABLE customer (family_name text, given_name text NOT NULL, note text,
             digits integer NOT NULL DEFAULT 0, numbers integer)",
    );
    let found = rename_candidates(&current.await, &desired.await, &Answers::default());
    let named = |one: &migrate_core::catalog::ObjectKey| plain_name(one).replace("customer.", "");
    let found: Vec<(String, Vec<String>)> = found
        .iter()
        .map(|one| (named(&one.current), one.desired.iter().map(named).collect()))
        .collect();
    let wanted = [
        ("first_name", ["given_name", "family_name"]),
        ("last_name", ["family_name", "given_name"]),
        ("nums", ["numbers", "digits"]),
    ];
    assert_eq!(found, wanted.map(|(from, to)| (from.to_owned(), to.map(str::to_owned).to_vec())));
}

#[tokio::test]
async fn b14_a_rename_within_a_type_that_has_another_name_too_is_no_former_one() {
    let label = DeclaredRename::EnumValue {
        name: "stock_kind".into(),
        current: "north".into(),
        desired: "west".into(),
    };
    let attribute = DeclaredRename::Attribute {
        composite: "postal".into(),
        current: "street".into(),
        desired: "line".into(),
    };
    let current = "CREATE TYPE stock AS ENUM ('north'); CREATE TYPE address AS (street text);";
    let desired = "CREATE TYPE stock_kind AS ENUM ('west'); CREATE TYPE postal AS (line text);";
    for (rename, former) in [(label, "stock"), (attribute, "address")] {
        let error = outcome(current, desired, std::slice::from_ref(&rename)).await;
        let error = error.expect_err("the type may be that one");
        assert!(error.contains(&format!("renamed_from = \"{former}\"")), "{error}");
        let (made, stale) = outcome("", desired, &[rename]).await.expect("all is new");
        assert_eq!((made.len(), stale.len()), (0, 1));
    }
}

#[tokio::test]
async fn nothing_is_lost_for_a_rename_to_a_name_that_is_taken() {
    let found = outcome(
        "CREATE TABLE price (amount text, net_amount text)",
        "CREATE TABLE price (amount text)",
        &[column("price", "net_amount", "amount")],
    )
    .await;
    let error = found.expect_err("both are there");
    assert!(error.contains("of `price.net_amount` to `amount` can't be made"), "{error}");
    let found = outcome(
        "CREATE TABLE item (a int); CREATE TABLE item_new (b int)",
        "CREATE TABLE item (b int)",
        &[table("item_new", "item")],
    )
    .await;
    let error = found.expect_err("both are there");
    assert!(error.contains("of `item_new` to `item` can't be made"), "{error}");
}

#[tokio::test]
async fn columns_that_change_places_are_refused() {
    let both = "CREATE TABLE t (a int, b text)";
    let found = outcome(both, both, &[column("t", "a", "b"), column("t", "b", "a")]).await;
    let error = found.expect_err("nobody knows");
    assert!(error.contains("of `t.a` to `b` changes places"), "{error}");
}

#[tokio::test]
async fn a_name_that_came_again_later_makes_no_rename_of_one_that_was_made() {
    let both = "CREATE TABLE t (a int, b text)";
    let found = outcome(both, both, &[column("t", "a", "b")]).await;
    assert_eq!(found, Ok((Vec::new(), vec!["of `t.a` to `b`".to_owned()])));
}

#[tokio::test]
async fn a_label_is_renamed_in_a_type_that_is_renamed() {
    let label = DeclaredRename::EnumValue {
        name: "feeling".into(),
        current: "Old".to_owned(),
        desired: "Fresh".to_owned(),
    };
    let kind = DeclaredRename::Type { current: "mood".into(), desired: "feeling".into() };
    let found = outcome(
        "CREATE TYPE mood AS ENUM ('Old', 'Keep')",
        "CREATE TYPE feeling AS ENUM ('Fresh', 'Keep')",
        &[label, kind],
    )
    .await;
    let wanted =
        ["ALTER TYPE mood RENAME TO feeling", "ALTER TYPE feeling RENAME VALUE 'Old' TO 'Fresh'"];
    assert_eq!(found, Ok(ran(&wanted)));
}

#[tokio::test]
async fn an_attribute_is_renamed_in_a_type_that_is_renamed() {
    let attribute = DeclaredRename::Attribute {
        composite: "place".into(),
        current: "zip".into(),
        desired: "postcode".into(),
    };
    let of_type = DeclaredRename::Type { current: "address".into(), desired: "place".into() };
    let (current, desired) = (
        "CREATE TYPE address AS (zip text, city text)",
        "CREATE TYPE place AS (postcode text, city text)",
    );
    let wanted = ran(&[
        "ALTER TYPE address RENAME TO place",
        "ALTER TYPE place RENAME ATTRIBUTE zip TO postcode CASCADE",
    ]);
    assert_eq!(outcome(current, desired, &[attribute.clone(), of_type]).await, Ok(wanted));
    let stale = outcome(desired, desired, &[attribute]).await.expect("it was made before");
    assert_eq!(stale.1, ["of `place.zip` to `postcode`"]);
}

#[tokio::test]
async fn an_attribute_that_may_have_been_renamed_is_asked_about_where_the_type_is_in_use() {
    let schema = |attributes: &str| {
        format!(
            "CREATE TYPE address AS ({attributes}); CREATE TYPE free AS ({attributes});
             CREATE TABLE t (home address)"
        )
    };
    let current = catalog(&schema("zip text, city text, n int")).await;
    let desired = catalog(&schema("postcode text, city text, m int8")).await;
    let candidates = rename_candidates(&current, &desired, &Answers::default());
    let asked: Vec<(String, Vec<String>)> = candidates
        .iter()
        .map(|one| (plain_name(&one.current), one.desired.iter().map(plain_name).collect()))
        .collect();
    assert_eq!(asked, [("address.zip".to_owned(), vec!["address.postcode".to_owned()])]);
    let drops = ["address.zip".to_owned()].into();
    let answers = Answers { drops, ..Answers::default() };
    renames(&[], &answers, &current, &desired).expect("the attribute is there");
    assert_eq!(rename_candidates(&current, &desired, &answers), []);
}

#[tokio::test]
async fn a_sequence_follows_its_table_though_its_type_changes() {
    let current = catalog(
        "CREATE TABLE purchase (id int PRIMARY KEY);
         CREATE SEQUENCE order_id_seq AS int OWNED BY purchase.id;
         ALTER TABLE purchase ALTER id SET DEFAULT nextval('order_id_seq')",
    );
    let desired = catalog("CREATE TABLE purchase (id bigserial PRIMARY KEY)");
    let actions = followers(&current.await, &desired.await);
    let statements: Vec<String> = actions.iter().flat_map(statements).collect();
    assert_eq!(statements, ["ALTER SEQUENCE order_id_seq RENAME TO purchase_id_seq"]);
}
