//! Complete sign-ins in a second: a client's request, password, code of an app, code of the client, its tokens. The cost of
//! Argon2id is taken off, everything is durable, and 16 people sign in at once.

#[path = "../tests/common/mod.rs"]
mod common;

use common::World;
use common::browser::Browser;
use common::client::{code, redeem, request};
use http::StatusCode;
use identity::accounts::Assurance;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

const PEOPLE: usize = 320;
const AT_ONCE: usize = 16;
const ROUNDS: usize = 5;

#[tokio::main]
async fn main() {
    let world = Arc::new(World::new().await);
    let mut people = Vec::with_capacity(PEOPLE);
    for number in 0..PEOPLE {
        let number = format!("{}", 1_000_000 + number);
        let (_, enrolment) = world.account(&number, Assurance::Substantial).await;
        let (secret, _) = Browser::default().enrol(&world, &enrolment).await;
        people.push((number, secret));
    }
    let people = Arc::new(people);
    let mut best = 0.0_f64;
    for _ in 0..ROUNDS {
        // The step before is used up.
        world.pass(90);
        let took = round(&world, &people).await;
        let rate = PEOPLE as f64 / took.as_secs_f64();
        println!("sign_in.per_second {rate:.0}");
        best = best.max(rate);
    }
    println!("sign_in.best_per_second {best:.0}");
}

async fn round(world: &Arc<World>, people: &Arc<Vec<(String, Vec<u8>)>>) -> Duration {
    let (next, began) = (Arc::new(AtomicUsize::new(0)), Instant::now());
    let tasks: Vec<_> = (0..AT_ONCE)
        .map(|_| {
            let (world, people, next) = (world.clone(), people.clone(), next.clone());
            tokio::spawn(async move {
                while let Some((number, secret)) = people.get(next.fetch_add(1, Ordering::Relaxed)) {
                    sign_in(&world, number, secret).await;
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.expect("sign-ins");
    }
    began.elapsed()
}

async fn sign_in(world: &World, number: &str, secret: &[u8]) {
    let mut browser = Browser::default();
    let asked = browser.get(world, &request(&[])).await;
    let page = browser.follow(world, asked).await;
    let step = browser.password(world, &page, number, common::PASSWORD).await;
    let done = browser.post(world, &step, "/sign-in/code", &[("code", &world.code(secret))]).await;
    let back = browser.follow(world, done).await;
    let (status, _) = redeem(world, &code(back.to())).await;
    assert_eq!(status, StatusCode::OK);
}
