// The office: what waits is taken on, sent back with marks, corrected, decided with its result, near its breach, handed over and counted.
import { check, demand, same } from "./report.mjs";
import { WAYS, SEND, how, pdf, says, send, silent } from "./portal.mjs";
import { WORDS as TEXTS, certificate } from "./portal-citizen.mjs";
import { picture } from "./png.mjs";

const WRONG = "Copie el código del plano.";
const OTHER_CODE = "012-0345-0067-0002";
const WORDS = {
  es: { waits: "Falta que usted pague", review: "En revisión", back: "Tiene que corregir algo", approved: "Aprobado", history: "Lo que pasó hasta ahora", asked: "A quién preguntamos por usted", holder: "Lo atiende: Registro" },
  en: { waits: "You still have to pay", review: "Being looked at", back: "You have to correct something", approved: "Approved", history: "What has happened so far", asked: "Whom we asked about you", holder: "Registry" },
};
const claim = (visit, of) => visit.press(`main form[action$='/${of}/claim'] button`);

/** A certificate that is paid for, and sent back with a mark. */
export async function sentBack(visit, office, number) {
  await visit.go(`${office}/office/${number}/pay/0`);
  await send(visit, { receipt: "R-0004" });
  await visit.go(`${office}/office/${number}`);
  await claim(visit, "certificado");
  await visit.go(`${office}/office/${number}/certificado/decide`);
  await send(visit, { verdict: "send-back", reason: "El código no es el del plano.", "mark.field.cadastral_code": WRONG });
}

/** A certificate from its application to the decision, of people who read one language, with or without JavaScript. */
async function walk(site, language, scripts) {
  const { office } = site, words = WORDS[language], shows = language === "es" && scripts;
  const hers = await site.citizen.browser({ language, scripts }), his = await site.officer.browser({ language, scripts });
  const picture = (visit, name) => (shows ? visit.picture(`portal-${name}`) : null);
  let number;
  await check(`a citizen applies for a certificate (${how(language, scripts)})`, async () => {
    number = await certificate(site, hers, language);
    await hers.go(`${office}/applications/${number}`);
    await says(hers, words.waits, "Bs 85,00");
    await picture(hers, "application-to-pay");
  });
  await check(`the cashier notes the receipt, and the office takes it on (${how(language, scripts)})`, async () => {
    await his.go(`${office}/office`);
    await his.fill("number", number);
    await his.press("main form[action='/office/find'] button");
    his.at(office, `/office/${number}`);
    await his.press(`main a[href='/office/${number}/pay/0']`);
    same(await his.press(SEND), 422, "the status without a receipt");
    await his.errorAt("receipt");
    await send(his, { receipt: "R-0001" });
    await says(his, "R-0001");
    await his.go(`${office}/office?role=registrar`);
    await picture(his, "office-inbox");
    await his.press(`main a[href='/office/${number}']`);
    await claim(his, "certificado");
    await hers.go(`${office}/applications/${number}`);
    await says(hers, words.review, words.holder, words.asked);
    await picture(hers, "application");
  });
  await check(`it is sent back with a mark, and she corrects that alone (${how(language, scripts)})`, async () => {
    await his.go(`${office}/office/${number}/certificado/decide`);
    same(await send(his, { verdict: "send-back" }), 422, "the status without a reason");
    await his.errorAt("reason");
    await send(his, { verdict: "send-back", reason: "El código no es el del plano.", "mark.field.cadastral_code": WRONG });
    await hers.go(`${office}/applications/${number}`);
    await says(hers, words.back, WRONG);
    await picture(hers, "application-sent-back");
    await hers.press(`main a[href='/applications/${number}/correct']`);
    demand(!(await hers.has("[name=phone]")), "she may change what is not marked");
    same(await send(hers, { cadastral_code: "1" }), 422, "the status of a wrong correction");
    await hers.errorAt("cadastral_code");
    await picture(hers, "correct");
    await send(hers, { cadastral_code: OTHER_CODE });
    await hers.page.locator("main details summary").first().click();
    await says(hers, OTHER_CODE, words.review);
  });
  await check(`it is decided, which needs its result, and she gets the decision (${how(language, scripts)})`, async () => {
    await his.go(`${office}/office/${number}/certificado/decide`);
    await picture(his, "office-decide");
    same(await send(his, { verdict: "approve" }), 422, "the status without the result");
    await his.go(`${office}/office/${number}/certificado/decide`);
    await send(his, { verdict: "approve", result: pdf("certificado.pdf") });
    his.at(office, `/office/${number}`);
    await picture(his, "office-application");
    await hers.go(`${office}/applications/${number}`);
    await says(hers, words.approved, words.history, words.asked, TEXTS[language].source);
    await picture(hers, "application-decided");
    const download = hers.page.waitForEvent("download");
    await hers.page.locator("main a[href$='/decision/certificado']").click({ noWaitAfter: true });
    demand((await download).suggestedFilename().endsWith(".asice"), "the decision is no container");
  });
  await Promise.all([hers.close(), his.close()]);
}

