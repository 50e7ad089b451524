//! Whatever people do with their forms, and however it is interleaved: what is submitted takes place once, and whoever sends it
//! again reads the first answer.
//!
//! Each interleaving is a browser with some tabs, in which by chance forms are opened, submitted twice at once, sent again with
//! the same or other contents, and reloaded; answers are lost, others write to the same keys meanwhile, and the server is
//! restarted. `CHAKANA_INTERLEAVINGS` says how many (1,000), `CHAKANA_INTERLEAVINGS_SEED` which: it is printed.
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]

mod form;
mod server;
mod steps;

use server::Server;
use steps::Interleaving;
use tests::chance::Chance;

/// Each has a server of its own: so many cores are used, and more restarts are survived.
const LANES: u64 = 4;
const USUAL: u64 = 1_000;

#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_is_submitted_takes_place_twice_however_it_is_interleaved() {
    let all = number("CHAKANA_INTERLEAVINGS").unwrap_or(USUAL);
    let seed = number("CHAKANA_INTERLEAVINGS_SEED").unwrap_or_else(|| uuid::Uuid::new_v4().as_u64_pair().0);
    println!("CHAKANA_INTERLEAVINGS={all} CHAKANA_INTERLEAVINGS_SEED={seed}");
    let lanes = (0..LANES).map(|lane| {
        let of_lane = all / LANES + u64::from(lane < all % LANES);
        tokio::spawn(lane_of(Chance::of(seed ^ lane), of_lane, format!("seed {seed}, lane {lane}")))
    });
    let mut seen = steps::Seen::default();
    for lane in lanes.collect::<Vec<_>>() {
        seen.add(&lane.await.unwrap());
    }
    println!("{seen:?}");
    // Nothing of this is left out by chance when there are many.
    assert!(all < USUAL || seen.has_everything(), "{seen:?}");
}

/// One interleaving after the other; after each, there are as many effects as submissions that were accepted.
async fn lane_of(mut chance: Chance, interleavings: u64, which: String) -> steps::Seen {
    let (mut server, mut seen, mut effects) = (Server::open().await, steps::Seen::default(), 0);
    for number in 0..interleavings {
        let which = format!("{which}, interleaving {number}");
        let mut interleaving = Interleaving::begin(&server, which.clone());
        for _ in 0..2 + chance.below(5) {
            interleaving.step(&mut server, &mut chance, &mut seen).await;
        }
        effects += interleaving.settle(&server).await;
        assert_eq!(server.effects().await, effects, "{which}");
    }
    server.close().await;
    seen
}

#[allow(clippy::disallowed_methods, reason = "a test is configured by its environment")]
fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok().map(|number| number.parse().expect("a number"))
}
