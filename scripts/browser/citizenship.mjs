// Citizenship: registering, one's own account, acting for others, and the counter.
import { setTimeout as wait } from "node:timers/promises";
import { check, demand, same } from "./report.mjs";
import { moderator } from "./identity.mjs";
import { Person } from "./people.mjs";
import { Visit } from "./visit.mjs";

const SEND = "main form[method=post] button";
const TOMAS = {
  document: "2345678", given: "tomas", "first-surname": "Vaca", "second-surname": "Suarez",
  "born.day": "30", "born.month": "11", "born.year": "1975", "issued.day": "15", "issued.month": "3", "issued.year": "2021",
  email: "tomas@correo.bo", telephone: "7123 4567",
};
const NELIDA = {
  given: "Nélida", "first-surname": "Choque", "second-surname": "Flores", "born.day": "6", "born.month": "7", "born.year": "2001",
  note: "Cédula original 3456789",
};
const COMPANY = "Tejidos Illimani S.R.L.";
const CHILD = "Mateo Quispe Mamani";
const READY = "Su cuenta está lista";
const OTHER_BROWSER = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:146.0) Gecko/20100101 Firefox/146.0";

const fillAll = async (visit, values) => {
  for (const [name, value] of Object.entries(values)) await visit.fill(name, value);
};

/** Fills in the form of who registers, but for some fields, and gives the status of the answer. */
async function register(site, visit, other = {}) {
  await visit.go(`${site.civic}/register`);
  await fillAll(visit, { ...TOMAS, ...other });
  await visit.page.locator("[name=consent]").check();
  return visit.press(SEND);
}

/** Juana and Beto, where nothing before this signed them up. */
export async function people(site) {
  const { juana } = site;
  site.tomas = new Person("CI 2345678", null, "camino lluvia tambor quinua");
  if (!juana.app) {
    await check("she who represents others signs up", async () => {
      site.hers = await Visit.of(site);
      await site.hers.go(juana.link);
      await juana.enrols(site.hers);
      site.hers.at(site.issuer, "/account");
    });
  }
  if (!site.moderators) await moderator(site);
}

export async function registration(site) {
  const { civic, issuer, tomas } = site;
  const anybody = await Visit.of(site);
  const his = await Visit.of(site);
  site.his = his;

  await check("anybody reads what citizenship is, in both languages", async () => {
    await anybody.go(`${civic}/`);
    same(await anybody.heading(), "Ciudadanía digital", "the heading");
    await anybody.press("footer a[hreflang=en]");
    same(await anybody.heading(), "Digital citizenship", "the heading");
    await anybody.press("main a[href='/register']");
    same(await anybody.heading(), "Register", "the heading");
    await anybody.press("footer a[hreflang=es]");
    same(await anybody.heading(), "Registrarse", "the heading");
    await anybody.picture("citizenship-register");
  });
  await check("an empty registration is refused, and each error is accessible", async () => {
    same(await anybody.press(SEND), 422, "the status");
    for (const name of ["document", "given", "first-surname", "born.day", "issued.day", "email", "consent"]) await anybody.errorAt(name);
  });
  await check("an unknown card and one wrong field are answered alike", async () => {
    const said = [];
    for (const other of [{ document: "8888888" }, { "second-surname": "Soto" }]) {
      same(await register(site, anybody, other), 200, "the status");
      said.push([await anybody.page.title(), await anybody.text()]);
    }
    same(said[1], said[0], "what is said of a wrong field");
    demand(said[0][1].includes("No pudimos registrar"), said[0][1]);
    await anybody.picture("citizenship-not-confirmed");
  });
  await check("who is what he says he is gets a code", async () => {
    same(await register(site, his), 200, "the status");
    same(await his.heading(), READY, "the heading");
    tomas.link = await his.page.locator("main a.button").getAttribute("href");
    site.code = await copied(his, ".code code");
    demand(/^[A-Z0-9]{16,}$/.test(site.code), `the code that is copied is ${JSON.stringify(site.code)}`);
    await his.picture("citizenship-registered");
  });
  await check("the same form sent again makes no second account", async () => {
    await his.after(() => his.page.goBack());
    await fillAll(his, TOMAS);
    await his.page.locator("[name=consent]").check();
    await his.press(SEND);
    if ((await his.heading()) === READY) same(await copied(his, ".code code"), site.code, "the code");
    else demand((await his.text()).includes("No pudimos registrar"), await his.text());
  });
  await check("a second registration of a card is not confirmed, like any other", async () => {
    await register(site, anybody, { document: "8888888" });
    const said = await anybody.text();
    same(await register(site, anybody), 200, "the status");
    same(await anybody.text(), said, "what is said of a card that has an account");
  });
  await check("registering works without JavaScript", async () => {
    const without = await Visit.of(site, { scripts: false, language: "en" });
    await without.go(`${civic}/`);
    await without.press("main a[href='/register']");
    same(await without.press(SEND), 422, "the status");
    await without.errorAt("document");
    same(await register(site, without, { document: "7777777" }), 200, "the status");
    demand((await without.text()).includes("We could not register an account"), await without.text());
    same(await without.page.locator("[name=given]").inputValue(), TOMAS.given, "what he typed");
    site.his_other = without;
  });
  await check("after five tries of a day it is said what else there is", async () => {
    for (let tries = 0; tries < 3; tries += 1) await register(site, anybody, { document: "8888888" });
    same(await register(site, anybody, { document: "8888888" }), 429, "the status");
    demand((await anybody.text()).includes("ventanilla"), "nobody is sent to a counter");
  });
  await check("his link leads to where he sets up a password and an app", async () => {
    await his.go(tomas.link);
    await tomas.enrols(his);
    his.at(issuer, "/account");
  });
  await anybody.close();
}

