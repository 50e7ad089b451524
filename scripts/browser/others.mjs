// Consent for a relying party that is not ours, the page that verifies evidence, and pages that are not there.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as wait } from "node:timers/promises";
import { createInterface } from "node:readline";
import { check, demand, fail, same } from "./report.mjs";
import { Visit } from "./visit.mjs";

export async function consent(site) {
  const { issuer, party, book, hers } = site;
  const program = spawn(site.python, [site.relyingParty, "--issuer", issuer, "--trust", site.root], { stdio: ["ignore", "pipe", "inherit"] });
  site.started.add(program);
  const ended = once(program, "exit");
  const lines = createInterface({ input: program.stdout });
  const isReady = new Promise((resolve) => lines.on("line", (line) => {
    if (line === "ready") resolve();
    else if (line.startsWith("FAIL")) fail(`a relying party by Authlib: ${line.slice(6)}`, "");
    else console.log(line.replace("ok    ", "ok    a relying party by Authlib: "));
  }));
  await Promise.race([isReady, ended]);

  await check("a citizen is asked for consent, and refuses", async () => {
    await hers.go(`${party}/start`);
    demand((await hers.text()).includes("Banco del Salar"), "it is not said who wants to know");
    await hers.picture("consent");
    await hers.press('button[value="no"]');
    demand((await hers.text("body")).includes("Consent was refused"), await hers.text("body"));
  });
  await check("she gives it, and the relying party gets what it may", async () => {
    await hers.go(`${party}/start`);
    await hers.press('button[value="yes"]');
    // Whoever asks for access while she is away may have to ask again.
    if (await hers.has('button[value="yes"]')) await hers.press('button[value="yes"]');
    demand((await hers.text("body")).includes("Signed in"), await hers.text("body"));
  });
  await check("her account names the relying party, and she withdraws her consent", async () => {
    await hers.go(`${issuer}/account/consents`);
    demand((await hers.text()).includes("Banco del Salar"), "it is not named");
    await hers.picture("consents");
    await hers.press('form[action="/account/consents/withdraw"] button');
    demand(!(await hers.text()).includes("Banco del Salar"), "it is named still");
  });
  await check("a relying party has her sign out everywhere, once she says so", async () => {
    await hers.go(`${book}/`);
    demand(await hers.has('form[action="/-/sign-out"]'), "she is not signed in at the guestbook");
    await hers.go(`${party}/end`);
    if (hers.page.url().startsWith(issuer)) {
      await hers.picture("sign-out");
      await hers.press('form[action="/session/end/confirm"] button');
    }
    demand((await hers.text("body")).includes("Goodbye"), await hers.text("body"));
    await hers.go(`${issuer}/account`);
    hers.at(issuer, "/sign-in");
    // The issuer tells its clients every few seconds.
    for (let tries = 0; tries < 20 && await hers.has('form[action="/-/sign-out"]') !== false; tries += 1) {
      await hers.page.waitForTimeout(500);
      await hers.go(`${book}/`);
    }
    demand(!(await hers.has('form[action="/-/sign-out"]')), "she is signed in still at the guestbook");
  });
  await check("a relying party that is not known, or asks for another address, is not believed", async () => {
    const asked = `response_type=code&scope=openid&code_challenge=${"a".repeat(43)}&code_challenge_method=S256&state=1`;
    for (const who of ["client_id=nadie&redirect_uri=http%3A%2F%2F127.0.0.1%3A4005%2Fback", "client_id=banco&redirect_uri=https%3A%2F%2Fevil.example%2F"]) {
      same(await hers.go(`${issuer}/auth?${who}&${asked}`), 400, "the status");
      hers.at(issuer, "/auth");
    }
  });
  await fetch(`${party}/done`).catch(() => {});
  const [code] = await ended;
  if (code !== 0) fail("the relying party by Authlib is content", `it ended with ${code}`);
}

export async function signingOut(site) {
  await check("a citizen signs out at a service, and with it at the issuer", async () => {
    const visit = site.withoutScripts;
    await visit.go(`${site.book}/`);
    await visit.press('form[action="/-/sign-out"] button');
    if (await visit.has('form[action="/session/end/confirm"]')) await visit.press('form[action="/session/end/confirm"] button');
    await visit.go(`${site.issuer}/account`);
    visit.at(site.issuer, "/sign-in");
  });
}

