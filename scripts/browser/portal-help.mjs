// Help: a code that is good once lets the call centre act for a citizen, and the counter files for who has no account.
import { check, demand, same } from "./report.mjs";
import { SEND, says, send, silent } from "./portal.mjs";
import { sentBack } from "./portal-office.mjs";

const CODE = "012-0345-0067-0003";
const CORRECTED = "012-0345-0067-0005";

/** On the telephone: the citizen makes a code, the assistant uses it, begins, corrects nothing that is not hers, and is ended. */
export async function telephone(site) {
  const { office } = site;
  const [hers, his] = [await site.citizen.browser(), await site.officer.browser()];
  let code, number;
  await check("she makes a code for the call centre, which is shown once", async () => {
    await hers.go(`${office}/help`);
    await hers.picture("portal-help");
    await hers.press("main form:has([name=make]) button");
    code = (await hers.text("main .code code")).replace(/\s/g, "");
    demand(/^\d{8}$/.test(code), `the code is ${code}`);
    await hers.picture("portal-help-code");
    await hers.go(`${office}/help`);
    await silent(hers, code);
  });
  await check("the assistant is refused with another code, and helps with hers", async () => {
    await his.go(`${office}/assist`);
    if (await his.has("main [name=end]")) await his.press("main form:has([name=end]) button");
    await his.picture("portal-assist");
    same(await send(his, { code: "00000000" }), 200, "the status of a code that nobody made");
    await his.errorAt("code");
    await send(his, { code });
    await says(his, "Usted ayuda a", "Juana Quispe");
    await his.picture("portal-assist-helping");
  });
  await check("the assistant fills in for her, and reads everything back", async () => {
    await his.go(`${office}/assist/apply/poda-arbol`);
    await his.press(SEND);
    await says(his, "Usted ayuda a");
    await send(his, { phone: "71234567" });
    await his.go(`${office}/assist/applications`);
    await says(his, "Pedir la poda o el retiro de un árbol");
    await hers.go(`${office}/applications`);
    await says(hers, "Una persona de la entidad le ayudó a llenarlo.");
    const submitted = his.page.locator("main a[href^='/assist/applications/']").first();
    number = (await submitted.getAttribute("href")).split("/").at(-1);
    await his.press(submitted);
    await says(his, "Usted ayuda a");
  });
  await check("the assistant goes on with what she began, submits it, and corrects it", async () => {
    await hers.go(`${office}/apply/certificado-catastral`);
    await hers.press(SEND);
    const draft = hers.path().split("/")[2];
    await his.go(`${office}/assist/drafts/${draft}`);
    await send(his, { cadastral_code: CODE, purpose: "venta", phone: "71234567" });
    same(await his.press(SEND), 422, "the status without having read it back");
    await his.errorAt("true");
    await send(his, { true: "yes" });
    const filed = his.path().split("/")[3];
    his.at(office, `/assist/applications/${filed}/submitted`);
    await sentBack(his, office, filed);
    await his.go(`${office}/assist/applications/${filed}/correct`);
    await send(his, { cadastral_code: CORRECTED, true: "yes" });
    his.at(office, `/assist/applications/${filed}`);
    await hers.go(`${office}/applications/${filed}`);
    await says(hers, "La entidad, en nombre de la persona (por teléfono)");
  });
  await check("the code is good once; she sees who helps, and ends it", async () => {
    const rosas = await site.colleague.browser();
    same(await rosas.go(`${office}/assist`), 403, "the status for who does not answer the telephone");
    await rosas.close();
    await hers.go(`${office}/help`);
    await says(hers, "Le están ayudando ahora", "Beto Choque");
    await hers.picture("portal-help-now");
    await hers.press("main form:has([name=help]) button");
    await says(hers, "Quién le ayudó");
    same(await his.go(`${office}/assist/applications/${number}`), 403, "the status after she ended it");
    await his.go(`${office}/assist`);
    await send(his, { code });
    await his.errorAt("code");
  });
  await Promise.all([hers.close(), his.close()]);
}

/** At the counter: somebody's document finds her, what is filed is printed, found again, and added to an account. */
export async function counter(site) {
  const { office } = site;
  const [hers, his] = [await site.citizen.browser(), await site.officer.browser()];
  let number, code;
  await check("the counter files for somebody without an account, by her document", async () => {
    await his.go(`${office}/counter`);
    await his.picture("portal-counter");
    same(await his.press(SEND), 422, "the status of an empty form");
    for (const name of ["document", "name", "procedure", "seen"]) await his.errorAt(name);
    const person = { name: "Nélida Choque Flores", procedure: "certificado-catastral", seen: "yes" };
    same(await send(his, { ...person, document: "8888888" }), 422, "the status of a card that is not known");
    await his.errorAt("document");
    await send(his, { document: "3456789" });
    await says(his, "Nélida");
    const draft = his.path().split("/")[3];
    await his.go(`${office}/counter/drafts/${draft}/delete`);
    await his.press("main form a");
    await send(his, { cadastral_code: CODE, purpose: "credito", phone: "71234567" });
    await send(his, { true: "yes" });
    number = /[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}/.exec(await his.text())[0];
    code = (await his.text("main .code code")).replace(/\s/g, "");
    await his.picture("portal-counter-filed");
  });
  await check("what was filed is found again by its printed code, and by no other", async () => {
    await his.go(`${office}/counter/find`);
    await his.picture("portal-counter-find");
    same(await send(his, { number, code: "AAAA" }), 422, "the status of a wrong code");
    await send(his, { number, code });
    his.at(office, `/counter/applications/${number}`);
    await sentBack(his, office, number);
    await his.go(`${office}/counter/applications/${number}/correct`);
    await send(his, { cadastral_code: CORRECTED, true: "yes" });
    his.at(office, `/counter/applications/${number}`);
  });
  await check("she adds it to her account, once", async () => {
    await hers.go(`${office}/claim`);
    await hers.picture("portal-claim");
    same(await send(hers, { number, code: "AAAA" }), 422, "the status of a wrong code");
    await send(hers, { number, code });
    hers.at(office, `/applications/${number}`);
    await says(hers, "Agregado a la cuenta de la persona");
    same(await his.go(`${office}/counter/applications/${number}`), 404, "the status at the counter from then on");
  });
  await Promise.all([hers.close(), his.close()]);
}