/** What somebody has who selects an element, and copies. */
const copied = (visit, selector) => visit.page.locator(selector).first().evaluate((element) => {
  const selection = getSelection();
  selection.selectAllChildren(element);
  const text = selection.toString();
  selection.removeAllRanges();
  return text;
});

export async function ownAccount(site) {
  const { civic, issuer, tomas, his } = site;
  await check("he signs in, and finds what belongs to him", async () => {
    await his.press('form[action="/account/sign-out"] button');
    await his.go(`${civic}/profile`);
    his.at(issuer, "/sign-in");
    await tomas.signs_in(his);
    his.at(civic, "/profile");
    demand((await his.text()).includes("Tomás Vaca Suárez"), "he is not named as the register does");
    await his.go(`${civic}/`);
    same(await his.page.locator("main .card").count(), 4, "what he can do");
  });
  await check("a wrong address of mail is refused, and the error is accessible", async () => {
    await his.go(`${civic}/profile`);
    await his.fill("email", "tomas");
    same(await his.press(SEND), 422, "the status");
    await his.errorAt("email");
  });
  await check("he says how he is reached, sees it, and is told", async () => {
    await his.fill("email", "vaca@correo.bo");
    await his.fill("telephone", "76543210");
    await his.press(SEND);
    his.at(civic, "/profile");
    const said = await his.text();
    demand(said.includes("Se guardaron los cambios"), said);
    demand(said.includes("vaca@correo.bo") && said.includes("+59176543210"), said);
    await his.picture("citizenship-profile");
    await his.go(`${issuer}/account/notices`);
    demand((await his.text()).includes("Cambió cómo le avisamos"), await his.text());
  });
  await check("he sees his other session, and who tried, and ends it", async () => {
    const other = await Visit.of(site, { agent: OTHER_BROWSER, language: "en" });
    await other.go(`${civic}/profile`);
    await tomas.password_step(other, "otra frase que no es");
    await tomas.signs_in(other);
    other.at(civic, "/profile");
    await his.go(`${civic}/sessions`);
    await his.picture("citizenship-sessions");
    const row = his.page.locator("tbody tr", { hasText: "Firefox en Windows" });
    same([await his.page.locator("tbody tr").count(), await row.count()], [2, 1], "his sessions, and those of the other browser");
    await his.press(row.locator("button"));
    his.at(civic, "/sessions");
    same(await his.page.locator("tbody tr").count(), 1, "sessions that are left");
    await other.go(`${issuer}/account`);
    other.at(issuer, "/sign-in");
    await other.close();
  });
  await check("he sees who signed in as him, and who tried", async () => {
    await his.go(`${civic}/sign-ins`);
    const rows = await his.page.locator("tbody tr").allInnerTexts();
    demand(rows.some((row) => row.includes("No ingresó: la contraseña no era correcta") && row.includes("Firefox en Windows")), rows.join("\n"));
  });
  await check("his pages are there without JavaScript, in English", async () => {
    const without = site.his_other;
    await without.go(`${civic}/sessions`);
    await tomas.signs_in(without);
    without.at(civic, "/sessions");
    same(await without.heading(), "My sessions", "the heading");
    for (const page of ["/", "/profile", "/sign-ins", "/representation", "/representation/company", "/representation/person"]) {
      same(await without.go(civic + page), 200, page);
      same(await without.page.locator("html").getAttribute("lang"), "en", `the language of ${page}`);
    }
    await without.close();
  });
}

