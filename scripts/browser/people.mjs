// Citizens, what they sign in with, and how they do it.
import { createHmac } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import { demand } from "./report.mjs";

const STEP_SECONDS = 30;

/** An authenticator app (RFC 6238), of which no code is used twice. */
export class App {
  constructor(secret) {
    let bits = "";
    for (const letter of secret.replaceAll(/\s/g, "")) bits += "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(letter).toString(2).padStart(5, "0");
    this.key = Buffer.from(bits.match(/.{8}/g).map((byte) => Number.parseInt(byte, 2)));
    this.last = 0;
  }

  code(step) {
    const counter = Buffer.alloc(8);
    counter.writeBigUInt64BE(BigInt(step));
    const tag = createHmac("sha1", this.key).update(counter).digest();
    const number = tag.readUInt32BE(tag.at(-1) & 15) & 0x7fff_ffff;
    return String(number % 1_000_000).padStart(6, "0");
  }

  /** A code that is good now: a clock may be a step slow or fast, so that three of them are, one after the other. */
  async next() {
    for (;;) {
      const now = Date.now() / 1000 / STEP_SECONDS;
      const current = Math.floor(now);
      // The one before ends with this step, which may be about to.
      const step = Math.max(this.last + 1, now - current < 0.8 ? current - 1 : current);
      if (step <= current + 1) {
        this.last = step;
        this.used = this.code(step);
        return this.used;
      }
      await wait(500);
    }
  }
}

export class Person {
  constructor(document, link, password) {
    Object.assign(this, { document, link, password, app: null, recovery: [] });
  }

  get number() {
    return this.document.split(" ")[1];
  }

  /** Takes up an account at the page with its code, by a password and an app. */
  async enrols(visit) {
    await visit.press("form[data-enrolment] button");
    this.app = new App(await visit.text('form[action="/enrol/password"] code'));
    await visit.fill("password", this.password);
    await visit.fill("again", this.password);
    await visit.fill("code", await this.app.next());
    await visit.press('form[action="/enrol/password"] button');
    await visit.press("main a.button");
  }

  /** Types document and password at the page that asks for them, and gives the status. */
  async password_step(visit, password = this.password) {
    await visit.page.locator("[name=kind]").selectOption("CI");
    await visit.fill("number", this.number);
    await visit.fill("password", password);
    return visit.press('form[action="/sign-in"] button');
  }

  async code_step(visit, code) {
    await visit.fill("code", code);
    return visit.press('form[action="/sign-in/code"] button');
  }

  /** Signs in with the app at the page that asks for it. */
  async signs_in(visit) {
    await this.password_step(visit);
    await this.code_step(visit, await this.app.next());
    demand(!visit.path().startsWith("/sign-in"), `she did not sign in: ${await visit.text()}`);
  }
}

/** A device that makes and uses passkeys, as Chromium feigns one (WebDriver for WebAuthn). */
export class Device {
  static async of(visit) {
    const device = new Device();
    device.session = await visit.context.newCDPSession(visit.page);
    await device.session.send("WebAuthn.enable");
    const options = {
      protocol: "ctap2", transport: "internal", hasResidentKey: true, hasUserVerification: true, isUserVerified: true,
      automaticPresenceSimulation: true,
    };
    device.id = (await device.session.send("WebAuthn.addVirtualAuthenticator", { options })).authenticatorId;
    return device;
  }

  knows_her(isUserVerified) {
    return this.session.send("WebAuthn.setUserVerified", { authenticatorId: this.id, isUserVerified });
  }

  async passkeys() {
    return (await this.session.send("WebAuthn.getCredentials", { authenticatorId: this.id })).credentials.length;
  }
}
