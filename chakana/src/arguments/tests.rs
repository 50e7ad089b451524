//! Every command shows how it is used, and what it shows can be said.

use super::*;
use clap::CommandFactory as _;

fn check(command: &clap::Command, path: &str) {
    let path = format!("{path} {}", command.get_name());
    let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
    assert!(help.contains("EXAMPLE") || command.is_hide_set(), "{path} has no example");
    // The examples of `log` stand together, in its own help.
    if command.get_name() != "log" {
        command.get_subcommands().for_each(|command| check(command, &path));
    }
}

#[test]
fn every_command_has_an_example() {
    let command = Arguments::command();
    command.clone().debug_assert();
    check(&command, "");
}

#[test]
fn every_example_can_be_parsed() {
    fn examples(command: &clap::Command, found: &mut Vec<String>) {
        let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
        let lines = help.lines().map(str::trim).filter(|line| line.starts_with("chakana "));
        found.extend(lines.map(|line| line.split("    (").next().unwrap_or_default().to_owned()));
        command.get_subcommands().for_each(|command| examples(command, found));
    }
    let mut found = Vec::new();
    examples(&Arguments::command(), &mut found);
    for example in found {
        let words = words(example.split(" > ").next().unwrap_or_default());
        if let Err(error) = Arguments::try_parse_from(words) {
            assert_eq!(error.exit_code(), 0, "{example}: {error}");
        }
    }
}

/// As a shell takes them apart.
fn words(line: &str) -> Vec<String> {
    let parts = line.split('\'').enumerate();
    let words = parts.flat_map(|(number, part)| match number % 2 {
        0 => part.split_whitespace().map(str::to_owned).collect(),
        _ => vec![part.to_owned()],
    });
    words.collect()
}
