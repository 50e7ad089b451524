//! The manual pages, one for each command, written from what the command line says of itself.

use crate::Exit;
use crate::arguments::Arguments;
use anyhow::{Context as _, Result};
use clap::CommandFactory as _;
use clap_mangen::Man;
use std::fs;
use std::io::{self, Write};
use std::path::Path;

pub(super) fn write(folder: &Path) -> Result<Exit> {
    fs::create_dir_all(folder).with_context(|| format!("failed to make {}", folder.display()))?;
    let mut pages = Vec::new();
    collect(&built(), &mut pages).context("the pages could not be written to memory")?;
    for (name, page) in &pages {
        let path = folder.join(name);
        fs::write(&path, page).with_context(|| format!("failed to write {}", path.display()))?;
    }
    println!("Wrote {} manual pages to {}.", pages.len(), folder.display());
    Ok(Exit::Success)
}

/// With the names by which each command is called: `chakana-plugin-install`.
fn built() -> clap::Command {
    let mut command = Arguments::command().disable_help_subcommand(true);
    command.build();
    command
}

/// The page of a command and of those below it, each with the name of its file.
fn collect(command: &clap::Command, pages: &mut Vec<(String, Vec<u8>)>) -> io::Result<()> {
    for below in command.get_subcommands().filter(|command| !command.is_hide_set()) {
        collect(below, pages)?;
    }
    let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
    let has_commands = command.has_subcommands();
    let man = Man::new(command.clone());
    let mut page = Vec::new();
    // Without a date, so that the same program always writes the same page.
    let title = man.get_filename();
    let title = title.strip_suffix(".1").unwrap_or(&title);
    writeln!(page, ".TH \"{title}\" 1 \"\" \"chakana {}\" Chakana", env!("CARGO_PKG_VERSION"))?;
    man.render_name_section(&mut page)?;
    man.render_synopsis_section(&mut page)?;
    man.render_description_section(&mut page)?;
    man.render_options_section(&mut page)?;
    if has_commands {
        man.render_subcommands_section(&mut page)?;
    }
    after(&help, &mut page)?;
    pages.push((man.get_filename(), page));
    Ok(())
}

/// What stands after the help of a command: its examples as they are typed, then what its exit codes say.
fn after(help: &str, page: &mut impl Write) -> io::Result<()> {
    let (examples, codes) = help.split_once(EXIT_CODES).map_or((help, None), |(before, codes)| (before, Some(codes)));
    let mut lines = examples.lines().filter(|line| line.starts_with(' ')).peekable();
    if lines.peek().is_some() {
        writeln!(page, ".SH EXAMPLES\n.nf")?;
        lines.try_for_each(|line| writeln!(page, "{}", literal(line.trim_start())))?;
        writeln!(page, ".fi")?;
    }
    if let Some(codes) = codes {
        writeln!(page, ".SH EXIT STATUS\n{}", literal(codes.trim()))?;
    }
    Ok(())
}

/// Text in which roff finds nothing to do.
fn literal(text: &str) -> String {
    let escaped = text.replace('\\', "\\e").replace('-', "\\-").replace('\'', "\\(aq");
    if escaped.starts_with('.') { format!("\\&{escaped}") } else { escaped }
}

const EXIT_CODES: &str = "Exit codes:";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_has_a_page_with_its_examples() {
        let mut pages = Vec::new();
        collect(&built(), &mut pages).unwrap();
        for wanted in
            ["chakana.1", "chakana-security-server.1", "chakana-plugin-install.1", "chakana-registry-root-sign.1"]
        {
            let page = pages.iter().find(|(name, _)| name == wanted);
            let page = String::from_utf8(page.unwrap_or_else(|| panic!("no page {wanted}")).1.clone()).unwrap();
            assert!(page.contains(".SH SYNOPSIS") && page.contains(".SH EXAMPLES"), "{page}");
        }
        assert!(pages.iter().all(|(name, _)| name != "chakana-plugin-compile.1"), "what is hidden has no page");
    }

    #[test]
    fn examples_stand_as_they_are_typed() {
        let mut page = Vec::new();
        after("EXAMPLE:\n    chakana x --a 'b\\c' .d\n    .e\n\nExit codes: 0 done, 1 not.", &mut page).unwrap();
        let page = String::from_utf8(page).unwrap();
        let expected =
            ".SH EXAMPLES\n.nf\nchakana x \\-\\-a \\(aqb\\ec\\(aq .d\n\\&.e\n.fi\n.SH EXIT STATUS\n0 done, 1 not.\n";
        assert_eq!(page, expected);
    }
}
