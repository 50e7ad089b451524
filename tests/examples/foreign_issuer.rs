//! Signs somebody in at a plugin's pages through an issuer that is not ours, and demands that she is known there until she signs
//! out. Usage: `foreign_issuer ISSUER`, an issuer over plain HTTP on this machine whose sign-in form has the field `sub`, and that
//! knows `ana` by the claims of Ciudadanía Digital; see `scripts/judge_sign_in.py`.

use std::collections::BTreeMap;
use std::sync::Arc;

use anyhow::{Context as _, Result, ensure};
use citizens_gateway::{ClientSecret, IssuerSettings, Limits, NoStaff, OverNetwork, SignInParts};
use http::StatusCode;
use listener::client::{Client, ClientTls};
use storage::Keyspace;
use tests::browser::{Browser, Door, location, text, token};
use tests::visitors;

const PAGES: &str = r#"
[web]
routes = ["/"]

[[web.route]]
path = "/who"
access = "citizen"
"#;

#[tokio::main]
async fn main() -> Result<()> {
    let issuer = std::env::args().nth(1).context("usage: foreign_issuer ISSUER")?;
    let folder = tempfile::tempdir()?;
    let (host, store) = visitors::open(folder.path(), PAGES, BTreeMap::new()).await;
    let settings = IssuerSettings {
        url: issuer.clone(),
        client_id: "gateway".to_owned(),
        credentials: ClientSecret::new("secret".to_owned()),
        levels: IssuerSettings::usual_levels(),
        account: None,
    };
    let access = Arc::new(OverNetwork(Client::new(ClientTls::Plain)));
    let keyspace = Keyspace::named("gateway")?;
    let sign_in = SignInParts { store, keyspace, issuer: settings, access, staff: Arc::new(NoStaff) };
    let door = Door::with(host.clone(), Limits::default(), Some(sign_in)).await;

    let mut at_plugin = door.browser("visitors");
    let to_sign_in = at_plugin.get("/who").await;
    let to_issuer = at_plugin.get(location(&to_sign_in)).await;
    let asked = location(&to_issuer).strip_prefix(&issuer).context("she is sent to the issuer")?.to_owned();
    println!("ok  its discovery document is read, and she is sent to it");

    let host_of_issuer = issuer.split_once("//").map_or(issuer.as_str(), |(_, host)| host).to_owned();
    let mut at_issuer = Browser::new(issuer.clone(), host_of_issuer, Client::new(ClientTls::Plain));
    let form = at_issuer.get(&asked).await;
    ensure!(form.status() == StatusCode::OK, "the issuer takes the request: {}", text(&form));
    let back = at_issuer.post(&asked, "sub=ana").await;
    let back = location(&back).split_once("localhost:8443").context("she is sent back")?.1.to_owned();
    let home = at_plugin.get(&back).await;
    ensure!((home.status(), location(&home)) == (StatusCode::SEE_OTHER, "/who"), "{}", text(&home));
    let page = at_plugin.get("/who").await;
    ensure!(text(&page).contains("citizen ana Ana Mamani low"), "{}", text(&page));
    println!("ok  its code, ID token and userinfo are understood, and without a level she is known by her word");
    ensure!(at_plugin.get(&back).await.status() != StatusCode::SEE_OTHER, "a code is used once");
    println!("ok  a code that was used is refused");

    let sealed = token(&page).context("the page has the form that signs out")?;
    let out = at_plugin.post("/-/sign-out", &format!("-form={sealed}")).await;
    let to = location(&out).strip_prefix(&issuer).context("she is led on to the issuer")?.to_owned();
    let ended = at_issuer.get(&to).await;
    ensure!(ended.status().is_success() || ended.status().is_redirection(), "the issuer takes it: {}", text(&ended));
    ensure!(at_plugin.get("/who").await.status() == StatusCode::SEE_OTHER, "she is not known any more");
    println!("ok  who signs out is led on to it, and is not known any more");

    let mut denied = door.browser("visitors");
    let to_sign_in = denied.get("/who").await;
    let to_issuer = denied.get(location(&to_sign_in)).await;
    let asked = location(&to_issuer).strip_prefix(&issuer).context("she is sent to the issuer")?.to_owned();
    let back = at_issuer.post(&asked, "action=deny").await;
    let back = location(&back).split_once("localhost:8443").context("she is sent back")?.1.to_owned();
    let refused = denied.get(&back).await;
    ensure!(refused.status().is_client_error(), "{}: {}", refused.status(), text(&refused));
    println!("ok  who says no there is nobody here");

    door.close().await;
    host.close().await;
    Ok(())
}