export async function representation(site) {
  const { civic, issuer, juana, his } = site;
  const hers = await Visit.of(site);
  const add = async (visit, page, field, number) => {
    await visit.go(`${civic}/representation/${page}`);
    await visit.fill(field, number);
    return visit.press(SEND);
  };
  const rows = (visit) => visit.page.locator("tbody tr").count();

  await check("who is not named by the company register is refused in words", async () => {
    same(await add(his, "company", "number", "00123456"), 422, "the status");
    demand((await his.errorAt("number")).includes("no figura hoy en el registro de comercio"), await his.text());
  });
  await check("she takes on the representation of a company, and of her child", async () => {
    await hers.go(`${civic}/representation`);
    await juana.signs_in(hers);
    hers.at(civic, "/representation");
    await add(hers, "company", "number", "00-123456");
    hers.at(civic, "/representation");
    await add(hers, "person", "document", "9876543");
    same(await rows(hers), 2, "whom she represents");
    demand((await hers.text()).includes(COMPANY) && (await hers.text()).includes(CHILD), await hers.text());
    await hers.picture("citizenship-representation");
  });
  await check("from her next sign-in on she acts for one of them", async () => {
    await hers.press("main a[href^='/-/sign-in']");
    hers.at(civic, "/representation");
    await hers.press("header a[href='/-/acting']");
    hers.at(civic, "/-/acting");
    await hers.page.getByLabel(COMPANY).check();
    await hers.press("main form button");
    demand((await hers.text("header")).includes(`Actúa por ${COMPANY}`), await hers.text("header"));
    await hers.press("header a[href='/-/acting']");
    await hers.page.getByLabel("Juana Quispe").check();
    await hers.press("main form button");
    demand(!(await hers.text("header")).includes(COMPANY), "she acts for it still");
  });
  await check("she ends it, and is signed out before she acts for anybody", async () => {
    await hers.go(`${civic}/representation`);
    await hers.press(hers.page.locator("tbody tr", { hasText: COMPANY }).getByRole("button", { name: "Terminar" }));
    // The issuer tells those at whom she is signed in every few seconds.
    for (let tries = 0; tries < 20; tries += 1) {
      await hers.go(`${civic}/`);
      if (!(await hers.has("form[action='/-/sign-out']"))) break;
      await wait(500);
    }
    demand(!(await hers.has("form[action='/-/sign-out']")), "she is signed in still with what she may no more");
    await hers.go(`${civic}/representation`);
    hers.at(issuer, "/sign-in");
    await juana.signs_in(hers);
    hers.at(civic, "/representation");
    same(await rows(hers), 1, "whom she represents");
    await hers.press("header a[href='/-/acting']");
    const offered = await hers.text();
    demand(!offered.includes(COMPANY) && offered.includes(CHILD), offered);
  });
  await hers.close();
}

