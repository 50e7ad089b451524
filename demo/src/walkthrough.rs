//! What to try, to copy from the terminal.

use crate::citizens::Shown;
use crate::installation::Installation;
use crate::plugins::{APPLICATIONS, REGISTRATION};
use crate::state::{ARCHIVE, COMPANIES, PERSONS, PORTAL, TAXPAYERS};
use std::path::Path;

/// Prints the walk-through.
pub(crate) fn print(installation: &Installation, binary: &Path, citizens: &Shown) {
    let town = installation.addresses_of("gamlp").clients_http;
    let (binary, folder) = (binary.display(), installation.folder().display());
    println!(
        r#"
A small state runs on this machine: four entities with a security server each, six more at theirs, the central registry, and trust services.
Its data folders are in {folder}. Ctrl-C stops it; started again, it continues.

 1. A first signed call: the municipality asks the identity register for a person.

    curl -i -H 'X-Road-Client: {PORTAL}' -H 'X-Road-Id: mi-primera-llamada' http://{town}/r1/{PERSONS}/personas/1234567

    Others to ask: /r1/{TAXPAYERS}/contribuyentes/1023456021
                   /r1/{COMPANIES}/empresas/00123456
                   /r1/{ARCHIVE}/gaceta.bin   (50 MB)
    Refused, because nobody gave the right: /r1/{PERSONS}/otra-cosa

 2. Fetch its evidence: the request that the municipality signed, and the answer that the identity register signed.

    curl -o respuesta.asice 'http://{town}/asic?xRoadInstance=BO&memberClass=MUN&memberCode=2001&subsystemCode=tramites&queryId=mi-primera-llamada&responseOnly'
    curl -o confianza.zip http://{town}/verificationconf

 3. Verify it, offline:

    {binary} verify respuesta.asice --trust confianza.zip --anchor {folder}/gamlp/root.json

 4. Or trust nobody's program, and verify it with openssl:

    unzip -o -d respuesta respuesta.asice
    openssl cms -verify -cades -inform DER -in respuesta/META-INF/signature001.p7s -content respuesta/META-INF/ASiCManifest001.xml \
      -binary -CAfile {folder}/trust-services/root.pem -out /dev/null
    openssl dgst -sha512 -binary respuesta/body.bin | base64 -w0; grep -A2 body.bin respuesta/META-INF/ASiCManifest001.xml
    openssl ts -verify -in respuesta/META-INF/checkpoint.tst -token_in -data respuesta/META-INF/checkpoint.txt \
      -CAfile {folder}/trust-services/root.pem -untrusted {folder}/trust-services/issuing.pem

 5. As the administrator of the identity register's server:

    {binary} log find --data {folder}/segip
    {binary} log verify --data {folder}/segip
    {binary} explain --data {folder}/segip --client {PORTAL} --service {PERSONS} --method GET --path /personas/1234567
    {binary} doctor --data {folder}/segip

    The same in a browser, with a password and an authenticator app; what is done there is in the server's log:

    {binary} administrator add ana --role registration --role services --role security --role system --data {folder}/segip
    https://localhost:{administration}/enrol
    {binary} audit --data {folder}/segip
"#,
        administration = installation.addresses_of("segip").administration.map_or(0, |address| address.port()),
    );
    print_pages(&folder.to_string(), citizens);
    print_portal(&town.to_string(), citizens);
    for (document, link) in &citizens.people {
        println!("    {document} sets a password with an authenticator app, or a passkey, at\n      {link}");
    }
}

/// What there is for people to look at.
fn print_pages(folder: &str, citizens: &Shown) {
    let pages = &citizens.pages;
    println!(
        r#" 6. As a citizen, in a browser that trusts {folder}/trust-services/root.pem, or is told to go on: services, a guestbook, and a page that verifies evidence.
    CI 2345678 can register there: Tomás Vaca Suárez, born on 30/11/1975, with a card of 15/3/2021.

    {pages}
"#
    );
}

/// What there is to try at the portals.
fn print_portal(town: &str, citizens: &Shown) {
    let Shown { portal, office, .. } = citizens;
    println!(
        r#" 7. The state's portal has what ten entities do for people; the municipality's has the procedures that are done online, and an office that decides them.
    CI 7654321 does all kinds of work at that office; CI 5678901 and CI 6789012 are colleagues, who also judge what competes for funds.

    {portal}
    {office}

    Information systems file for citizens there, in the portal's words and in those of GovStack's registration building block:

    curl -H 'X-Road-Client: {PORTAL}' http://{town}/r1/{APPLICATIONS}/procedures
    curl -H 'X-Road-Client: {PORTAL}' http://{town}/r1/{REGISTRATION}/services
"#
    );
}
