//! Pages that anybody may have: they are asked of a plugin once, until something is written where it read.

use plugin_host::{Caller, Citizen, Field, Principal, web};
use serde_json::json;
use std::time::Duration;

use crate::support::{World, caller};

const FOR_ALL: &str = "public, max-age=60";

/// Looks at a page that shows what is under `a`; gives what it shows, and how old that is said to be.
async fn look(world: &World, who: Principal, cache_control: &str) -> (String, Option<String>) {
    let field = |name: &str, value: String| Field { name: name.to_owned(), value };
    let mut request = web::Request::of(web::Method::Get, "/");
    request.query =
        vec![field("script", json!([{ "get": "a" }]).to_string()), field("cache-control", cache_control.to_owned())];
    let plugin = world.host.loaded().remove(0);
    let caller = Caller { principal: who, ..caller() };
    let answer = world.host.call_web(&plugin, caller, request, None).await.expect("an answer");
    let web::Answer::Response(response) = answer else { panic!("{answer:?}") };
    let web::Content::Json(shown) = response.content else { panic!("{:?}", response.content) };
    (shown, response.headers.into_iter().find(|header| header.name == "age").map(|header| header.value))
}

fn kept(world: &World) -> u64 {
    world.host.loaded().remove(0).vitals().kept.value()
}

fn shown(text: &str, age: Option<&str>) -> (String, Option<String>) {
    (json!([text]).to_string(), age.map(str::to_owned))
}

async fn world() -> World {
    let world = World::new();
    world.load("probe", "").await.expect("it is loaded");
    world.steps(json!([{ "put": ["a", "1"] }])).await.expect("it is written");
    world
}

#[tokio::test]
async fn a_page_for_all_is_asked_once_and_anew_when_what_it_read_is_written() {
    let world = world().await;
    assert_eq!(look(&world, Principal::Anonymous, FOR_ALL).await, shown("1", None));
    world.advance(Duration::from_secs(5));
    assert_eq!(look(&world, Principal::Anonymous, FOR_ALL).await, shown("1", Some("5")));
    world.steps(json!([{ "put": ["b", "1"] }])).await.unwrap();
    assert_eq!(look(&world, Principal::Anonymous, FOR_ALL).await, shown("1", Some("5")), "it read nothing of that");
    world.steps(json!([{ "put": ["a", "2"] }])).await.unwrap();
    assert_eq!(look(&world, Principal::Anonymous, FOR_ALL).await, shown("2", None));
    assert_eq!(kept(&world), 2);
}

#[tokio::test]
async fn a_page_is_kept_no_longer_than_it_says() {
    let world = world().await;
    look(&world, Principal::Anonymous, FOR_ALL).await;
    world.advance(Duration::from_secs(60));
    assert_eq!(look(&world, Principal::Anonymous, FOR_ALL).await, shown("1", None));
    assert_eq!(kept(&world), 0);
}

#[tokio::test]
async fn a_page_that_does_not_say_so_and_one_of_somebody_who_signed_in_are_asked_each_time() {
    let world = world().await;
    let citizen = || {
        Principal::Citizen(Citizen {
            subject: "ana".to_owned(),
            name: None,
            assurance: plugin_host::Assurance::High,
            represents: None,
        })
    };
    for _ in 0..2 {
        look(&world, Principal::Anonymous, "private, max-age=60").await;
        look(&world, citizen(), FOR_ALL).await;
    }
    assert_eq!(kept(&world), 0);
    look(&world, Principal::Anonymous, FOR_ALL).await;
    look(&world, citizen(), FOR_ALL).await;
    assert_eq!(kept(&world), 0, "what is for all is not for who signed in");
}

#[tokio::test]
async fn a_version_that_takes_the_place_of_another_is_asked_itself() {
    let world = world().await;
    look(&world, Principal::Anonymous, FOR_ALL).await;
    world.load("probe", "").await.unwrap();
    look(&world, Principal::Anonymous, FOR_ALL).await;
    assert_eq!(kept(&world), 0);
}
