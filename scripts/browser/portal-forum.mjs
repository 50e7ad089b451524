// The forum: a topic, questions and answers, reports, and what moderators do about them.
import { check, demand, same } from "./report.mjs";
import { SEND, says, send, silent } from "./portal.mjs";
import { Visit } from "./visit.mjs";

const QUESTION = "¿Puedo renovar mi licencia por internet?";
const RUDE = "Llámeme ya al 71234567, no sirven para nada.";

export async function forum(site) {
  const { office } = site;
  const [hers, his] = [await site.citizen.browser(), await site.officer.browser()];
  const anybody = await Visit.of(site, { language: "en", scripts: false });
  const topic = `licencias-${Date.now().toString(36)}`;
  let thread;
  await check("a moderator makes a topic, and a citizen asks in it", async () => {
    await his.go(`${office}/forum/new`);
    same(await his.press(SEND), 422, "the status of an empty form");
    await his.errorAt("title");
    await send(his, { code: topic, title: "Licencias", "title-en": "Licences", about: "Abrir y renovar un local." });
    his.at(office, `/forum/${topic}`);
    await hers.go(`${office}/forum`);
    await hers.picture("portal-forum");
    await hers.go(`${office}/forum/${topic}/new`);
    same(await hers.press(SEND), 422, "the status of an empty question");
    for (const name of ["title", "text"]) await hers.errorAt(name);
    await send(hers, { title: QUESTION, text: "Mi licencia vence en marzo.\n\n¿Qué hago?" });
    thread = hers.path();
  });
  await check("she answers, and the entity does", async () => {
    await hers.go(`${office}${thread}/answer`);
    await send(hers, { text: RUDE });
    await his.go(`${office}${thread}/entity`);
    await send(his, { text: "Sí: desde «Mis trámites»." });
    await anybody.go(`${office}${thread}`);
    await says(anybody, "Sí: desde «Mis trámites».", RUDE);
    await his.go(`${office}/forum/${topic}`);
  });
  await check("anybody reports a post; a moderator hides it and says why, and locks the question", async () => {
    await anybody.go(`${office}${thread}/report/1`);
    same(await anybody.press(SEND), 422, "the status without a reason");
    await anybody.errorAt("reason");
    await send(anybody, { reason: "Da su teléfono." });
    await his.go(`${office}/forum/reports`);
    await says(his, "Da su teléfono.");
    await his.picture("portal-forum-reports");
    await his.go(`${office}${thread}/dismiss/1`);
    await his.go(`${office}${thread}/hide/1`);
    await send(his, { reason: "Tiene datos personales." });
    await anybody.go(`${office}${thread}`);
    await silent(anybody, RUDE);
    await says(anybody, "Tiene datos personales.");
    await his.go(`${office}${thread}/staff`);
    await his.go(`${office}${thread}/restore/1`);
    await his.go(`${office}${thread}/lock`);
    await send(his, { reason: "Ya está respondida." });
    await hers.go(`${office}${thread}`);
    await hers.picture("portal-forum-thread");
    demand(!(await hers.has("main a[href$='/answer']")), "it can be answered still");
  });
  await check("what was said is found, in spite of a typing error", async () => {
    for (let tries = 0; ; tries += 1) {
      await anybody.go(`${office}/forum/search?q=lisencia`);
      if (await anybody.has(`main a[href^='${thread}']`)) break;
      demand(tries < 20, await anybody.text());
      await anybody.page.waitForTimeout(500);
    }
  });
  await Promise.all([hers, his, anybody].map((visit) => visit.close()));
}
