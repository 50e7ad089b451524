//! What `chakana plugin-compile` does, for servers that run inside a test.

fn main() -> std::process::ExitCode {
    match plugin_host::compile::run_child(std::io::stdin(), std::io::stdout()) {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("{why}");
            std::process::ExitCode::FAILURE
        }
    }
}
