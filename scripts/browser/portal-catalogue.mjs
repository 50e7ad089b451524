// The catalogue: a procedure is found with typing errors, filtered and read, by anybody, in every language; and what a first visit weighs.
import { check, demand, same } from "./report.mjs";
import { WAYS, how, says } from "./portal.mjs";
import { Visit } from "./visit.mjs";

/** What everything of a first visit weighs at most, as it is sent. */
const MOST_BYTES = 100_000;
const SEARCH = "main form[role=search] button";
const WORDS = {
  es: { results: "Trámites encontrados", begin: "Empezar en la página de la entidad", none: "No encontramos ningún trámite" },
  en: { results: "Procedures found", begin: "Begin on the entity's page", none: "We found no procedure" },
};

/** Everything that a browser with an empty cache is sent for a page, as it is sent. */
async function weighed(site, address) {
  const visit = await Visit.of(site);
  const session = await visit.context.newCDPSession(visit.page);
  await session.send("Network.enable");
  await session.send("Network.setCacheDisabled", { cacheDisabled: true });
  const parts = [], names = new Map();
  session.on("Network.responseReceived", ({ requestId, response }) => names.set(requestId, new URL(response.url).pathname));
  session.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => parts.push([names.get(requestId), encodedDataLength]));
  await visit.go(address);
  await visit.page.waitForLoadState("networkidle");
  const bytes = parts.reduce((sum, [, length]) => sum + length, 0);
  await visit.close();
  return { bytes, parts: parts.map(([name, length]) => `${name} ${length}`).join(", ") };
}

export async function weight(site) {
  for (const address of [`${site.portal}/`, `${site.portal}/procedures`, `${site.portal}/procedures/mun-2001/licencia-funcionamiento`, `${site.office}/`]) {
    await check(`a first visit of ${new URL(address).host.split(":")[0]}${new URL(address).pathname} weighs less than 100 KB`, async () => {
      const { bytes, parts } = await weighed(site, address);
      demand(bytes < MOST_BYTES && bytes > 1000, `it weighs ${bytes} bytes: ${parts}`);
      console.log(`      ${bytes} bytes`);
    });
  }
}

export async function catalogue(site) {
  const { portal } = site;
  for (const [language, scripts] of WAYS) {
    const words = WORDS[language];
    const visit = await Visit.of(site, { language, scripts });
    const shows = language === "es" && scripts;
    const picture = (name) => (shows ? visit.picture(`portal-${name}`) : null);
    await check(`a procedure is found in spite of typing errors, and read (${how(language, scripts)})`, async () => {
      await visit.go(`${portal}/`);
      await picture("home");
      await visit.fill("q", "lisencia de funsionamiento");
      await visit.press(SEARCH);
      same(await visit.heading(), words.results, "the heading");
      await picture("search");
      const found = visit.page.locator("main a[href='/procedures/mun-2001/licencia-funcionamiento']");
      same(await found.count(), 1, "how often it is found");
      await visit.press(found);
      same(await visit.page.locator("main a.button").getAttribute("href"), `${site.office}/apply/licencia-funcionamiento`, "where it is begun");
      await says(visit, words.begin);
      await picture("entry");
    });
    await check(`what is found is filtered, and nothing found is said (${how(language, scripts)})`, async () => {
      await visit.go(`${portal}/search?q=certificado`);
      const before = await visit.page.locator("main .card").count();
      await visit.page.locator("main details summary").click();
      await visit.page.locator("select[name=channel]").selectOption("online");
      await visit.press("main details button");
      const after = await visit.page.locator("main .card").count();
      demand(after > 0 && after < before, `${after} of ${before} are left`);
      await visit.go(`${portal}/search?q=zzzzzz`);
      await says(visit, words.none);
    });
    await visit.close();
  }
  await check("lists lead to what they name, in all five languages", async () => {
    const visit = await Visit.of(site);
    for (const path of ["/procedures", "/sectors/empresas", "/events/abrir-negocio", "/entities", "/entities/gov-1001", "/statistics"]) {
      same(await visit.go(portal + path), 200, path);
    }
    for (const language of ["qu", "ay", "gn", "en", "es"]) {
      await visit.go(`${portal}/`);
      await visit.press(`footer a[hreflang=${language}]`);
      same(await visit.page.locator("html").getAttribute("lang"), language, "the language");
      same(await visit.go(`${portal}/procedures/mun-2001/certificado-catastral`), 200, "an entry");
      demand(["es", "en"].includes(language) || await visit.has("main :lang(es)"), "what is not translated is not marked");
    }
    same(await visit.go(`${portal}/procedures/mun-2001/no-hay-tal`), 404, "the status of what is not there");
    await visit.close();
  });
}
