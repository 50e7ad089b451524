// The designer: a definition is brought, changed, seen, tried, refused in words, published and taken elsewhere; what runs stays on its version.
import { readFile } from "node:fs/promises";
import { check, demand, same } from "./report.mjs";
import { SEND, says, send } from "./portal.mjs";
import { certificate } from "./portal-citizen.mjs";

const CODE = "certificado-catastral";
const PARTS = ["texts", "subject", "search-words", "deadline", "burden", "online", "costs", "legal-basis", "channels", "places", "outputs", "requirements",
  "questions", "pages", "documents", "fees", "registrations"];

const exported = async (visit, address) => {
  const download = visit.page.waitForEvent("download");
  await visit.page.goto(address).catch(() => {});
  return JSON.parse(await readFile(await (await download).path(), "utf8"));
};

export async function designer(site) {
  const { office } = site;
  const [his, hers] = [await site.officer.browser(), await site.citizen.browser()];
  const base = `${office}/design/${CODE}`;
  const running = await certificate(site, hers, "es");
  let definition;
  await check("a definition is taken elsewhere, and brought again", async () => {
    await his.go(`${office}/design`);
    await his.picture("portal-design");
    definition = await exported(his, `${base}/definition.json`);
    same(definition.entry.code, CODE, "the code");
    await his.go(`${office}/design/import`);
    same(await his.press(SEND), 422, "the status without a definition");
    await his.errorAt("text");
    same(await send(his, { text: "{ no" }), 422, "the status of what is no JSON");
    same(await send(his, { text: JSON.stringify({ ...definition, format: "otro/1" }) }), 422, "the status of another format");
    const file = { name: "definicion.json", mimeType: "application/json", buffer: Buffer.from(JSON.stringify(definition)) };
    await his.go(`${office}/design/import`);
    await his.picture("portal-design-import");
    await send(his, { file, replaces: "yes" });
    his.at(office, `/design/${CODE}`);
    await his.picture("portal-design-overview");
  });
  await check("a question that a connected register answers is refused, and its service named", async () => {
    const asks = structuredClone(definition);
    asks.online.schema.properties.carnet = { type: "string", title: "Su número de carnet", "x-concept": "person.document-number" };
    asks.online.schema["x-order"].push("carnet");
    asks.online.pages[0].fields.push("carnet");
    await his.go(`${base}/json`);
    await send(his, { json: JSON.stringify(asks) });
    await his.go(`${base}/publish`);
    await says(his, "todavía no se puede publicar", "BO/GOV/1001/identidad/personas");
    await his.picture("portal-design-refused");
    demand(!(await his.has(SEND)), "it can be published all the same");
  });
  await check("a part is changed on its own page, where what is wrong is said", async () => {
    await his.go(`${base}/json`);
    await send(his, { json: JSON.stringify(definition) });
    await his.go(`${base}/deadline`);
    same(await send(his, { days: "mucho" }), 422, "the status of a deadline that is no number");
    await his.errorAt("days");
    await send(his, { days: "6" });
    his.at(office, `/design/${CODE}`);
  });
  await check("a page is seen as people will see it, and the whole is tried with sample answers", async () => {
    await his.go(`${base}/preview/inmueble`);
    same(await send(his, { cadastral_code: "12" }), 422, "the status of a wrong answer");
    await his.errorAt("cadastral_code");
    await his.picture("portal-design-preview");
    await his.go(`${base}/try`);
    await his.picture("portal-design-try");
    same(await his.press(his.page.locator(SEND).last()), 200, "the status of a trial");
  });
  await check("it is published, and what runs stays on its version", async () => {
    await his.go(`${base}/publish`);
    await says(his, "siguen", "1");
    await his.picture("portal-design-publish");
    await his.press(SEND);
    his.at(office, `/design/${CODE}/versions`);
    await his.picture("portal-design-versions");
    await his.press(`main a[href$='/versions/1']`);
    await says(his, '"working-days": 5');
    same((await exported(his, `${base}/versions/2/definition.json`)).entry.deadline["working-days"], 6, "the deadline that was published");
    await hers.go(`${office}/procedures/mun-2001/${CODE}`);
    await says(hers, "6 días hábiles");
    same(await hers.go(`${office}/applications/${running}`), 200, "the status of what runs");
  });
  await check("a procedure is made from nothing, seen in every part, withdrawn and thrown away, in English too", async () => {
    const other = await site.officer.browser({ language: "en", scripts: false });
    await other.go(`${office}/design/new`);
    same(await other.press(SEND), 422, "the status of an empty form");
    await other.errorAt("title.es");
    const code = `prueba-${Date.now().toString(36)}`;
    await send(other, { "title.es": "Trámite de prueba", code, sector: "empresas" });
    other.at(office, `/design/${code}`);
    for (const part of PARTS) demand([200, 303].includes(await other.go(`${office}/design/${code}/${part}`)), `there is no page of ${part}`);
    await other.go(`${office}/design/${code}`);
    const links = await other.page.locator(`main a[href^='/design/${code}/']`).evaluateAll((all) => [...new Set(all.map((a) => a.getAttribute("href")))]);
    for (const link of links.filter((one) => !one.endsWith(".json"))) same(await other.go(office + link), 200, link);
    await other.go(`${office}/design/${code}/discard`);
    await other.press(SEND);
    for (const page of ["/design", "/design/import", "/design/vocabulary?q=nacimiento", `/design/${CODE}/withdraw`, `/design/${CODE}/versions`]) {
      same(await other.go(office + page), 200, page);
    }
    await other.close();
  });
  await check("the way through a definition's questions leads everywhere, with JavaScript", async () => {
    await his.go(base);
    await his.press("main form[action$='/edit'] button");
    const seen = new Set();
    for (const path of [base, `${base}/questions/cadastral_code`, `${base}/registrations/certificado`, `${base}/registrations/certificado/steps`,
      `${base}/registrations/certificado/steps/emision`]) {
      await his.go(path);
      const links = await his.page.locator(`main a[href^='/design/${CODE}/']`).evaluateAll((all) => all.map((a) => a.getAttribute("href")));
      for (const link of links.filter((one) => !one.endsWith(".json"))) {
        const kind = link.split("/").slice(3).map((part, at) => (at % 2 ? "{}" : part)).join("/");
        if (!seen.has(kind)) same(await his.go(office + link), 200, link);
        seen.add(kind);
      }
    }
    await his.go(`${office}/design/vocabulary?q=nacimiento`);
    await his.picture("portal-design-vocabulary");
    await his.go(`${base}/discard`);
    await his.press(SEND);
    same(await hers.go(`${office}/design`), 403, "the status for a citizen");
  });
  await Promise.all([his.close(), hers.close()]);
}
