//! `migrate config`.

use comfy_table::{Table, presets};
use serde_json::json;

use crate::args::ConfigArgs;
use crate::config::{Layers, template};
use crate::exit;
use crate::output::Output;

pub(crate) fn run(layers: &Layers, args: &ConfigArgs, output: &Output) -> anyhow::Result<u8> {
    if args.all {
        output.data(&template());
        return Ok(exit::FINE);
    }
    if args.json {
        let keys: serde_json::Map<_, _> = layers
            .shown()
            .map(|(key, value, origin)| {
                (key.to_owned(), json!({ "value": value, "from": origin.to_string() }))
            })
            .collect();
        output.data(&serde_json::to_string_pretty(&keys)?);
        return Ok(exit::FINE);
    }
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    for (key, value, origin) in layers.shown() {
        table.add_row([key.to_owned(), value.to_string(), origin.to_string()]);
    }
    if table.is_empty() {
        output.say("nothing is configured; every key has its usual value, as `migrate config --all` explains them");
    } else {
        output.data(&table.trim_fmt());
    }
    Ok(exit::FINE)
}