export async function certificates(site) {
  for (const [language, scripts] of WAYS) await walk(site, language, scripts);
}

/** What was asked for a fair: several steps, a document sent back, a fee before the result, and a text that is signed. */
export async function fairDecided(site) {
  const { office, fair: number } = site;
  const [hers, his] = [await site.citizen.browser(), await site.officer.browser()];
  const decide = async (values) => {
    await his.go(`${office}/office/${number}`);
    if (await his.has("form[action$='/claim']")) await claim(his, "permiso");
    await his.go(`${office}/office/${number}/permiso/decide`);
    await send(his, values);
  };
  await check("a document is sent back, and another photo attached", async () => {
    await decide({ verdict: "send-back", reason: "La foto no se ve bien.", "mark.document.fotos": "Saque otra con luz." });
    await hers.go(`${office}/applications/${number}/correct`);
    await says(hers, "Saque otra con luz.");
    demand(!(await hers.has("[name=stall_area], [name=fair]")), "she may change what is not marked");
    const [field] = await hers.page.locator("main input[type=file]").evaluateAll((fields) => fields.map(({ name }) => name));
    await send(hers, { [field]: { name: "otra.png", mimeType: "image/png", buffer: picture(80, 60) } });
    hers.at(office, `/applications/${number}`);
  });
  await check("a procedure of several steps comes to its fee, and its decision", async () => {
    for (let step = 0; step < 3; step += 1) await decide({ verdict: "approve" });
    await hers.go(`${office}/applications/${number}`);
    await says(hers, "Falta pagar", "Bs 18,00");
    await his.go(`${office}/office/${number}/pay/0`);
    await send(his, { receipt: "R-0002" });
    await hers.go(`${office}/applications/${number}`);
    await says(hers, "Aprobado", "Descargar la decisión firmada");
  });
  await Promise.all([hers.close(), his.close()]);
}

