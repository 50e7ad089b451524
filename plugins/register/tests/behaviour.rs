//! The register's behaviour as plain Rust.

use register::behaviour;
use sdk::harness::Harness;

#[test]
fn the_register_behaves() {
    for (name, test) in behaviour::SUITE {
        println!("{name}");
        test(&mut Harness::new().know(register::PLUGIN));
    }
}
