// Signing up, in and out, and the account.
import { check, demand, same } from "./report.mjs";
import { App, Device } from "./people.mjs";
import { Visit } from "./visit.mjs";

const PASSKEY = "form[data-passkey=use] button";

export async function identity(site) {
  const { issuer, juana } = site;
  const visit = await Visit.of(site);
  site.hers = visit;

  await check("an activation link fills its code in, and takes it out of the address", async () => {
    await visit.go(juana.link);
    await visit.picture("enrol");
    demand((await visit.page.locator("[name=enrolment]").inputValue()).length >= 16, "the code is not filled in");
    same(new URL(visit.page.url()).hash, "", "the address");
    await visit.press("form[data-enrolment] button");
    demand((await visit.text()).includes("Juana Quispe"), "she is not named");
  });
  await check("a password that is too short is refused, and the error is accessible", async () => {
    const secret = await visit.text('form[action="/enrol/password"] code');
    juana.app = new App(secret);
    await visit.picture("enrol-choices");
    await visit.fill("password", "corta");
    await visit.fill("again", "corta");
    await visit.fill("code", await juana.app.next());
    same(await visit.press('form[action="/enrol/password"] button'), 422, "the status");
    await visit.errorAt("password");
    same(await visit.text('form[action="/enrol/password"] code'), secret, "the key of the app, which she has typed already");
  });
  await check("a citizen signs up with a password and an app, and gets recovery codes", async () => {
    await visit.fill("password", juana.password);
    await visit.fill("again", juana.password);
    juana.app.last = 0;
    await visit.fill("code", await juana.app.next());
    await visit.press('form[action="/enrol/password"] button');
    juana.recovery = await visit.page.locator("#codes code").allInnerTexts();
    same(new Set(juana.recovery).size, 10, "recovery codes");
    await visit.press("main a.button");
    visit.at(issuer, "/account");
    await visit.picture("account");
  });
  await check("an activation link is good once", async () => {
    const other = await Visit.of(site, { language: "en" });
    await other.go(juana.link);
    same(await other.press("form[data-enrolment] button"), 422, "the status");
    await other.errorAt("enrolment");
    await other.close();
  });
  await check("she signs out, and the account is closed", async () => {
    await visit.press('form[action="/account/sign-out"] button');
    await visit.go(`${issuer}/account`);
    visit.at(issuer, "/sign-in");
  });
  await check("a wrong password is refused, and the error is accessible", async () => {
    same(await juana.password_step(visit, "otra frase que no es"), 422, "the status");
    await visit.errorAt("password");
    await visit.picture("sign-in-wrong");
    same(await visit.page.locator("[name=number]").inputValue(), juana.number, "the number that she typed");
    same(await visit.page.locator("[name=password]").inputValue(), "", "the password");
  });
  await check("nobody learns whether a document has an account", async () => {
    const said = await visit.text("#error-summary");
    await visit.fill("number", "9999999");
    await visit.fill("password", juana.password);
    await visit.press('form[action="/sign-in"] button');
    same(await visit.text("#error-summary"), said, "what is said of a document without an account");
  });
  await check("a wrong code is refused, and the error is accessible; the right one signs in", async () => {
    await visit.go(`${issuer}/account`);
    await visit.picture("sign-in");
    await juana.password_step(visit);
    await visit.picture("second-step");
    same(await juana.code_step(visit, "000000"), 422, "the status");
    await visit.errorAt("code");
    await juana.code_step(visit, await juana.app.next());
    visit.at(issuer, "/account");
  });
  await check("a code of the app is good once; a recovery code takes its place", async () => {
    await visit.press('form[action="/account/sign-out"] button');
    await visit.press("main a.button");
    await juana.password_step(visit);
    same(await juana.code_step(visit, juana.app.used), 422, "the status");
    await visit.errorAt("code");
    await juana.code_step(visit, juana.recovery[0]);
    visit.at(issuer, "/account");
  });
  await check("a recovery code is good once", async () => {
    const other = await Visit.of(site, { scripts: false, language: "en" });
    await other.go(`${issuer}/account`);
    await juana.password_step(other);
    same(await juana.code_step(other, juana.recovery[0]), 422, "the status");
    await other.errorAt("code");
    await juana.code_step(other, juana.recovery[1].toLowerCase());
    other.at(issuer, "/account");
    demand((await other.text()).includes(": 8"), "eight codes are left");
    site.withoutScripts = other;
  });
  await check("her account says where she is signed in and who signed in as her, and ends a session", async () => {
    await visit.go(`${issuer}/account/history`);
    await visit.picture("history");
    const rows = await visit.page.locator("tbody tr").count();
    demand(rows >= 6, `${rows} lines of history`);
    await visit.go(`${issuer}/account/sessions`);
    await visit.picture("sessions");
    same(await visit.page.locator("tbody tr").count(), 2, "sessions");
    await visit.press("tbody form button");
    same(await visit.page.locator("tbody tr").count(), 1, "sessions that are left");
    await site.withoutScripts.go(`${issuer}/account`);
    site.withoutScripts.at(issuer, "/sign-in");
  });
  await check("she is told of what was done to her account", async () => {
    await visit.go(`${issuer}/account/notices`);
    await visit.picture("notices");
    demand(await visit.page.locator("main time").count() >= 3, `she was told of too little: ${await visit.text()}`);
  });
  await check("every page of the account is there in both languages", async () => {
    const pages = ["/account", "/account/sessions", "/account/history", "/account/notices", "/account/consents", "/account/password", "/account/authenticator",
      "/account/passkeys", "/account/recovery-codes"];
    for (const language of ["en", "es"]) {
      await visit.go(`${issuer}/account`);
      await visit.press(`footer a[hreflang=${language}]`);
      for (const page of pages) {
        same(await visit.go(issuer + page), 200, page);
        same(await visit.page.locator("html").getAttribute("lang"), language, `the language of ${page}`);
      }
    }
  });
  await check("she adds a passkey; one of a device that does not know her is refused", async () => {
    await visit.go(`${issuer}/account/passkeys`);
    site.device = await Device.of(visit);
    await site.device.knows_her(false);
    await visit.page.locator("form[data-passkey=create] button").click();
    await visit.page.locator("form[data-passkey=create] [data-problem]").waitFor({ state: "visible" });
    await visit.arrived();
    await site.device.knows_her(true);
    await visit.press("form[data-passkey=create] button");
    await visit.picture("passkeys");
    same(await site.device.passkeys(), 1, "passkeys of the device");
    same(await visit.page.locator('form[action="/account/passkeys/remove"]').count(), 1, "passkeys of the account");
  });
  await check("she signs in with the passkey alone", async () => {
    await visit.go(`${issuer}/account`);
    await visit.press('form[action="/account/sign-out"] button');
    await visit.go(`${issuer}/account`);
    demand(await visit.page.locator(PASSKEY).isVisible(), "the button is not shown");
    await visit.press(PASSKEY);
    visit.at(issuer, "/account");
  });
  await check("without JavaScript no passkey is offered, and it is said why", async () => {
    const other = site.withoutScripts;
    await juana.signs_in(other);
    other.at(issuer, "/account");
    await other.go(`${issuer}/account/passkeys`);
    demand(!(await other.page.locator("form[data-passkey=create]").isVisible()), "the form is shown");
    demand(await other.page.locator("noscript p").count() > 0 || (await other.text()).includes("JavaScript"), "it is not said why");
  });
}

/** Whoever moderates signs up with a passkey and nothing else. */
export async function moderator(site) {
  await check("somebody signs up with a passkey alone", async () => {
    const visit = await Visit.of(site, { language: "en" });
    site.moderators = visit;
    await Device.of(visit);
    await visit.go(site.beto.link);
    await visit.press("form[data-enrolment] button");
    await visit.press("form[data-passkey=create] button");
    await visit.press("main a.button");
    visit.at(site.issuer, "/account");
    demand((await visit.text()).includes("Beto Choque"), "he is not named");
  });
}
