//! The text of a new `migrate.toml`: every key with its help, commented out.

use clap::CommandFactory;

use super::environment::Line;
use super::keys::EXAMPLES;

/// A configuration in which everything is commented out.
pub(crate) fn template() -> String {
    let mut text = String::from(
        "# What `migrate` is to know. A flag `--key` and a variable `MIGRATE_KEY` are stronger.\n\
         # `${NAME}` and `${NAME:-default}` stand for variables, `${NAME:url}` for one as a part of\n\
         # a URL, `$${` for the signs themselves.\n",
    );
    let command = Line::command();
    let mut heading = None;
    for argument in command.get_arguments() {
        let (Some(key), Some(help)) = (argument.get_long(), argument.get_help()) else { continue };
        let Some(example) = EXAMPLES.iter().find(|(known, _)| *known == key) else { continue };
        if argument.get_help_heading() != heading {
            heading = argument.get_help_heading();
            text += &format!("\n## {}\n", heading.unwrap_or_default());
        }
        text += &format!("\n# {help}\n# {key} = {}\n", example.1);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::environment::known;

    #[test]
    fn the_template_explains_every_key() {
        let text = template();
        for key in known() {
            assert!(text.contains(&format!("\n# {key} = ")), "{key}");
        }
    }

    #[test]
    fn the_template_is_a_configuration_when_everything_in_it_is_used() {
        let keys = template()
            .lines()
            .filter_map(|line| {
                let line = line.strip_prefix("# ")?;
                let (key, _) = line.split_once(" = ")?;
                known().iter().any(|known| known == key).then(|| format!("{line}\n"))
            })
            .collect::<String>();
        let config: crate::Config = toml::from_str(&keys).expect("it is a configuration");
        assert_eq!(config.history_table.as_deref(), Some("migrate_history"));
    }
}
