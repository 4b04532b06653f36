//! `migrate decommission`.

use anyhow::bail;
use migrate_core::target::{self, Leaving, RoleStays};
use sqlx::Connection;

use crate::args::{DecommissionArgs, Selection};
use crate::output::Output;
use crate::service::services;
use crate::{Application, Config, exit, fleet};

use super::dev_sync::go_on;

pub(crate) async fn run(
    application: &Application,
    config: &Config,
    args: &DecommissionArgs,
    output: &Output,
) -> anyhow::Result<u8> {
    let fleet = fleet::fleet(application, config, &Selection::default()).await?;
    for database in &fleet.databases {
        if database.targets().count() > 1 {
            bail!(
                "`service-role` owns several schemas in {}, and would go with the first; drop tenants by `DROP SCHEMA`, and decommission the service when one schema is left",
                database.name
            );
        }
    }
    let mut outcome = exit::FINE;
    for on in services(config, &fleet, &fleet)? {
        let mut connection = on.connect().await?;
        let leaving = target::leaving(&mut connection, &on.service).await?;
        output.say(&format!(
            "role `{}` and schema `{}` of {}:",
            on.service.role.as_str(),
            on.service.schema.as_str(),
            on.target.place()
        ));
        for line in lines(&leaving) {
            output.say(&format!("  {line}"));
        }
        if !go_on("Take all of this away?", args.yes, output)? {
            return Ok(exit::FINE);
        }
        let done = target::decommission(&mut connection, &on.service).await?;
        connection.close().await.ok();
        match done.role_stays {
            None => output.say("gone"),
            Some(RoleStays::Elsewhere { databases }) => output.say(&format!(
                "the role stays, as it has something in {}; decommission it there too",
                databases.join(", ")
            )),
            Some(RoleStays::Granted { privileges }) => {
                outcome = exit::DIFFERENCES;
                output.say(&format!(
                    "the role stays, and may log in, as only whoever granted them can take back {}; run this as a superuser, or let them revoke it, and run it again",
                    privileges.join(", ")
                ));
            }
        }
    }
    Ok(outcome)
}

/// What goes, a line each.
fn lines(leaving: &Leaving) -> Vec<String> {
    let mut lines = Vec::new();
    if !leaving.role_exists && leaving.schema_owner.is_none() {
        lines.push("nothing of it is there".to_owned());
    }
    lines.extend(leaving.contents.iter().map(|object| {
        let rows = object.rows.map_or_else(String::new, |rows| format!(", about {rows} rows"));
        let bytes = object.bytes.map_or_else(String::new, |bytes| format!(", {bytes} bytes"));
        format!("drops {} {}{rows}{bytes}", object.kind, object.name)
    }));
    let sections = [
        ("in the way, outside of the schema", &leaving.dependents),
        ("handed over to you", &leaving.handed_over),
        ("loses", &leaving.privileges),
        ("loses its setting", &leaving.settings),
        ("is no member any more of", &leaving.member_of),
        ("has no member any more", &leaving.members),
    ];
    for (title, texts) in sections {
        lines.extend(texts.iter().map(|text| format!("{title}: {text}")));
    }
    if leaving.sessions > 0 {
        lines.push(format!("{} sessions of it are open", leaving.sessions));
    }
    lines.extend(leaving.elsewhere.iter().map(|held| {
        let (owned, privileges) = (held.owned, held.privileges);
        format!("stays in {}: {owned} objects and {privileges} privileges", held.database)
    }));
    lines
}
