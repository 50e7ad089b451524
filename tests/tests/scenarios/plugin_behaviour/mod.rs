//! The plugins' own behaviour suites, run against their components in the real host.
//!
//! Natively the same functions run against the harness of the SDK; here the components run that `scripts/plugins` built.

mod built;
mod components;

use components::Components;
use sdk::harness::Behaviour;

fn run(suite: &[Behaviour]) {
    for (name, test) in suite {
        println!("{name}");
        test(&mut Components::new());
    }
}

#[test]
fn the_component_of_the_register_behaves() {
    run(register::behaviour::SUITE);
}

#[test]
fn the_component_of_the_cases_behaves() {
    run(cases::behaviour::SUITE);
}

#[test]
fn the_javascript_twin_of_the_register_behaves_like_it() {
    for (name, test) in register::behaviour::SUITE {
        println!("{name}");
        test(&mut Components::with_twin("register", "register-js"));
    }
}
