//! A reader of transparency logs built on public crates alone (`signed_note`, `tlog_tiles`): none of our code takes part.
//!
//! Usage: `tlog-reader LEAF PROOF CHECKPOINT`. Exits 0 when the leaf is in the tree of the checkpoint.

fn main() -> std::process::ExitCode {
    let files: Vec<String> = std::env::args().skip(1).collect();
    match tests::tlog_reader::check(&files) {
        Ok(words) => {
            println!("{words}");
            std::process::ExitCode::SUCCESS
        }
        Err(why) => {
            eprintln!("{why}");
            std::process::ExitCode::FAILURE
        }
    }
}
