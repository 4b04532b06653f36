//! How typical revisions read.

use migrate_core::catalog::{
    Column, Composite, Constraint, ConstraintKind, ForeignKeyAction, Generated, Identity,
    IdentityMode, Index, IndexElement, IndexStorage, IndexTerm, ObjectKey, SequenceOptions,
    SequenceType,
};
use migrate_core::plan::{
    Action, AttributeChange, ColumnDefinition, IndexBuild, Plan, StepMode, TableChange,
    TableDefinition,
};
use migrate_core::render::{RevisionText, empty_revision, mod_file, revision, rustfmt};

use super::{one_transaction, steps};

#[track_caller]
fn check(message: &str, notes: &[&str], up: &Plan, down: &Plan, expected: &str) {
    let notes: Vec<String> = notes.iter().map(|&note| note.to_owned()).collect();
    let (id, parent) = ("m2_second", Some("m1_first"));
    let text = rustfmt(&revision(&RevisionText {
        id,
        parent,
        requires: None,
        message,
        notes: &notes,
        up,
        down,
    }));
    println!("{text}");
    assert_eq!(text, expected);
}

fn column(name: &str, column: Column, default: Option<&str>) -> ColumnDefinition {
    ColumnDefinition { name: name.into(), column, default: default.map(Into::into) }
}

fn not_null(sql_type: &str) -> Column {
    Column { not_null: true, ..Column::of_type(sql_type) }
}

#[test]
fn a_changed_column_names_what_is_lost() {
    let author = column("author", not_null("text"), Some("''"));
    let up = [
        Action::alter(&"article".into(), TableChange::AddColumn { column: author }),
        Action::alter(&"article".into(), TableChange::DropColumn { name: "writer".into() }),
        Action::DropTable { name: ("auth", "user").into() },
    ];
    let down =
        [Action::alter(&"article".into(), TableChange::DropColumn { name: "author".into() })];
    check(
        "add author to article",
        &["Drops column `article.writer`.", "Drops table `auth.user`."],
        &one_transaction(up),
        &one_transaction(down),
        include_str!("text/changed_column.rs"),
    );
}

#[test]
fn a_generated_column_that_comes_again_is_not_lost() {
    let [current, desired] = ["a + 1", "a + 2"].map(|expression| {
        let generated = Some(Generated { expression: expression.into(), stored: true });
        let column = column(
            "b",
            Column { generated: generated.map(Box::new), ..Column::of_type("integer") },
            None,
        );
        let drop = TableChange::DropColumn { name: "b".into() };
        [drop, TableChange::AddColumn { column }].map(|change| Action::alter(&"t".into(), change))
    });
    check(
        "count another way",
        &[],
        &one_transaction(desired),
        &one_transaction(current),
        include_str!("text/recomputed_column.rs"),
    );
}

#[test]
fn attributes_that_go_are_allowed_whether_their_type_is_altered_or_replaced() {
    let composite = |attributes: &[&str]| Composite {
        attributes: attributes.iter().map(|&one| (one.into(), "text".to_owned())).collect(),
    };
    let alter = |change| Action::AlterComposite { name: "address".into(), changes: vec![change] };
    let create = |attributes: &[&str]| Action::CreateComposite {
        name: ("geo", "place").into(),
        definition: composite(attributes),
    };
    let sql_type = "text".to_owned();
    check(
        "shorten addresses",
        &[],
        &one_transaction([
            alter(AttributeChange::Drop { name: "zip".into() }),
            create(&["x", "y"]),
        ]),
        &one_transaction([
            alter(AttributeChange::Add { name: "zip".into(), sql_type }),
            create(&["x", "y", "z"]),
        ]),
        include_str!("text/dropped_attributes.rs"),
    );
}

