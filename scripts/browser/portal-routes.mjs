// Which kinds of page the portal has, and that each was come to. A form done with the keyboard alone.
import { readFile } from "node:fs/promises";
import { check, demand, same } from "./report.mjs";
import { SEND } from "./portal.mjs";

const ROUTES = new URL("../../plugins/portal/src/lib.rs", import.meta.url);
/** What is no page: files, what leads on (a number that is not there is judged elsewhere), and what machines read. */
const NO_PAGE = /^\/office\/find$|\/(receipt|files\/\{blob\}|decision\/\{registration\}|jsonld|definition\.json|data|document)$|^\/(catalogue\.(jsonld|csv|json)|sitemap\.xml)$|^\/folder\/\{id\}$|^(\/assist|\/counter)?\/drafts\/\{id\}$/;

/** Every route is a page that was judged, or none that could be. */
export async function routes(site) {
  await check("every kind of page of the portal was come to", async () => {
    const text = await readFile(ROUTES, "utf8");
    const all = [...text.matchAll(/^ +Get "([^"]+)" =>/gm)].map(([, route]) => route);
    demand(all.length > 120, `only ${all.length} routes were read`);
    const paths = [...site.judge.addresses].filter((one) => one.startsWith(site.office) || one.startsWith(site.portal)).map((one) => new URL(one).pathname);
    // A path belongs to the route with the fewest variables that fits it.
    const variables = (route) => route.split("{").length;
    const patterns = all.map((route) => [route, new RegExp(`^${route.replaceAll(".", "\\.").replaceAll(/\{[^}]+\}/g, "[^/]+")}$`)]).sort(([a], [b]) => variables(a) - variables(b));
    const seen = new Set(paths.map((path) => patterns.find(([, pattern]) => pattern.test(path))?.[0]));
    const missing = all.filter((route) => !seen.has(route) && !NO_PAGE.test(route));
    same(missing, [], "pages that nobody came to");
  });
}

/** Tab, letters, arrows, space and Enter: nothing else is pressed. */
export async function keyboard(site) {
  const hers = await site.citizen.browser();
  const { page } = hers;
  await check("a procedure is done with the keyboard alone", async () => {
    const to = async (selector) => {
      for (let presses = 0; presses < 60; presses += 1) {
        if (await page.evaluate((wanted) => document.activeElement?.matches(wanted) ?? false, selector)) return;
        await page.keyboard.press("Tab");
      }
      demand(false, `${selector} is not reached by the keyboard on ${page.url()}`);
    };
    const enter = () => hers.after(() => page.keyboard.press("Enter"));
    await hers.go(`${site.office}/apply/certificado-catastral`);
    await page.keyboard.press("Tab");
    demand(await page.evaluate(() => document.activeElement.matches(".skip")), "the first is not the link to the content");
    await page.keyboard.press("Enter");
    await to(SEND);
    await enter();
    await to("[name=cadastral_code]");
    await page.keyboard.type("012-0345-0067-0004");
    await to("[name=purpose]");
    const isSelect = await page.evaluate(() => document.activeElement.tagName === "SELECT");
    await page.keyboard.press(isSelect ? "ArrowDown" : "Space");
    await to("[name=phone]");
    await page.keyboard.type("71234567");
    await to(SEND);
    await enter();
    await to("[name=true]");
    await page.keyboard.press("Space");
    await enter();
    same(await hers.heading(), "Su trámite está presentado", "the heading");
  });
  await hers.close();
}
