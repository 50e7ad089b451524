// A browser of one person, in which each page that she comes to is judged.
import { demand } from "./report.mjs";
import { nameOf } from "./judge.mjs";

const PATIENCE = 30_000;

export class Visit {
  /** `cookies` are those of another browser: who is signed in there is signed in here. */
  static async of(site, { scripts = true, language = "es", agent, cookies } = {}) {
    const locale = language === "es" ? "es-BO" : "en-GB";
    const context = await site.browser.newContext({ javaScriptEnabled: scripts, locale, userAgent: agent, viewport: { width: 1280, height: 900 }, reducedMotion: "reduce" });
    context.setDefaultTimeout(PATIENCE);
    if (cookies) await context.addCookies(cookies);
    return new Visit(site, context, await context.newPage(), scripts);
  }

  constructor(site, context, page, scripts) {
    Object.assign(this, { site, context, page, scripts, document: null, waiting: [] });
    page.on("response", (response) => this.answered(response));
    page.on("request", (request) => this.asked(request));
    page.on("console", (message) => this.said(message));
    page.on("pageerror", (error) => site.judge.note("script", error.message, this.name()));
  }

  answered(response) {
    const request = response.request();
    const isOurs = this.site.isOurs(response.url());
    const isPage = request.isNavigationRequest() && request.frame() === this.page.mainFrame() && response.status() >= 200 && (response.status() < 300 || response.status() >= 400);
    if (isPage) {
      const isHtml = (response.headers()["content-type"] ?? "").startsWith("text/html");
      this.document = { status: response.status(), url: response.url(), html: isHtml && isOurs ? response.text().catch(() => null) : Promise.resolve(null) };
    }
    if (isOurs) this.waiting.push(this.site.judge.answer(response, isPage && response.headers()["content-disposition"] === undefined));
  }

  asked(request) {
    if (request.isNavigationRequest() && request.frame() === this.page.mainFrame()) this.goesTo = request.url();
    const isOurs = this.site.isOurs(request.url()) || request.url().startsWith("data:");
    const isParty = request.isNavigationRequest() && request.url().startsWith(this.site.party);
    if (!isOurs && !isParty) this.site.judge.note("request", `to ${new URL(request.url()).origin}`, this.name());
  }

  said(message) {
    if (message.type() !== "error" && message.type() !== "warning") return;
    // A browser says so of each answer that is an error, as error pages are.
    if (/^Failed to load resource: the server responded with a status of/.test(message.text()) && message.location().url === this.goesTo) return;
    if (message.location().url.startsWith(this.site.party)) return;
    const at = message.location().url ? ` (${new URL(message.location().url).pathname.replace(/[0-9a-f]{16,}/, "…")})` : "";
    this.site.judge.note("console", message.text() + at, this.name());
  }

  name() {
    const url = this.page.url();
    return url.startsWith("http") ? nameOf(url, this.document?.status ?? 200) : url;
  }

  /** Goes to an address, and gives the status of what is there. */
  async go(address) {
    this.document = null;
    await this.page.goto(address, { waitUntil: "load" });
    return this.arrived();
  }

  /** Presses what leads to another page. */
  async press(what) {
    const target = typeof what === "string" ? this.page.locator(what).first() : what;
    return this.after(() => target.click({ noWaitAfter: true }));
  }

  /** Does what leads to another page. */
  async after(act) {
    this.document = null;
    const navigated = this.page.waitForEvent("framenavigated", { predicate: (frame) => frame === this.page.mainFrame(), timeout: PATIENCE });
    // What cannot be done is said by that alone.
    navigated.catch(() => {});
    await act();
    await navigated;
    await this.page.waitForLoadState("load");
    return this.arrived();
  }

  async arrived() {
    const document = this.document;
    if (this.site.isOurs(this.page.url())) {
      const html = document ? await document.html : null;
      await this.site.judge.page(this.page, { html, status: document?.status ?? 200, scripts: this.scripts });
    }
    await Promise.all(this.waiting.splice(0));
    return document?.status ?? 200;
  }

  fill(name, value) {
    return this.page.locator(`[name="${name}"]:not([type=hidden])`).last().fill(value);
  }

  text(selector = "main") {
    return this.page.locator(selector).first().innerText();
  }

  heading() {
    return this.text("h1");
  }

  async has(selector) {
    return (await this.page.locator(selector).count()) > 0;
  }

  path() {
    return new URL(this.page.url()).pathname;
  }

  at(origin, path) {
    demand(this.page.url().split(/[?#]/)[0] === origin + path, `she is at ${this.page.url()}, and not at ${origin}${path}: ${this.page.url()}`);
  }

  /** An error is said at the head of the page, leads to its field, and is said with the field (WCAG 2.2, 3.3.1 and 4.1.3). */
  async errorAt(name) {
    const found = await this.page.evaluate((name) => {
      const field = document.querySelector(`form:not([hidden]) [name="${name}"]:not([type=hidden])`);
      const link = document.querySelector(`#error-summary[role=alert] a[href="#${field?.id}"]`);
      // The error of a group is said with the group, which alone can be said to be wrong where its parts are radio buttons.
      const group = field?.type === "radio" || field?.type === "checkbox" ? field.closest("fieldset[aria-describedby]") : null;
      const of = group ?? field;
      const said = (of?.getAttribute("aria-describedby") ?? "").split(" ").map((id) => document.getElementById(id)?.textContent ?? "");
      const invalid = field?.type === "radio" ? String(group !== null) : field?.getAttribute("aria-invalid");
      return { invalid, link: link?.textContent, said: said.join(" ") };
    }, name);
    demand(found.invalid === "true", `the field ${name} is not said to be wrong: ${JSON.stringify(found)}`);
    demand(found.link && found.said.includes(found.link), `the error of ${name} is not said where it belongs: ${JSON.stringify(found)}`);
    return found.link;
  }

  /** Pictures at both widths, if some are wanted. */
  async picture(name) {
    if (!this.site.screenshots) return;
    const size = this.page.viewportSize();
    for (const width of [320, 1280]) {
      await this.page.setViewportSize({ width, height: 640 });
      await this.site.keep(`${name}-${width}.png`, await this.page.screenshot({ fullPage: true, animations: "disabled" }));
    }
    await this.page.setViewportSize(size);
  }

  close() {
    return this.context.close();
  }
}
