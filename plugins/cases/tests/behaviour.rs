//! The cases' behaviour as plain Rust, in good weather and in bad.

use cases::behaviour;
use sdk::harness::{Deliveries, Harness};

fn harness() -> Harness {
    Harness::new().know(cases::PLUGIN).know(register::PLUGIN)
}

#[test]
fn the_cases_behave() {
    for (name, test) in behaviour::SUITE {
        println!("{name}");
        test(&mut harness());
    }
}

#[test]
fn the_cases_behave_when_every_message_arrives_twice() {
    for (name, test) in behaviour::SUITE {
        println!("{name}");
        let mut harness = harness();
        harness.deliver_messages(Deliveries::Repeated);
        test(&mut harness);
    }
}

#[test]
fn the_cases_behave_in_whatever_order_things_arrive() {
    for seed in 0..20 {
        for (name, test) in behaviour::SUITE {
            println!("{name} {seed}");
            let mut harness = harness();
            harness.shuffle(seed);
            test(&mut harness);
        }
    }
}

#[test]
fn the_cases_behave_when_they_lose_conflicts() {
    for (name, test) in behaviour::SUITE {
        println!("{name}");
        let mut harness = harness();
        harness.conflict("cases", 4);
        harness.conflict("register", 2);
        test(&mut harness);
    }
}
