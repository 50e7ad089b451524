//! One file for each use.

mod administrator;
mod bench;
mod citizen;
mod completions;
mod configuration;
mod demo;
mod explain;
mod health;
mod keys;
mod log;
mod manual;
mod open_api;
mod plugin;
mod plugin_agenda;
mod plugin_build;
mod plugin_change;
mod plugin_contract;
mod plugin_dev;
mod plugin_install;
mod plugin_list;
mod plugin_new;
mod plugin_replay;
mod plugin_run;
mod plugin_sign;
mod plugin_test;
mod plugin_try;
mod registration;
mod registry;
mod requests;
mod servers;
mod storage;
mod upgrade;
mod verify;

use crate::Exit;
use crate::arguments::{Command, Server};
use admin::Client;
use anyhow::{Result, ensure};
use std::path::Path;

/// Runs a subcommand to its end.
///
/// # Errors
/// When it cannot do what it was asked.
pub(crate) async fn run(command: Command) -> Result<Exit> {
    match command {
        Command::Demo(asked) => demo::run(asked).await,
        Command::SecurityServer(asked) => servers::security_server(asked).await,
        Command::CentralRegistry(asked) => servers::central_registry(asked).await,
        Command::TrustServices(asked) => servers::trust_services(asked).await,
        Command::Verify(asked) => verify::run(asked).await,
        Command::Plan(asked) => configuration::plan(asked).await,
        Command::Apply(asked) => configuration::apply(asked).await,
        Command::Configuration(asked) => configuration::show(asked).await,
        Command::History(asked) => configuration::history(asked).await,
        Command::Diff(asked) => configuration::diff(asked).await,
        Command::Register(asked) => registration::register(asked).await,
        Command::Maintenance(asked) => registration::maintenance(asked).await,
        Command::Requests(asked) => requests::run(asked).await,
        Command::Registry(asked) => registry::run(asked.what).await,
        Command::Keys(asked) => keys::run(asked.what).await,
        Command::Explain(asked) => explain::run(asked).await,
        Command::OpenApi(asked) => open_api::run(asked).await,
        Command::Log(asked) => log::run(asked).await,
        Command::Administrator(asked) => administrator::run(asked).await,
        Command::ApiKey(asked) => administrator::api_key(asked).await,
        Command::Audit(asked) => administrator::audit(asked).await,
        Command::Citizen(asked) => citizen::run(asked.what).await,
        Command::Plugin(asked) => plugin::run(asked.what).await,
        Command::PluginCompile => Ok(plugin::compile()),
        Command::SignerProcess => Ok(keys::serve_signer()),
        Command::Storage(asked) => storage::run(asked).await,
        Command::Upgrade(asked) => upgrade::check(asked).await,
        Command::Status(asked) => health::status(asked).await,
        Command::Doctor(asked) => health::doctor(asked).await,
        Command::Bench(asked) => bench::run(asked).await,
        Command::BenchProxy(asked) => bench::proxy(asked).await,
        Command::Completions { shell } => Ok(completions::write(shell)),
        Command::Manual { folder } => manual::write(&folder),
    }
}

/// Does the work of a process that compiles one component.
pub(crate) fn compile_plugin() -> std::process::ExitCode {
    code_of(plugin::compile())
}

/// Does the work of a process that loads a PKCS#11 module.
pub(crate) fn serve_signer() -> std::process::ExitCode {
    code_of(keys::serve_signer())
}

fn code_of(exit: Exit) -> std::process::ExitCode {
    match exit {
        Exit::Success => std::process::ExitCode::SUCCESS,
        Exit::Failure | Exit::Partly => std::process::ExitCode::FAILURE,
    }
}

/// The administrator's way to a running server.
fn client(server: &Server) -> Client {
    client_of(&server.data)
}

/// The operator's way to a running registry.
fn client_of_registry(folder: &Path) -> Result<Client> {
    refuse_folder_with(security_server::Settings::FILE, folder, "a security server", "the registry")?;
    Ok(client_of(folder))
}

/// The administrator's way to a running security server.
fn client_of_security_server(server: &Server) -> Result<Client> {
    refuse_folder_with(central_registry::Settings::FILE, &server.data, "a central registry", "a security server")?;
    Ok(client(server))
}

/// A folder with these settings is that of `other`, which is not asked this.
fn refuse_folder_with(settings: &str, folder: &Path, other: &str, asked: &str) -> Result<()> {
    ensure!(
        !folder.join(settings).exists(),
        "{} is the data folder of {other}, and this is asked of {asked}: name its data folder",
        folder.display()
    );
    Ok(())
}

/// The servers' folders tell which kind of server they are for: so does the command to start it.
fn client_of(folder: &Path) -> Client {
    let client = Client::of(folder);
    if folder.join(central_registry::Settings::FILE).exists() {
        return client.with_start_command(format!("chakana central-registry --data {}", folder.display()));
    }
    client
}
