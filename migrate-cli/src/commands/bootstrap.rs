//! `migrate bootstrap`.

use std::collections::BTreeSet;

use migrate_core::target::{self, Bootstrapped, Fleet};
use sqlx::Connection;
use sqlx::postgres::PgConnectOptions;

use crate::args::{BootstrapArgs, Selection};
use crate::output::Output;
use crate::service::{ServiceOn, services, with_histories};
use crate::{Application, Config, exit, fleet};

pub(crate) async fn run(
    application: &Application,
    config: &Config,
    args: &BootstrapArgs,
    output: &Output,
) -> anyhow::Result<u8> {
    let fleet = fleet::fleet(application, config, &args.selection).await?;
    if args.print {
        return print(application, config, &fleet, output).await;
    }
    let is_complete = bootstrap(application, config, &fleet, output).await?;
    Ok(if is_complete { exit::FINE } else { exit::DIFFERENCES })
}

/// Makes what is missing on every target, and says whether all services have what they need then, and
/// are isolated.
pub(super) async fn bootstrap(
    application: &Application,
    config: &Config,
    fleet: &Fleet,
    output: &Output,
) -> anyhow::Result<bool> {
    let mut is_complete = true;
    let all = fleet::fleet(application, config, &Selection::default()).await?;
    let services = with_histories(services(config, fleet, &all)?);
    let (mut reached, mut logged_in, mut told) =
        (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for on in &services {
        // Every database takes connections before the first one changes.
        if reached.insert(on.target.place()) {
            on.connect().await?.close().await.ok();
        }
    }
    for on in services {
        let mut connection = on.connect().await?;
        let done = target::bootstrap(&mut connection, &on.service).await?;
        for statement in &done.statements {
            output.say(&statement.without_password());
        }
        tell(&done, &on, &mut told, output);
        is_complete &= done.lacks.is_empty();
        if done.statements.is_empty() && done.lacks.is_empty() {
            output.say(&format!("{} has all that it needs", named(&on)));
        }
        if config.sync_password.unwrap_or(false) {
            on.mend_password(&mut connection, output).await?;
        } else if logged_in.insert(on.target.place()) {
            is_complete &= on.check_password(output).await;
        }
        is_complete &= on.check_isolation(&mut connection, output).await?;
        connection.close().await.ok();
    }
    Ok(is_complete)
}

/// Prints what would run.
async fn print(
    application: &Application,
    config: &Config,
    fleet: &Fleet,
    output: &Output,
) -> anyhow::Result<u8> {
    let mut is_complete = true;
    let all = fleet::fleet(application, config, &Selection::default()).await?;
    // What one schema of a role lacks, its other ones may lack too.
    let (mut printed, mut told, mut connected) = (BTreeSet::new(), BTreeSet::new(), None);
    for on in with_histories(services(config, fleet, &all)?) {
        let mut connection = on.connect().await?;
        let planned = target::planned_bootstrap(&mut connection, &on.service).await?;
        connection.close().await.ok();
        let options = &on.target.options;
        for statement in &planned.statements {
            let place = match statement.is_of_server {
                true => format!("{}:{}", options.get_host(), options.get_port()),
                false => on.target.place(),
            };
            if printed.insert((place, statement.without_password())) {
                let place = on.target.place();
                if fleet.databases.len() > 1 && connected.as_ref() != Some(&place) {
                    output.data(&connect(options));
                    connected = Some(place);
                }
                output.data(&statement.to_string());
            }
        }
        tell(&planned, &on, &mut told, output);
        is_complete &= planned.statements.is_empty() && planned.lacks.is_empty();
    }
    Ok(if is_complete { exit::FINE } else { exit::DIFFERENCES })
}

/// What takes `psql` to a database, by the role and password that it came with.
fn connect(options: &PgConnectOptions) -> String {
    let quoted = |text: &str| format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"));
    let host = options.get_socket().map(|socket| socket.to_string_lossy().into_owned());
    let host = host.unwrap_or_else(|| options.get_host().to_owned());
    let database = options.get_database().unwrap_or(options.get_username());
    let wanted =
        format!("dbname={} host={} port={}", quoted(database), quoted(&host), options.get_port());
    format!("\\connect -reuse-previous=on {}", quoted(&wanted))
}

/// Says what isn't as it is configured, once in a database: what concerns the role is the same for all
/// its schemas.
fn tell(
    found: &Bootstrapped,
    on: &ServiceOn<'_>,
    told: &mut BTreeSet<(String, String)>,
    output: &Output,
) {
    let left = found.differences.iter().map(|one| format!("left as it is: {one}"));
    for said in left.chain(found.lacks.iter().map(|one| format!("missing: {one}"))) {
        if told.insert((on.target.place(), said.clone())) {
            output.say(&said);
        }
    }
}

fn named(on: &ServiceOn<'_>) -> String {
    format!("`{}` in schema `{}`", on.service.role.as_str(), on.service.schema.as_str())
}