export async function verification(site) {
  const { apex } = site;
  const { early, evidence } = await site.evidence();
  const broken = Buffer.from(evidence);
  broken[Math.floor(broken.length / 2)] ^= 1;
  const hiddenPage = Buffer.from("<h1>no</h1>");
  const words = { es: ["El documento es auténtico", "NO es válido"], en: ["The document is authentic", "NOT valid"] };
  const logged = { es: "quedó registrado en su momento", en: "it was logged at its time" };
  for (const [language, scripts] of [["es", true], ["en", false], ["en", true]]) {
    const visit = await Visit.of(site, { language, scripts });
    const how = `${language}, ${scripts ? "with" : "without"} JavaScript`;
    const picture = (of) => (language === "es" ? visit.picture(of) : null);
    const send = async (buffer, name) => {
      await visit.go(`${apex}/verify`);
      if (buffer) await visit.page.locator("[name=evidence]").setInputFiles({ name, mimeType: "application/vnd.etsi.asic-e+zip", buffer });
      return visit.press("main form button");
    };
    await check(`good evidence is found authentic (${how})`, async () => {
      await visit.go(`${apex}/`);
      await visit.press('main a[href="/verify"]');
      await picture("verify");
      same(await send(evidence, "respuesta.asice"), 200, "the status");
      demand((await visit.heading()).includes(words[language][0]), `the heading is ${await visit.heading()}: ${await visit.text()}`);
      demand((await visit.text()).includes(logged[language]), `it is not said that it was logged: ${await visit.text()}`);
      await picture("verify-good");
    });
    await check(`nothing is said of the time of evidence that does not prove it (${how})`, async () => {
      if (!early) return;
      same(await send(early, "temprana.asice"), 200, "the status");
      demand((await visit.heading()).includes(words[language][0]), `the heading is ${await visit.heading()}`);
      demand(!(await visit.text()).includes(logged[language]), "it is said that it was logged");
    });
    await check(`evidence that was changed is found invalid (${how})`, async () => {
      for (const changed of [broken, hiddenPage, Buffer.alloc(0)]) {
        same(await send(changed, "rota.asice"), 200, "the status");
        demand((await visit.heading()).includes(words[language][1]), `the heading is ${await visit.heading()}`);
        if (changed === broken) await picture("verify-broken");
      }
    });
    await check(`without a file it is said that one is to be chosen (${how})`, async () => {
      same(await send(null), 422, "the status");
      demand(await visit.has("[name=evidence][aria-invalid=true]"), "the field is not said to be wrong");
      await visit.errorAt("evidence");
    });
    await visit.close();
  }
}

export async function errors(site) {
  const { apex, book, issuer } = site;
  for (const language of ["es", "en"]) {
    const visit = await Visit.of(site, { language });
    await check(`what is not there is said in a page (${language})`, async () => {
      for (const origin of [apex, book, issuer]) {
        same(await visit.go(`${origin}/no-hay-tal`), 404, `the status at ${origin}`);
        same(await visit.page.locator("html").getAttribute("lang"), language, "the language");
      }
      same(await visit.go(`${book}/entries/no-hay-tal`), 404, "the status of an entry that is not there");
      if (language === "es") await visit.picture("not-found");
      const status = await visit.go(apex.replace("://", "://nadie."));
      demand(status === 404 || status === 421, `the status of an unknown host is ${status}`);
      same(await visit.go(`${issuer}/auth/continue?flow=x`), 400, "the status of a sign-in that is over");
      same(await visit.go(`${book}/-/signed-in?code=x&state=y`), 400, "the status of an answer that nobody asked for");
      same(await visit.go(`${book}/-/sign-out`), 200, "the status of signing out without having signed in");
    });
    await check(`without cookies it is said that they are needed (${language})`, async () => {
      await visit.go(`${issuer}/sign-in`);
      await visit.context.clearCookies();
      await visit.fill("number", "1");
      await visit.fill("password", "x");
      same(await visit.press('form[action="/sign-in"] button'), 403, "the status");
    });
    await visit.close();
  }
}

/** The evidence of a call, which is made as the walk-through says. */
export async function evidenceOf(walkthrough) {
  const called = /curl -i -H 'X-Road-Client: ([^']+)' -H 'X-Road-Id: ([^']+)' (http\S+)/.exec(walkthrough);
  const answer = await fetch(called[3], { headers: { "X-Road-Client": called[1], "X-Road-Id": called[2] } });
  demand(answer.ok, `the call that evidence is of is answered ${answer.status}`);
  const [, address] = /curl -o respuesta\.asice '([^']+)'/.exec(walkthrough);
  // What was answered is sealed into the log after a moment; until then its container has no proof of its time.
  let early = null;
  for (let tries = 0; ; tries += 1) {
    const answered = await fetch(address);
    const container = answered.ok ? Buffer.from(await answered.arrayBuffer()) : null;
    if (container?.includes("META-INF/checkpoint.tst")) return { early, evidence: container };
    early ??= container;
    demand(tries < 60, `the evidence is answered ${answered.status}, without the proof of its time`);
    await wait(500);
  }
}
