// Funds: a call is made, applied for by a citizen and by an entity, judged by two who do not see each other's points, and resolved.
import { readFile } from "node:fs/promises";
import { setTimeout as wait } from "node:timers/promises";
import { check, demand, same } from "./report.mjs";
import { SEND, hasWords, pdf, says, send, silent } from "./portal.mjs";
import { Visit } from "./visit.mjs";

const REASONS = ["Cambia cómo trabaja el barrio.", "Llega a mucha gente."];
const MINUTE = 60_000;

/** A day and an hour by the clock of La Paz, as a form sends them. */
const moment = (name, at) => {
  const [day, month, year, hour] = new Intl.DateTimeFormat("es-BO", {
    timeZone: "America/La_Paz", day: "numeric", month: "numeric", year: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23",
  }).formatToParts(at).reduce((parts, { type, value }) => {
    const index = ["day", "month", "year", "hour", "minute"].indexOf(type);
    if (index === 4) parts[3] += `:${value}`;
    else if (index >= 0) parts[index] = value;
    return parts;
  }, []);
  return { [`${name}.day`]: day, [`${name}.month`]: month, [`${name}.year`]: year, [`${name}-hour`]: hour };
};

/** What the office writes, who applies: until the call closes, others go on. */
export async function callForFunds(site) {
  const { office } = site;
  const code = `innova-${Date.now().toString(36)}`;
  const [hers, his, ivans, rosas] = [await site.citizen.browser(), await site.officer.browser(), await site.evaluator.browser(), await site.colleague.browser()];
  const base = `${office}/funds/office/${code}`;
  await check("the office writes a call, and is told what it lacks", async () => {
    await his.go(`${office}/funds/office/new`);
    same(await his.press(SEND), 422, "the status of an empty form");
    await his.errorAt("code");
    await his.errorAt("title");
    const now = Date.now();
    site.closes = (Math.floor(now / MINUTE) + 3) * MINUTE;
    const said = {
      code, title: "Innova La Paz", "title-en": "Innovate La Paz", purpose: "Para proyectos que mejoran un barrio.", audience: "person",
      ...moment("opens", now - 5 * MINUTE), ...moment("closes", site.closes), total: "1000", most: "600", least: "50", rules: "Se rinde cuentas.",
    };
    await his.page.locator("[name=audience][value=entity]").check();
    await send(his, said);
    his.at(office, `/funds/office/${code}`);
    await says(his, "Para publicarla falta");
    await his.picture("portal-funds-office-call");
    for (const visit of [rosas, ivans]) {
      await visit.go(`${office}/funds/office`);
      if (await visit.has("button[name=join]")) await visit.press("button[name=join]");
    }
    await his.go(`${base}/parts`);
    same(await send(his, { criteria: "Innovación" }), 422, "the status of a criterion without its weight");
    await his.errorAt("criteria");
    await send(his, { criteria: "Innovación | 60 | qué cambia\nAlcance | 40 | a cuánta gente", documents: "Presupuesto" });
    await his.go(`${base}/questions`);
    await send(his, { schema: JSON.stringify({ type: "object", properties: { people: { type: "integer", title: "Cuántas personas", minimum: 1 } }, required: ["people"] }) });
    await his.go(`${base}/evaluators`);
    for (const name of ["Rosa Mamani", "Iván Rojas"]) await his.page.getByLabel(name).check();
    await his.press(SEND);
    await his.go(`${base}/edit`);
    await his.go(`${base}/publish`);
    await his.press(SEND);
    await says(his, "Las propuestas están selladas");
    await his.go(`${office}/funds/office`);
  });
  const propose = async (visit, area, values, people) => {
    await visit.go(`${office}/funds/${area}/${code}/project`);
    same(await send(visit, { ...values, asked: "700" }), 422, "the status of asking for too much");
    await visit.errorAt("asked");
    await send(visit, { asked: "600" });
    same(await send(visit, { people: "0" }), 422, "the status of a wrong answer");
    await visit.errorAt("people");
    await send(visit, { people });
    const [field] = await visit.page.locator("main input[type=file]").evaluateAll((fields) => fields.map(({ name }) => name));
    same(await visit.press(SEND), 422, "the status without the document");
    await send(visit, { [field]: pdf("presupuesto.pdf") });
    visit.at(office, `/funds/${area}/${code}/check`);
    if (area === "mine") await visit.picture("portal-funds-check");
    await visit.go(`${office}/funds/${area}/${code}/discard`);
    await visit.go(`${office}/funds/${area}/${code}/check`);
    await send(visit, { true: "yes" });
    return visit.path().split("/").at(-1);
  };
  await check("a citizen applies, page by page, and may withdraw; an entity applies too", async () => {
    await hers.go(`${office}/funds`);
    await hers.picture("portal-funds");
    await hers.go(`${office}/funds/${code}`);
    await hers.picture("portal-funds-call");
    await hers.go(`${office}/funds/mine/${code}/check`);
    await says(hers, "Todavía falta algo");
    const first = await propose(hers, "mine", { title: "Un huerto para San Pedro", summary: "Treinta familias siembran." }, "30");
    await hers.picture("portal-funds-sent");
    await hers.go(`${office}/funds/mine/sent/${first}/withdraw`);
    await hers.go(`${office}/funds/mine`);
    const entity = { entity: "BO/MUN/2001", title: "Sensores de agua", summary: "Medir el caudal." };
    site.entityProposal = await propose(ivans, "entity", entity, "500");
    await ivans.go(`${office}/funds/entity`);
    await ivans.go(`${office}/funds/entity/sent/${site.entityProposal}/withdraw`);
    site.proposal = first;
  });
  await check("a proposal is withdrawn, its draft stays, and is submitted again", async () => {
    await hers.go(`${office}/funds/mine/sent/${site.proposal}/withdraw`);
    if (await hers.has("main textarea")) await hers.page.locator("main textarea").first().fill("Quiero mejorarla.");
    await hers.press(SEND);
    await hers.go(`${office}/funds/mine`);
    await says(hers, "Sin presentar", "Retirada");
    await hers.go(`${office}/funds/mine/${code}/check`);
    await send(hers, { true: "yes" });
    site.proposal = hers.path().split("/").at(-1);
  });
  await check("nobody reads a proposal before the call has closed", async () => {
    demand((await his.go(`${office}/funds/proposals/${site.proposal}`)) >= 400, "the office reads it");
    demand((await rosas.go(`${office}/funds/evaluations/${code}`)) >= 400, "an evaluator reads it");
    await his.go(`${base}/extend`);
    await his.go(`${base}/name`);
  });
  site.fundsCall = code;
  await Promise.all([hers, his, ivans, rosas].map((visit) => visit.close()));
}

