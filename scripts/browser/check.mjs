// Goes through the citizens' pages of a demo in Chromium. `scripts/browser-checks` starts it.
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { chromium } from "./tools.mjs";
import { Judge } from "./judge.mjs";
import { Person } from "./people.mjs";
import { fail, failures } from "./report.mjs";
import { small } from "./png.mjs";
import { identity, moderator } from "./identity.mjs";
import { guestbook } from "./guestbook.mjs";
import { counter, ownAccount, people, registration, representation } from "./citizenship.mjs";
import { consent, errors, evidenceOf, signingOut, verification } from "./others.mjs";
import { accounts } from "./portal.mjs";
import { catalogue, weight } from "./portal-catalogue.mjs";
import { fair } from "./portal-citizen.mjs";
import { certificates, fairDecided, folder, supervision } from "./portal-office.mjs";
import { counter as filing, telephone } from "./portal-help.mjs";
import { designer } from "./portal-design.mjs";
import { callForFunds, result } from "./portal-funds.mjs";
import { forum } from "./portal-forum.mjs";
import { keyboard, routes } from "./portal-routes.mjs";

// Chromium as root, and without what it asks of its makers' servers.
const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync"];
const JUDGES = ["axe", "html-validate", "headers", "console", "script", "request", "reflow"];

const { values } = parseArgs({
  options: Object.fromEntries(["walkthrough", "state", "home", "python", "screenshots", "only"].map((name) => [name, { type: "string" }])),
});
const walkthrough = await readFile(values.walkthrough, "utf8");
const apex = /^ {4}(https:\/\/\S+)\/$/m.exec(walkthrough)[1];
const link = (document) => new RegExp(`${document} sets .*\\n\\s+(https:\\S+)`).exec(walkthrough)[1];
const below = (label) => apex.replace("://", `://${label}.`);
const portals = [...walkthrough.matchAll(/^ {4}(https:\/\/portal\.\S+)\/$/gm)].map(([, origin]) => origin);

const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: FLAGS, env: { ...process.env, HOME: values.home } });
const site = {
  browser, apex, issuer: below("ingreso"), book: below("guestbook"), civic: below("citizenship"), party: "http://127.0.0.1:4005",
  portal: portals[0], office: portals[1],
  judge: new Judge(), started: new Set(), screenshots: values.screenshots, python: values.python,
  relyingParty: new URL("../relying_party.py", import.meta.url).pathname, root: join(values.state, "trust-services", "root.pem"),
  juana: new Person("CI 1234567", link("CI 1234567"), "llama salitre domingo ventana"),
  beto: new Person("CI 7654321", link("CI 7654321")),
  rosa: new Person("CI 5678901", link("CI 5678901")),
  ivan: new Person("CI 6789012", link("CI 6789012")),
  isOurs: (url) => portals.some((one) => [one, one.replace("://", "://files--")].includes(new URL(url).origin)) || ["", "ingreso", "guestbook", "files--guestbook", "citizenship", "nadie"].some((label) => new URL(url).origin === (label ? below(label) : apex)),
  evidence: () => evidenceOf(walkthrough),
  keep: async (name, screenshot) => {
    await mkdir(values.screenshots, { recursive: true });
    await writeFile(join(values.screenshots, name), small(screenshot));
  },
};

const PARTS = {
  errors: [errors], verification: [verification], citizens: [identity, moderator, guestbook, consent, signingOut],
  citizenship: [people, registration, ownAccount, representation, counter],
  portal: [weight, catalogue, accounts, callForFunds, fair, certificates, fairDecided, folder, supervision, telephone, filing, designer, forum, keyboard, result, routes],
};
process.on("exit", () => { for (const program of site.started) program.kill(); });
try {
  for (const [name, parts] of Object.entries(PARTS)) {
    if (values.only && values.only !== name) continue;
    for (const part of parts) await part(site).catch((error) => fail(`${part.name} of ${name} went on to its end`, error.stack));
  }
} finally {
  await browser.close();
}

const { judge } = site;
for (const kind of JUDGES) {
  const wrong = [...judge.wrong].filter(([what]) => what.startsWith(`${kind}:`));
  if (wrong.length === 0) console.log(`ok    ${kind}: nothing is wrong with ${judge.count} pages, ${judge.pages.size} of them different`);
  for (const [what, pages] of wrong) fail(what, pages.slice(0, 6).join(", ") + (pages.length > 6 ? `, and ${pages.length - 6} more` : ""));
}
console.log(failures() === 0 ? "Everything holds." : `${failures()} do not hold.`);
process.exit(failures() === 0 ? 0 : 1);
