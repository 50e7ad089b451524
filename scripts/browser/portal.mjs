// The portal: who goes to it, and how each of them goes on in another browser, in another language or without JavaScript.
import { check, demand } from "./report.mjs";
import { moderator } from "./identity.mjs";
import { Device } from "./people.mjs";
import { Visit } from "./visit.mjs";

/** What is attached: the least that is a PDF. */
export const PDF = Buffer.from("%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n" +
  "3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n");
/** The button of a page's form. */
export const SEND = "main form[method=post] button";
/** All four ways in which a page is come to. */
export const WAYS = [["es", true], ["en", false], ["en", true], ["es", false]];

export const pdf = (name) => ({ name, mimeType: "application/pdf", buffer: PDF });
export const how = (language, scripts) => `${language}, ${scripts ? "with" : "without"} JavaScript`;

/** Who is signed in, so that other browsers can be so too. */
export class Account {
  constructor(site, visit) {
    Object.assign(this, { site, visit });
  }

  /** Another browser in which she is signed in. */
  async browser(options) {
    const cookies = await this.visit.context.cookies();
    return Visit.of(this.site, { ...options, cookies: cookies.filter(({ name }) => !name.includes("language")) });
  }
}

/** Juana asks, Beto decides and does all else at the municipality; Rosa and Iván are colleagues of his. */
export async function accounts(site) {
  const { office, issuer, juana } = site;
  const signedIn = async (visit, page) => {
    await visit.go(office + page);
    if (visit.page.url().startsWith(issuer)) await juana.signs_in(visit);
    visit.at(office, page);
    return new Account(site, visit);
  };
  await check("those whom the portal is for sign in to it", async () => {
    const hers = site.hers ?? await Visit.of(site);
    if (!juana.app) {
      await hers.go(juana.link);
      await juana.enrols(hers);
    }
    site.citizen = await signedIn(await Visit.of(site, { cookies: await hers.context.cookies() }), "/applications");
    if (!site.moderators) await moderator(site);
    const his = await Visit.of(site, { cookies: await site.moderators.context.cookies() });
    site.officer = await signedIn(his, "/office");
    [site.colleague, site.evaluator] = await Promise.all([site.rosa, site.ivan].map((person) => colleague(site, person)));
  });
}

/** Somebody of the staff, who signs up with a passkey. */
async function colleague(site, person) {
  const visit = await Visit.of(site);
  await Device.of(visit);
  await visit.go(person.link);
  await visit.press("form[data-enrolment] button");
  await visit.press("form[data-passkey=create] button");
  await visit.press("main a.button");
  await visit.go(`${site.office}/office`);
  visit.at(site.office, "/office");
  return new Account(site, visit);
}

/** Sends the form of a page, whatever it asks. */
export const send = (visit, values = {}) => filled(visit, values).then(() => visit.press(SEND));

/** Fills a form in: what is written, chosen, marked or attached, by the names of its fields. */
export async function filled(visit, values) {
  for (const [name, value] of Object.entries(values)) {
    const field = visit.page.locator(`main [name="${name}"]:not([type=hidden])`);
    const kind = await field.first().evaluate((one) => (one.tagName === "SELECT" ? "select" : one.type));
    if (kind === "select") await field.selectOption(value);
    else if (kind === "file") await field.setInputFiles(value);
    else if (kind === "radio" || kind === "checkbox") await visit.page.locator(`main [name="${name}"][value="${value}"]`).check();
    else await field.fill(value);
  }
}

/** Fails unless all of this is said in the page's main part. */
export async function says(visit, ...texts) {
  const said = (await visit.text()).replace(/\s+/g, " ");
  for (const text of texts) demand(said.includes(text), `${visit.name()} does not say "${text}": ${said}`);
}

/** Whether a text is said as words of its own: a number within a reference is not. */
export function hasWords(said, text) {
  const escaped = text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`(?<![\\p{L}\\p{N}])${escaped}(?![\\p{L}\\p{N}])`, "u").test(said);
}

/** Fails if any of this is said there. */
export async function silent(visit, ...texts) {
  const said = (await visit.text()).replace(/\s+/g, " ");
  for (const text of texts) demand(!hasWords(said, text), `${visit.name()} says "${text}": ${said}`);
}
