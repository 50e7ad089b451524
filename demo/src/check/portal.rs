//! The portal, walked: a citizen finds a procedure and does it, an office decides it, and openssl judges what it signed.

use super::browser::{Browser, Page, Sent};
use super::person::Person;
use super::{Checked, Walk, trusting};
use crate::citizens::{DOCUMENT, DOMAIN, MODERATOR, OFFICE_DOMAIN, Shown};
use crate::openssl;
use anyhow::{Context as _, Result, ensure};
use rustls::ClientConfig;
use std::sync::Arc;

/// The procedure that is walked: one page, a fee before anybody looks at it, and a result that is made by hand.
const PROCEDURE: &str = "certificado-catastral";
const CADASTRAL_CODE: &str = "012-0345-0067-0001";
/// What the office attaches: the least that is a PDF.
const RESULT: &[u8] =
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n\
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n";

/// What the walk goes on with.
struct Portal<'w> {
    walk: &'w Walk<'w>,
    citizen: Person,
    officer: Person,
    /// The municipality's portal.
    office: String,
    number: String,
}

/// Walks the portal, as far as there is an application to go on with.
pub(super) async fn walk(walk: &Walk<'_>, shown: &Shown, checked: &mut Checked) {
    let found = catalogue(walk).await;
    checked.note("people find a procedure, typing errors and all", found);
    let mut portal = match Portal::open(walk, shown).await {
        Ok(portal) => portal,
        Err(error) => return checked.note("two people sign in", Err(error)),
    };
    let applied = portal.apply().await;
    let is_there = applied.is_ok();
    checked.note("a citizen applies, and is not asked for what a register knows", applied);
    if !is_there {
        return;
    }
    checked.note("the fee is paid, by its receipt", portal.pay().await);
    checked.note("the office sends it back with a mark", portal.send_back().await);
    checked.note("she corrects what is marked, and nothing else", portal.correct().await);
    checked.note("the office decides, with the result", portal.decide().await);
    checked.note("openssl on the signed decision", portal.verify().await);
}

async fn catalogue(walk: &Walk<'_>) -> Result<String> {
    let portal = format!("https://portal.{DOMAIN}:{}", port(walk, "segip")?);
    let mut browser = Browser::new(tls(walk)?);
    let found = browser.get(&format!("{portal}/search?q=certifikado%20catastrál")).await?;
    found.says("/procedures/mun-2001/certificado-catastral")?;
    let entry = browser.get(&format!("{portal}/procedures/mun-2001/{PROCEDURE}")).await?;
    entry.says("BO/MUN/2001/tramites")?;
    entry.says(&format!("https://portal.{OFFICE_DOMAIN}:{}/apply/{PROCEDURE}", port(walk, "gamlp")?))?;
    Ok("found at the state's portal, published and signed by the municipality, and done at the municipality's"
        .to_owned())
}

impl<'w> Portal<'w> {
    async fn open(walk: &'w Walk<'w>, shown: &Shown) -> Result<Self> {
        let issuer = port(walk, "segip")?;
        let office = format!("https://portal.{OFFICE_DOMAIN}:{}", port(walk, "gamlp")?);
        let installation = walk.installation;
        let citizen = Person::signed_in(installation, shown, issuer, DOCUMENT, Browser::new(tls(walk)?)).await?;
        let officer = Person::signed_in(installation, shown, issuer, MODERATOR, Browser::new(tls(walk)?)).await?;
        Ok(Self { walk, citizen, officer, office, number: String::new() })
    }

    async fn apply(&mut self) -> Result<String> {
        let begin = format!("{}/apply/{PROCEDURE}", self.office);
        let page = self.citizen.visits(self.walk.installation, &begin).await?;
        page.says("SEGIP")?;
        // What was begun in a walk before is another draft.
        let questions = self.citizen.browser.send(&page, "button", &[]).await?;
        questions.says("Juana")?;
        let text = questions.text()?;
        ensure!(!text.contains("name=\"given_names\""), "she is asked for her name, which the register knows");
        let wrong = [("cadastral_code", "12"), ("purpose", "venta"), ("phone", "71234567")];
        let refused = self.citizen.browser.send(&questions, "name=\"cadastral_code\"", &wrong).await?;
        ensure!(refused.status == 422, "a cadastral code of two figures is taken: {}", refused.status);
        let right = [("cadastral_code", CADASTRAL_CODE), ("purpose", "venta"), ("phone", "71234567")];
        let check = self.citizen.browser.send(&refused, "name=\"cadastral_code\"", &right).await?;
        check.says(CADASTRAL_CODE)?;
        let done = self.citizen.browser.send(&check, "name=\"true\"", &[("true", "yes")]).await?;
        let path = done.address.path().to_owned();
        let number = path.strip_prefix("/applications/").and_then(|rest| rest.strip_suffix("/submitted"));
        self.number = number.with_context(|| format!("{path} is not where something was submitted"))?.to_owned();
        Ok(format!("application {}, with her name from the identity register", self.number))
    }

