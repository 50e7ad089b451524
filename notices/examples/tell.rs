//! Tells a citizen who does not exist what is in a file, for judges that are not ours: `tell SETTINGS SAYINGS FOLDER WEBHOOK`.
//!
//! `SETTINGS` are those of notices; `SAYINGS` is a JSON array of objects with `id`, `subject`, `text`, `language` and `link`;
//! `FOLDER` is where the store goes, and `WEBHOOK` is registered first. Everything is tried now, and what failed once more
//! when it is due. Prints, as JSON, the secret of the webhook and the citizen's list.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use clock::{Clock, SystemClock, Timestamp};
use notices::{
    Account, Carrier, Choice, Contact, Contacts, Courier, Link, Notice, NoticeId, Notices, Page, Proof, Settings,
    SmsGateway, Smtp, Templates, Ways, Webhooks,
};
use serde_json::{Value, json};
use storage::{Keyspace, Store};
use texts::{Argument, Catalogue, Language};

type Failure = Box<dyn std::error::Error>;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [settings, sayings, folder, webhook] = arguments.as_slice() else {
        return Err("usage: tell SETTINGS SAYINGS FOLDER WEBHOOK".into());
    };
    let settings: Settings = toml::from_str(&std::fs::read_to_string(settings)?)?;
    settings.check()?;
    let sayings: Vec<Value> = serde_json::from_str(&std::fs::read_to_string(sayings)?)?;
    let store = Store::open(Path::new(folder).join("store"))?;
    let templates = Templates::new(Catalogue::read(&[(Language::Spanish, "")])?)?;
    let notices = Notices::new(store.clone(), Keyspace::new("notices"), templates);
    let (ana, now) = (Account::new("ana")?, SystemClock.now());
    let webhooks = Webhooks::new(&settings.webhooks.clone().unwrap_or_default(), notices::system_trust()?);
    let webhook = webhooks.register(webhook, now).await?;
    let secret = webhook.address.secret().expose().to_owned();

    let mut transaction = store.begin()?;
    let contacts = Contacts {
        language: None,
        email: Some(proven("ana@correo.example".parse()?)),
        telephone: Some(proven("71234567".parse()?)),
        webhook: Some(webhook),
    };
    notices.set_contacts(&mut transaction, &ana, &contacts);
    for saying in &sayings {
        notices.tell(&mut transaction, &notice(saying, &ana, now)?)?;
    }
    transaction.commit().await?;

    let mut courier = Courier::new(notices.clone(), ways(&settings, webhooks)?, &settings.site);
    courier.step(now).await?;
    courier.step(now + Duration::from_secs(60)).await?;
    let listed = notices.list(&ana, &Page { after: None, size: 100 })?;
    let listed: Vec<Value> = listed
        .iter()
        .map(|notice| {
            let deliveries = notice.deliveries.iter().map(|way| format!("{}: {:?}", way.channel.name(), way.outcome));
            json!({"id": notice.id.as_str(), "deliveries": deliveries.collect::<Vec<_>>()})
        })
        .collect();
    println!("{}", json!({"secret": secret, "notices": listed}));
    store.close().await;
    Ok(())
}

fn notice(saying: &Value, account: &Account, now: Timestamp) -> Result<Notice, Failure> {
    let text = |name: &str| saying[name].as_str().unwrap_or_default().to_owned();
    Ok(Notice {
        id: NoticeId::new(text("id"))?,
        account: account.clone(),
        template: "plain".to_owned(),
        arguments: vec![Argument::text("subject", text("subject")), Argument::text("text", text("text"))],
        language: Language::of(&text("language")),
        said_by: "Servicio de Impuestos".to_owned(),
        time: now,
        link: saying["link"].as_str().map(Link::path).transpose()?,
    })
}

fn ways(settings: &Settings, webhooks: Webhooks) -> Result<Ways, Failure> {
    let email = settings.smtp.as_ref().map(Smtp::new).transpose()?;
    let sms = match &settings.sms {
        Some(sms) => Some(SmsGateway::new(sms, notices::system_trust()?)?),
        None => None,
    };
    Ok(Ways {
        email: email.map(|smtp| Arc::new(smtp) as Arc<dyn Carrier>),
        sms: sms.map(|sms| Arc::new(sms) as Arc<dyn Carrier>),
        webhook: Some(Arc::new(webhooks)),
    })
}

fn proven<A>(address: A) -> Contact<A> {
    Contact { address, proof: Proof::Given, choice: Choice::On }
}