/** Her folder, the thread of an application, and what is thrown away or withdrawn. */
export async function folder(site) {
  const { office, fair: number } = site;
  const [hers, his] = [await site.citizen.browser(), await site.officer.browser()];
  await check("what she attached lies in her folder, and is used again", async () => {
    await hers.go(`${office}/folder`);
    await says(hers, "puesto.png");
    await hers.picture("portal-folder");
    await hers.go(`${office}/apply/poda-arbol`);
    await hers.press(SEND);
    await send(hers, { phone: "71234567" });
    await send(hers, { tree_place: "Calle Murillo 100, San Pedro", ground: "calle", trouble: "cables" });
    await hers.page.getByLabel("puesto.png").first().check();
    await hers.picture("portal-document-of-folder");
    await hers.press(SEND);
    await says(hers, "puesto.png");
    const draft = hers.path().split("/")[2];
    await hers.go(`${office}/drafts/${draft}/delete`);
    await hers.press(SEND);
    hers.at(office, "/applications");
    await hers.picture("portal-applications");
  });
  await check("she writes to the office, which answers her and notes something for itself", async () => {
    await hers.go(`${office}/applications/${number}/messages`);
    same(await hers.press(SEND), 422, "the status of an empty message");
    await hers.errorAt("text");
    await send(hers, { text: "¿Dónde recojo el permiso?" });
    await his.go(`${office}/office/messages`);
    await his.picture("portal-office-messages");
    await his.press(`main a[href='/office/${number}/messages']`);
    same(await send(his, { text: "Solo para nosotros." }), 422, "the status without whom it is for");
    await his.errorAt("audience");
    await send(his, { audience: "staff", text: "Solo para nosotros." });
    await send(his, { audience: "citizen", text: "En su carpeta, firmado." });
    await hers.go(`${office}/applications/${number}/messages`);
    await says(hers, "En su carpeta, firmado.");
    await silent(hers, "Solo para nosotros.");
    await hers.picture("portal-messages");
  });
  await check("she withdraws what she does not want any more", async () => {
    const other = await certificate(site, hers, "es");
    await hers.go(`${office}/applications/${other}/withdraw`);
    same(await hers.press(SEND), 422, "the status without saying what");
    const box = hers.page.locator("main input[type=checkbox]");
    for (let at = 0; at < await box.count(); at += 1) await box.nth(at).check();
    if (await hers.has("main textarea")) await hers.page.locator("main textarea").first().fill("Ya no lo necesito.");
    await hers.press(SEND);
    await says(hers, "Retirado");
  });
  await Promise.all([hers.close(), his.close()]);
}

/** Who supervises sees what is near its breach, hands it over, names who stands in, and everybody reads the numbers. */
export async function supervision(site) {
  const { office } = site;
  const [hers, his, rosas] = [await site.citizen.browser(), await site.officer.browser(), await site.colleague.browser()];
  const number = await certificate(site, hers, "es");
  await his.go(`${office}/office/${number}/pay/0`);
  await send(his, { receipt: "R-0003" });
  await check("what is near its breach is listed, and handed to a colleague who has been there", async () => {
    await his.go(`${office}/office/due`);
    await says(his, number, "días hábiles");
    await his.picture("portal-office-due");
    await rosas.go(`${office}/office/substitutes`);
    if (await rosas.has("button[name=join]")) await rosas.press("button[name=join]");
    await his.go(`${office}/office/${number}/certificado/assign`);
    await his.picture("portal-office-assign");
    await his.page.getByLabel("Rosa Mamani").check();
    await his.press(SEND);
    await says(his, "Rosa Mamani");
    await rosas.go(`${office}/office`);
    await says(rosas, number);
    await rosas.press(`main a[href='/office/${number}']`);
    await rosas.press("form[action$='/release'] button");
  });
  await check("somebody stands in for who is absent, for some days", async () => {
    await his.go(`${office}/office/substitutes`);
    same(await his.press(his.page.locator(SEND).last()), 422, "the status of an empty form");
    await his.errorAt("absent");
    const day = new Date(), parts = { day: day.getDate(), month: day.getMonth() + 1, year: day.getFullYear() };
    const radio = (name, label) => his.page.locator(`fieldset:has([name=${name}])`).getByLabel(label).check();
    await radio("absent", "Rosa Mamani");
    await radio("substitute", "Beto Choque");
    for (const [name, value] of Object.entries(parts)) {
      await his.fill(`from.${name}`, String(value));
      await his.fill(`to.${name}`, String(name === "year" ? value + 1 : value));
    }
    await his.press(his.page.locator(SEND).last());
    await says(his, "Rosa Mamani", "Beto Choque");
    await his.picture("portal-substitutes");
    await his.press(his.page.locator("main table form button").first());
    same(await his.heading(), "Reemplazos", "the heading");
  });
  await check("the numbers are public, and a number that is not there is said", async () => {
    await his.go(`${office}/statistics`);
    await his.picture("portal-statistics");
    same(await his.go(`${office}/office/find?number=1111-1111-1111`), 404, "the status of no number");
    same(await hers.go(`${office}/office`), 403, "the status of the inbox for a citizen");
  });
  await Promise.all([hers.close(), his.close(), rosas.close()]);
}
