// A citizen does a procedure question by question: wrong answers first, left and resumed, with what registers know, and submits it.
import { check, demand, same } from "./report.mjs";
import { SEND, says, send } from "./portal.mjs";
import { picture } from "./png.mjs";

const PHOTO = { name: "puesto.png", mimeType: "image/png", buffer: picture(96, 64) };
const CODE = "012-0345-0067-0001";
export const WORDS = {
  es: { source: "Registro de identificación (SEGIP)", known: "Lo que ya sabemos de usted", submitted: "Su trámite está presentado", begun: "Usted ya empezó este trámite", missing: "Falta algo" },
  en: { source: "Identity register (SEGIP)", known: "What we know about you already", submitted: "Your application is submitted", begun: "You have begun this procedure before", missing: "Something is missing" },
};

/** The days from today on, as the parts of a date are sent. */
const day = (name, days) => {
  const date = new Date(Date.now() + days * 86_400_000);
  return { [`${name}.day`]: String(date.getUTCDate()), [`${name}.month`]: String(date.getUTCMonth() + 1), [`${name}.year`]: String(date.getUTCFullYear()) };
};

/** The number of what was just submitted. */
const numberAt = (visit) => /^(?:\/assist)?\/applications\/([\w-]+)\/submitted$/.exec(visit.path())[1];

/** Applies for a place at a fair: two pages of questions, a photo, a document that need not be there, and a last look. */
export async function fair(site) {
  const hers = await site.citizen.browser();
  const { office, portal } = site;
  let draft;
  await check("she begins at the state's portal, and sees beforehand who is asked for what", async () => {
    await hers.go(`${portal}/procedures/mun-2001/permiso-feria`);
    await hers.press("main a.button");
    hers.at(office, "/apply/permiso-feria");
    await says(hers, WORDS.es.source, "Nombres", "Fecha de nacimiento");
    await hers.picture("portal-begin");
    await hers.press(SEND);
    draft = hers.path().split("/")[2];
    hers.at(office, `/drafts/${draft}/at/persona`);
  });
  await check("she is not asked what a register knows; a wrong answer is refused, and the error is accessible", async () => {
    await says(hers, "Juana", "Quispe", WORDS.es.source);
    demand(!(await hers.has("[name=given_names]")), "she is asked for her name");
    same(await send(hers, { phone: "12" }), 422, "the status");
    await hers.errorAt("phone");
    await hers.picture("portal-question");
  });
  await check("she leaves, and resumes where she left", async () => {
    await hers.fill("phone", "71234567");
    await hers.press("main button[name=leave]");
    hers.at(office, "/applications");
    await says(hers, "Sin terminar");
    await hers.picture("portal-drafts");
    await hers.press(`main a[href$='/drafts/${draft}']`);
    hers.at(office, `/drafts/${draft}/at/puesto`);
    await hers.go(`${office}/apply/permiso-feria`);
    await says(hers, WORDS.es.begun);
    await hers.go(`${office}/drafts/${draft}/at/check`);
    same(await hers.heading(), WORDS.es.missing, "the heading of a check too early");
    await hers.go(`${office}/drafts/${draft}`);
    hers.at(office, `/drafts/${draft}/at/puesto`);
  });
  await check("each wrong answer of a page is said where it is, and conditions and calculations follow the answers", async () => {
    same(await send(hers), 422, "the status of an empty page");
    for (const name of ["fair", "goods", "first_day.day", "stall_area"]) await hers.errorAt(name);
    const wrong = { fair: "alasita", goods: "comida", ...day("first_day", 20), ...day("last_day", 22), stall_area: "400" };
    same(await send(hers, wrong), 422, "the status of too large a stall");
    await hers.errorAt("stall_area");
    await hers.picture("portal-question-wrong");
    await send(hers, { stall_area: "4" });
    hers.at(office, `/drafts/${draft}/at/fotos`);
  });
  await check("a document that is missing or no photo is refused; the photo is taken, and one that need not be there left out", async () => {
    same(await hers.press(SEND), 422, "the status without a photo");
    const [field] = await hers.page.locator("main input[type=file]").evaluateAll((fields) => fields.map(({ name }) => name));
    const status = await send(hers, { [field]: { ...PHOTO, buffer: Buffer.from("no es una foto") } });
    demand([415, 422].includes(status), `the status of what is no photo is ${status}`);
    await hers.go(`${office}/drafts/${draft}/at/fotos`);
    await hers.picture("portal-document");
    await send(hers, { [field]: PHOTO });
    hers.at(office, `/drafts/${draft}/at/carnet-sanitario`);
    await hers.press(SEND);
    hers.at(office, `/drafts/${draft}/at/check`);
  });
  await check("she looks at all of it once more, submits, and gets a number and a receipt", async () => {
    await says(hers, WORDS.es.known, WORDS.es.source, "Alasita", "puesto.png", "Bs ");
    await hers.picture("portal-check");
    same(await hers.press(SEND), 422, "the status without her word that it is true");
    await hers.errorAt("true");
    await send(hers, { true: "yes" });
    same(await hers.heading(), WORDS.es.submitted, "the heading");
    await hers.picture("portal-submitted");
    site.fair = numberAt(hers);
  });
  await hers.close();
}

/** Applies for a cadastral certificate: one page, with what registers know. */
export async function certificate(site, hers, language) {
  const { office } = site;
  await hers.go(`${office}/apply/certificado-catastral`);
  await says(hers, WORDS[language].source);
  await hers.press(SEND);
  await says(hers, "Juana");
  demand(!(await hers.has("[name=given_names]")), "she is asked for her name");
  same(await send(hers, { cadastral_code: "12", purpose: "venta", phone: "71234567" }), 422, "the status of a wrong code");
  await hers.errorAt("cadastral_code");
  await send(hers, { cadastral_code: CODE });
  await says(hers, WORDS[language].known, CODE);
  await send(hers, { true: "yes" });
  same(await hers.heading(), WORDS[language].submitted, "the heading");
  return numberAt(hers);
}