#[test]
fn a_new_table_is_one_statement() {
    let options = SequenceOptions::defaults(SequenceType::BigInt, 1);
    let identity = Some(Identity { mode: IdentityMode::Always, options, sequence: None });
    let id = Column { identity: identity.map(Box::new), ..not_null("bigint") };
    let columns = vec![
        column("id", id, None),
        column("title", not_null("character varying(200)"), None),
        column("author_id", Column::of_type("bigint"), None),
    ];
    let (include, storage) = (Vec::new(), IndexStorage::default());
    let primary_key = ConstraintKind::PrimaryKey { columns: vec!["id".into()], include, storage };
    let foreign_key = ConstraintKind::ForeignKey {
        columns: vec!["author_id".into()],
        table: ("auth", "user").into(),
        target: vec!["id".into()],
        on_delete: ForeignKeyAction::SetNull(Vec::new()),
        on_update: ForeignKeyAction::NoAction,
        match_full: false,
    };
    let check_title = ConstraintKind::Check {
        expression: "length(title) > 0 and length(title) < 200 and title is distinct from 'untitled' and title <> ''".into(),
        no_inherit: false,
    };
    let constraints = vec![
        ("article_pkey".into(), Constraint::of(primary_key)),
        ("article_author_id_fkey".into(), Constraint::of(foreign_key)),
        ("article_title_check".into(), Constraint::of(check_title)),
    ];
    let definition = TableDefinition { columns, constraints, ..TableDefinition::default() };
    let up = [Action::CreateTable { name: "article".into(), definition }];
    let down = [Action::DropTable { name: "article".into() }];
    let expected = include_str!("text/new_table.rs");
    check("create article", &[], &one_transaction(up), &one_transaction(down), expected);
}

#[test]
fn steps_stand_apart() {
    let index = Index {
        table: "article".into(),
        unique: false,
        method: "btree".into(),
        elements: vec![
            IndexElement::of(IndexTerm::Column("author_id".into())),
            IndexElement {
                descending: true,
                nulls_first: true,
                ..IndexElement::of(IndexTerm::Column("created_at".into()))
            },
        ],
        include: Vec::new(),
        nulls_not_distinct: false,
        predicate: Some("published_at is not null".into()),
        storage: IndexStorage::default(),
        valid: true,
    };
    let (table, name) = ("article".into(), "article_author_id_idx".into());
    let fill = Action::Backfill { table, column: "slug".into(), value: "''".into() };
    let require = vec![
        TableChange::SetNotNull { column: "slug".into() },
        TableChange::DropDefault { column: "slug".into() },
    ];
    let build = Action::CreateIndex { name, index, build: IndexBuild::Concurrently };
    let up = steps([
        ("fill article.slug", StepMode::OutsideTransaction, vec![fill]),
        (
            "require article.slug",
            StepMode::Transaction,
            vec![Action::AlterTable { table: "article".into(), changes: require }],
        ),
        ("build article_author_id_idx", StepMode::OutsideTransaction, vec![build]),
    ]);
    check(
        "Require a slug",
        &["Fills `article.slug` with a placeholder."],
        &up,
        &Plan::default(),
        include_str!("text/steps.rs"),
    );
}

#[test]
fn what_only_the_author_knows_is_asked_for_where_it_belongs() {
    let kind = ConstraintKind::Check { expression: "\"Of\" IS NOT NULL".into(), no_inherit: false };
    let constraint = Constraint { validated: false, ..Constraint::of(kind) };
    let name = "article_Of_is_not_null".into();
    let up = [Action::alter(&"article".into(), TableChange::AddConstraint { name, constraint })];
    let note = "Rows need a value in `article.Of`, which only you know: fill it.".to_owned();
    let text = revision(&RevisionText {
        id: "m1",
        parent: None,
        requires: None,
        message: "require",
        notes: &[note],
        up: &one_transaction(up),
        down: &Plan::default(),
    });
    let wanted = "    // Rows need a value first, which only you know: fill them in a step before this.\n    db.add_constraint(";
    assert!(text.contains(wanted), "{text}");
}

#[test]
fn sql_of_several_lines_is_raw() {
    let key = ObjectKey::View { name: "shown".into() };
    let view = "create view shown as\n  select id, 'a \"b\"' as title\n  from article";
    let grant = "grant select on shown to reader";
    let statements = vec![view.to_owned(), grant.to_owned()];
    let up = [Action::CreateDependent { key: key.clone(), statements }];
    let down = [Action::DropDependent { key, statement: "drop view shown".to_owned() }];
    let expected = include_str!("text/raw_sql.rs");
    check("Show articles.", &[], &one_transaction(up), &one_transaction(down), expected);
}

#[test]
fn an_empty_revision_waits_for_its_author() {
    let text = rustfmt(&empty_revision("m1_first", None, "move the prices"));
    assert_eq!(text, include_str!("text/empty.rs"));
}

#[test]
fn the_mod_file_is_sorted() {
    let text = mod_file(&["m2", "m1"], &["billing", "app"]);
    assert_eq!(rustfmt(&text), text);
    assert_eq!(text, include_str!("text/folder.rs"));
}