/** Two evaluators, and the result. */
export async function result(site) {
  const { office, fundsCall: code } = site;
  const [hers, his, ivans, rosas] = [await site.citizen.browser(), await site.officer.browser(), await site.evaluator.browser(), await site.colleague.browser()];
  const anybody = await Visit.of(site, { language: "en", scripts: false });
  const left = site.closes - Date.now();
  if (left > 0) await wait(left + 500);
  const judge = async (visit, number, points) => {
    await visit.go(`${office}/funds/evaluations/${code}/${number}`);
    const fields = await visit.page.locator("main form [name]:not([type=hidden])").evaluateAll((all) => all.map(({ name, tagName }) => [name, tagName]));
    const values = {};
    let at = 0;
    for (const [name, tag] of fields) {
      if (tag === "TEXTAREA") values[name] = REASONS[(at - 1) % 2];
      else values[name] = String(points[at++]);
    }
    return send(visit, values);
  };
  await check("evaluators give points with reasons, and do not see each other's", async () => {
    await rosas.go(`${office}/funds/evaluations/${code}`);
    await rosas.picture("portal-funds-evaluation");
    same(await judge(rosas, site.proposal, [101, 80]), 422, "the status of too many points");
    await rosas.picture("portal-funds-evaluate");
    await judge(rosas, site.proposal, [93, 81]);
    await rosas.go(`${office}/funds/evaluations/${code}/${site.entityProposal}/abstain`);
    await rosas.picture("portal-funds-abstain");
    await judge(rosas, site.entityProposal, [60, 70]);
    await ivans.go(`${office}/funds/evaluations/${code}/${site.proposal}`);
    await silent(ivans, "93", "81");
    demand((await ivans.go(`${office}/funds/proposals/${site.proposal}`)) >= 400 || !hasWords(await ivans.text(), "93"), "he reads her points");
    demand((await ivans.go(`${office}/funds/evaluations/${code}/${site.entityProposal}`)) >= 400, "he judges what he wrote");
    await judge(ivans, site.proposal, [80, 70]);
    await his.go(`${office}/funds/office/${code}`);
    await silent(his, "93");
    for (const visit of [rosas, ivans]) {
      await visit.go(`${office}/funds/evaluations/${code}`);
      await visit.press(SEND);
    }
    await says(ivans, "Todos terminaron");
  });
  await check("the result is public, with points and reasons, and can be computed again", async () => {
    await his.go(`${office}/funds/office/${code}/resolve`);
    await his.picture("portal-funds-resolve");
    await his.press(SEND);
    his.at(office, `/funds/${code}/result`);
    await his.picture("portal-funds-result");
    await anybody.go(`${office}/funds/${code}/result`);
    await says(anybody, "Un huerto para San Pedro", "Bs 600,00");
    await anybody.press(`main a[href$='/result/${site.proposal}']`);
    await says(anybody, ...REASONS);
    await his.go(`${office}/funds/proposals/${site.proposal}`);
    const download = anybody.page.waitForEvent("download");
    await anybody.page.goto(`${office}/funds/${code}/data`).catch(() => {});
    demand(JSON.parse(await readFile(await (await download).path(), "utf8")) !== null, "there is no data to compute it by");
    await hers.go(`${office}/funds/mine`);
    await hers.go(`${office}/funds/mine/sent/${site.proposal}`);
  });
  await Promise.all([hers, his, ivans, rosas, anybody].map((visit) => visit.close()));
}
