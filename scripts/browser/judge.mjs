// Judges of pages: axe, html-validate, the headers, the console, where requests go, and whether a page fits a narrow screen.
import { createHash } from "node:crypto";
import { HtmlValidate, axe } from "./tools.mjs";
import { wrongHeaders } from "./headers.mjs";

const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
const validator = new HtmlValidate({
  root: true,
  extends: ["html-validate:recommended"],
  rules: {
    // How much of a title a search engine shows; the name of an entity is as long as it is.
    "long-title": "off",
    // A list can have a name (WAI-ARIA 1.2), and the steps of a procedure have one.
    "aria-label-misuse": ["error", { allowAnyNamable: true }],
    // The boxes of a group have one name, and are sent as often as they are marked.
    "form-dup-name": ["error", { shared: ["radio", "checkbox", "button", "submit", "reset"] }],
  },
});

export class Judge {
  constructor() {
    this.pages = new Set();
    this.wrong = new Map();
    this.count = 0;
    this.fresh = new Set();
    this.addresses = new Set();
  }

  /** Notes something wrong, once for all pages that it is wrong with. */
  note(kind, what, page) {
    const key = `${kind}: ${what}`;
    const pages = this.wrong.get(key) ?? [];
    if (!pages.includes(page)) pages.push(page);
    this.wrong.set(key, pages);
  }

  /** What a browser was told with an answer. */
  async answer(response, isPage) {
    const headers = await response.headersArray().catch(() => null);
    if (!headers) return;
    // Chromium drops this one header from what it keeps, and shows the rest again.
    const answer = `${response.request().method()} ${response.status()} ${response.url()}`;
    if (headers.some(({ name }) => name.toLowerCase() === "strict-transport-security")) this.fresh.add(answer);
    else if (this.fresh.has(answer)) return;
    const isOwn = isPage && /^(ingreso|citizenship)\./.test(new URL(response.url()).hostname);
    for (const wrong of wrongHeaders(headers, { isPage, isOwn })) this.note("headers", wrong, nameOf(response.url(), response.status()));
  }

  /** A page as it was sent and as it is shown. What was judged before is not judged again. */
  async page(page, { html, status, scripts }) {
    const name = nameOf(page.url(), status);
    this.count += 1;
    if (status < 400 || status === 422) this.addresses.add(page.url().split(/[?#]/)[0]);
    if (html !== null) {
      const bare = html.replace(/value="[^"]*"|data-challenge="[^"]*"|(href|src|action)="[^"]*"|\b[0-9A-Z]{4}(-[0-9A-Z]{4}){2}\b|\d/g, "");
      const digest = createHash("sha256").update(`${scripts} ${bare}`).digest("hex");
      if (this.pages.has(digest)) return;
      this.pages.add(digest);
      await this.markup(name, html);
    }
    await this.shown(page, name);
    if (scripts) await this.access(page, name);
  }

  async markup(name, html) {
    const report = await validator.validateString(html);
    for (const message of report.results.flatMap((result) => result.messages)) {
      this.note("html-validate", `${message.ruleId}: ${message.message} (${message.selector ?? "-"})`, name);
    }
  }

  async shown(page, name) {
    const size = page.viewportSize();
    await page.setViewportSize({ width: 320, height: 640 });
    // WCAG 2.2, 1.4.10: at 320 CSS pixels nothing but tables scrolls in two dimensions.
    const wide = await page.evaluate(() => ({
      page: document.documentElement.scrollWidth,
      parts: [...document.querySelectorAll("body *")].filter((part) => part.getBoundingClientRect().right > innerWidth + 1 && !part.closest(".scroll"))
        .map((part) => `${part.tagName.toLowerCase()}.${part.className}`).slice(0, 3),
    }));
    if (wide.page > 320) this.note("reflow", `${wide.page} px wide at 320: ${wide.parts.join(", ")}`, name);
    await page.setViewportSize(size);
  }

  async access(page, name) {
    await page.evaluate(axe.source);
    const run = (only) => page.evaluate(async (options) => {
      const found = await globalThis.axe.run(document, options);
      return found.violations.map((of) => ({ rule: of.id, help: of.help, nodes: of.nodes.map((node) => node.target.join(" ") + ": " + node.failureSummary.replace(/\s+/g, " ")) }));
    }, { runOnly: only, resultTypes: ["violations"], preload: false });
    const note = (found, how) => {
      for (const { rule, nodes } of found) for (const node of nodes) this.note("axe", `${rule}${how}: ${node.slice(0, 240)}`, name);
    };
    note(await run({ type: "tag", values: TAGS }), "");
    await page.emulateMedia({ colorScheme: "dark" });
    note(await run({ type: "rule", values: ["color-contrast"] }), " (dark)");
    await page.emulateMedia({ colorScheme: "light" });
    const size = page.viewportSize();
    await page.setViewportSize({ width: 320, height: 640 });
    note(await run({ type: "rule", values: ["target-size", "scrollable-region-focusable"] }), " (320 px)");
    await page.setViewportSize(size);
  }
}

/** A page's name in a report: its host and path without what differs from run to run. */
export function nameOf(address, status) {
  const url = new URL(address);
  const path = url.pathname.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "{id}").replace(/[\w-]{30,}/g, "{…}");
  return `${url.hostname.replace(".ciudadania.localhost", "")}${path}${status === 200 ? "" : ` (${status})`}`;
}