    async fn pay(&mut self) -> Result<String> {
        let page = self.desk("/pay/0").await?;
        let paid = self.officer.browser.send(&page, "name=\"receipt\"", &[("receipt", "R-0001")]).await?;
        paid.says("R-0001")?;
        Ok("receipt R-0001 is in its history".to_owned())
    }

    async fn send_back(&mut self) -> Result<String> {
        let page = self.desk("").await?;
        let taken = self.officer.browser.send(&page, "certificado/claim", &[]).await?;
        ensure!(taken.status == 200, "it cannot be taken on: {}", taken.status);
        let page = self.desk("/certificado/decide").await?;
        let filled = [
            ("verdict", "send-back"),
            ("reason", "El código no coincide con el plano."),
            ("mark.field.cadastral_code", "Copie el código del plano."),
        ];
        self.officer.browser.send(&page, "name=\"verdict\"", &filled).await?;
        let hers = self.hers("").await?;
        hers.says("Copie el código del plano.")?;
        Ok("the citizen sees what to correct, and why".to_owned())
    }

    async fn correct(&mut self) -> Result<String> {
        let page = self.hers("/correct").await?;
        let text = page.text()?;
        ensure!(!text.contains("name=\"phone\""), "she may change what was not sent back");
        let filled = [("cadastral_code", "012-0345-0067-0002")];
        let sent = self.citizen.browser.send(&page, "name=\"cadastral_code\"", &filled).await?;
        sent.says("012-0345-0067-0002")?;
        Ok("it is back with whoever sent it back".to_owned())
    }

    async fn decide(&mut self) -> Result<String> {
        let page = self.desk("/certificado/decide").await?;
        let approve = [("verdict", "approve"), ("reason", "")];
        let refused = self.officer.browser.send(&page, "name=\"verdict\"", &approve).await?;
        ensure!(refused.status == 422, "it is granted without its result: {}", refused.status);
        let page = self.desk("/certificado/decide").await?;
        let file = Sent { field: "result", name: "certificado.pdf", content_type: "application/pdf", content: RESULT };
        let done = self.officer.browser.send_file(&page, "name=\"verdict\"", &approve, &file).await?;
        ensure!(done.status == 200, "the decision is refused: {}", done.status);
        let hers = self.hers("").await?;
        hers.says("/decision/certificado")?;
        Ok("refused without the result document, taken with it".to_owned())
    }

    async fn verify(&mut self) -> Result<String> {
        let container = self.hers("/decision/certificado").await?;
        let parts = openssl::unpack(&container.body)?;
        ensure!(parts.values().any(|part| part == RESULT), "the decision does not hold the result");
        let scratch = self.walk.kept.join("decision");
        std::fs::create_dir_all(&scratch)?;
        std::fs::write(self.walk.kept.join("decision.asice"), &container.body)?;
        let trust = self.walk.installation.folder_of("trust-services");
        let said = openssl::verify(&container.body, &trust, &scratch).await?;
        Ok(said.join("; "))
    }

    /// A page of the application, as its applicant sees it.
    async fn hers(&mut self, path: &str) -> Result<Page> {
        let address = format!("{}/applications/{}{path}", self.office, self.number);
        let page = self.citizen.visits(self.walk.installation, &address).await?;
        ensure!(page.status == 200, "{address} is answered with {}", page.status);
        Ok(page)
    }

    /// A page of the application, as the office sees it.
    async fn desk(&mut self, path: &str) -> Result<Page> {
        let address = format!("{}/office/{}{path}", self.office, self.number);
        let page = self.officer.visits(self.walk.installation, &address).await?;
        ensure!(page.status == 200, "{address} is answered with {}", page.status);
        Ok(page)
    }
}

fn port(walk: &Walk<'_>, server: &str) -> Result<u16> {
    let address = walk.installation.addresses_of(server).citizens;
    Ok(address.with_context(|| format!("{server} has no pages"))?.port())
}

/// What trusts the small state's certification authority, and nothing else.
fn tls(walk: &Walk<'_>) -> Result<Arc<ClientConfig>> {
    trusting(&walk.installation.folder_of("trust-services").join("root.pem"))
}
