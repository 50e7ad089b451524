// The guestbook, from what a citizen writes to what everybody reads: with and without JavaScript, and never twice.
import { setTimeout as wait } from "node:timers/promises";
import { readFile } from "node:fs/promises";
import { check, demand, same } from "./report.mjs";
import { Visit } from "./visit.mjs";
import { picture } from "./png.mjs";

const FIRST = "Buenas tardes desde Uyuni: la salina brilla.";
const MARKUP = '<script>alert("¿?")</script> & <b>Ñusta</b>';
const SEND = "main form[method=post] button";

export async function guestbook(site) {
  const { apex, book, issuer, juana } = site;
  const [hers, his, without] = [site.hers, site.moderators, site.withoutScripts];
  const anybody = await Visit.of(site);
  const waiting = async () => {
    await his.go(`${book}/desk`);
    return his.page.locator("main ul li a").evaluateAll((links) => links.map((link) => link.href));
  };

  await check("anybody finds the services and reads the book, in both languages", async () => {
    await anybody.go(`${apex}/`);
    await anybody.picture("services");
    await anybody.press(`main a[href^="${book}"]`);
    same(await anybody.heading(), "Libro de visitas", "the heading");
    await anybody.press("footer a[hreflang=en]");
    same(await anybody.heading(), "Guestbook", "the heading");
    await anybody.press("footer a[hreflang=es]");
    same(await anybody.heading(), "Libro de visitas", "the heading");
  });
  await check("whoever wants to write signs in first", async () => {
    await anybody.go(`${book}/write`);
    anybody.at(issuer, "/sign-in");
  });
  await check("who is signed in comes to the form at once; an empty one is refused with accessible errors", async () => {
    await hers.go(`${book}/write`);
    hers.at(book, "/write");
    await hers.picture("write");
    same(await hers.page.locator("[name=name]").inputValue(), "Juana Quispe", "her name");
    await hers.fill("name", "");
    same(await hers.press(SEND), 422, "the status");
    await hers.errorAt("name");
    await hers.errorAt("text");
    await hers.picture("write-wrong");
  });
  await check("a citizen writes, with a picture", async () => {
    await hers.go(`${book}/write`);
    await hers.fill("name", "Juana");
    await hers.fill("text", FIRST);
    await hers.page.locator("[name=picture]").setInputFiles({ name: "salar.png", mimeType: "image/png", buffer: picture(96, 64) });
    await hers.press(SEND);
    hers.at(book, "/thanks");
    await hers.picture("thanks");
  });
  await check("the back button and another sending make no second entry", async () => {
    await hers.after(() => hers.page.goBack());
    await hers.fill("text", FIRST);
    await hers.press(SEND);
    same((await waiting()).length, 1, "entries that wait");
  });
  await check("one entry waits at a time, which is said where she writes", async () => {
    await hers.go(`${book}/write`);
    await hers.fill("text", "Otra más.");
    same(await hers.press(SEND), 422, "the status");
    await hers.errorAt("text");
  });
  await check("who goes back to a form that was refused finds it with its errors", async () => {
    await hers.press(".site-name a");
    await hers.after(() => hers.page.goBack());
    await hers.errorAt("text");
  });
  await check("what waits is not in the book", async () => {
    await anybody.go(`${book}/`);
    demand(!(await anybody.text()).includes("Uyuni"), "it is there");
  });
  await check("the desk is for the moderator", async () => {
    same(await hers.go(`${book}/desk`), 403, "the status for a citizen");
    await hers.picture("not-staff");
    same(await hers.go(`${book}/guestbook.csv`), 403, "the status of the table for a citizen");
  });
  await check("a moderator sees the picture, and publishing twice at once publishes once", async () => {
    const [entry] = await waiting();
    await his.picture("desk");
    await his.go(entry);
    await his.picture("judge");
    same(await widthOfPicture(his), 96, "the width of the picture");
    const answers = await his.page.evaluate(async () => {
      const form = document.querySelector("main form");
      const body = new URLSearchParams([...new FormData(form), ["judgement", "publish"]]);
      const send = () => fetch(location.href, { method: "POST", body }).then((answer) => answer.status);
      return Promise.all([send(), send(), send()]);
    });
    demand(answers.every((status) => status === 200), `the answers are ${answers}`);
    await anybody.go(`${book}/`);
    demand((await anybody.text()).includes("1 mensaje\n"), `not one entry: ${await anybody.text()}`);
  });
  await check("a citizen writes without JavaScript, presses twice, and it is there once", async () => {
    await without.go(`${book}/write`);
    without.at(book, "/write");
    await without.fill("name", MARKUP);
    await without.fill("text", MARKUP);
    await without.after(() => without.page.locator(SEND).dblclick({ noWaitAfter: true }));
    // The second press takes the place of the first, whose answer nobody sees.
    await without.page.waitForURL(`${book}/thanks`);
    same((await waiting()).length, 1, "entries that wait");
  });
  await check("a moderator publishes it, and refuses another", async () => {
    const [entry] = await waiting();
    await his.go(entry);
    await his.press('button[value="publish"]');
    his.at(book, "/desk");
    await without.go(`${book}/write`);
    await without.fill("text", "Esto no.");
    await without.press(SEND);
    without.at(book, "/thanks");
    await his.go((await waiting())[0]);
    await his.press('button[value="refuse"]');
    same((await waiting()).length, 0, "entries that wait");
  });
  await check("everybody reads what was published, and markup in it is text", async () => {
    await anybody.go(`${book}/`);
    await anybody.picture("book");
    const list = await anybody.text();
    demand(list.includes("2 mensajes") && list.includes(MARKUP) && !list.includes("Esto no."), list);
    await anybody.press(anybody.page.getByRole("link", { name: "Juana", exact: true }));
    same(await widthOfPicture(anybody), 96, "the width of the picture");
    demand((await anybody.text()).includes(FIRST), "the message is not there");
    await anybody.picture("entry");
  });
  await check("it is found by a word of it, without JavaScript too", async () => {
    const guest = await Visit.of(site, { scripts: false, language: "en" });
    for (const visit of [anybody, guest]) {
      // The index follows the table after a moment.
      for (let tries = 0; tries < 20; tries += 1) {
        await visit.go(`${book}/`);
        await visit.fill("q", "salina");
        await visit.press("form[role=search] button");
        if (await visit.has("main ul li")) break;
        await wait(500);
      }
      same(await visit.page.locator("main ul li").count(), 1, "entries that are found");
    }
    await anybody.picture("search");
    await guest.fill("q", "nadie");
    await guest.press("form[role=search] button");
    demand(await guest.has(".empty"), "it is not said that nothing was found");
    await guest.close();
  });
  await check("an archivist takes the table along", async () => {
    const download = his.page.waitForEvent("download");
    await his.page.goto(`${book}/guestbook.csv`).catch(() => {});
    const file = await download;
    same(file.suggestedFilename(), "guestbook.csv", "its name");
    const text = await readFile(await file.path(), "utf8");
    const lines = text.replace(/^\ufeff/, "").trim().split("\r\n");
    same(lines[0], "id,written,name,text,archive", "its head");
    same(lines.length, 3, "its lines");
    demand(text.includes(FIRST) && text.includes('"<script>alert(""¿?"")</script>'), text);
  });
  await check("a file that is no picture is refused in words, and nothing is kept", async () => {
    await hers.go(`${book}/write`);
    await hers.fill("text", "Con un archivo.");
    await hers.page.locator("[name=picture]").setInputFiles({ name: "foto.png", mimeType: "image/png", buffer: Buffer.from("<script>1</script>") });
    const status = await hers.press(SEND);
    demand(status === 415 || status === 422, `the status is ${status}`);
    demand((await hers.text()).includes("foto.png"), "the file is not named");
    await hers.picture("file-type");
    same((await waiting()).length, 0, "entries that wait");
  });
  await check("a form without its seal, or of somebody else, is refused in words", async () => {
    await hers.go(`${book}/write`);
    await hers.fill("text", "Sin sello.");
    await hers.page.locator("main form input[type=hidden]").first().evaluate((field) => field.remove());
    same(await hers.press(SEND), 403, "the status");
    await hers.go(`${book}/write`);
    const theirs = await without.go(`${book}/write`).then(() => without.page.locator("main form input[type=hidden]").first().inputValue());
    await hers.page.locator("main form input[type=hidden]").first().evaluate((field, value) => { field.value = value; }, theirs);
    await hers.fill("text", "Sello ajeno.");
    same(await hers.press(SEND), 403, "the status");
    same((await waiting()).length, 0, "entries that wait");
  });
  await anybody.close();
}

const widthOfPicture = (visit) => visit.page.locator("main img").evaluate((image) => image.decode().then(() => image.naturalWidth));