export async function counter(site) {
  const { civic, issuer, his } = site;
  const desk = site.moderators;
  let first;
  const find = async (number) => {
    await desk.go(`${civic}/counter`);
    await desk.fill("document", number);
    return desk.press("main form button");
  };

  await check("the counter is for who works there", async () => {
    same(await his.go(`${civic}/counter`), 403, "the status for a citizen");
    same(await his.heading(), "Esta página es para personal de la entidad", "the heading");
    demand(!(await his.has("header a[href='/counter']")), "it is in his navigation");
  });
  await check("a card that has no account is found to have none", async () => {
    await desk.go(`${civic}/counter`);
    await desk.press("footer a[hreflang=es]");
    await desk.press(".site-name a");
    await desk.press("header a[href='/counter']");
    await desk.press("main form button");
    await find("x");
    await desk.errorAt("document");
    await find("3.456.789");
    desk.at(civic, "/counter/3456789");
    demand((await desk.text()).includes("No hay una cuenta"), await desk.text());
  });
  await check("what the register says otherwise is shown, and an account is made with what is right", async () => {
    await desk.press("main a.button");
    same(await desk.press(SEND), 422, "the status of an empty form");
    for (const name of ["given", "first-surname", "born.day", "note", "seen"]) await desk.errorAt(name);
    await fillAll(desk, { ...NELIDA, "second-surname": "Soto" });
    await desk.page.locator("[name=seen]").check();
    await desk.press(SEND);
    same(await desk.page.locator("tbody tr").allInnerTexts().then((found) => found.map((row) => row.split("\t"))),
      [["Apellidos", "Choque Soto", "Choque Flores"]], "what is not the same");
    await desk.picture("citizenship-counter-differences");
    await desk.fill("second-surname", NELIDA["second-surname"]);
    await desk.press(SEND);
    same(await desk.heading(), "La cuenta está lista", "the heading");
    first = await copied(desk, ".code code");
  });
  await check("she is looked up again, and gets a new code, which makes the other worthless", async () => {
    await desk.press("main a[href='/counter/3456789']");
    await find("3456789");
    demand((await desk.text()).includes("Nélida Choque Flores"), await desk.text());
    demand(!(await desk.text()).includes(first.slice(0, 4)), "the code is shown again");
    await desk.picture("citizenship-counter-account");
    await desk.press("main a[href='/counter/3456789/code']");
    await desk.fill("note", "Perdió la hoja; cédula original");
    await desk.page.locator("[name=seen]").check();
    await desk.press(SEND);
    same(await desk.heading(), "El código nuevo está listo", "the heading");
    const code = await copied(desk, ".code code");
    const hers = await Visit.of(site);
    for (const [wanted, one] of [[422, first], [200, code.match(/.{1,4}/g).join(" ")]]) {
      await hers.go(`${issuer}/enrol`);
      await hers.fill("enrolment", one);
      same(await hers.press("form[data-enrolment] button"), wanted, "the status of a code");
    }
    demand((await hers.text()).includes("Nélida Choque Flores"), await hers.text());
    await hers.close();
  });
  await check("his account is raised to the highest assurance, and nobody works on his own", async () => {
    await find("2345678");
    same((await desk.text()).split("Se registró").length - 1, 1, "registrations in his history");
    await desk.press("main a[href='/counter/2345678/assurance']");
    await desk.fill("note", "Cédula original");
    await desk.page.locator("[name=seen]").check();
    await desk.press(SEND);
    desk.at(civic, "/counter/2345678");
    demand((await desk.text()).includes("alta"), await desk.text());
    same(await desk.go(`${civic}/counter/7654321/code`), 403, "the status for his own account");
  });
  await check("the counter is there in English", async () => {
    await desk.go(`${civic}/counter`);
    await desk.press("footer a[hreflang=en]");
    for (const page of ["/counter", "/counter/3456789", "/counter/3456789/account", "/counter/3456789/code", "/counter/3333333/account"]) {
      same(await desk.go(civic + page), 200, page);
      same(await desk.page.locator("html").getAttribute("lang"), "en", `the language of ${page}`);
    }
  });
}
