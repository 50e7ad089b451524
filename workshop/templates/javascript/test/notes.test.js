// The plugin as plain JavaScript, against a host in memory.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import * as kv from "./kv.js";
import { service, web } from "../plugin.js";
import { fromUtf8, toUtf8 } from "../utf8.js";

let calls = 0;
const context = () => ({ requestId: `request-${calls}`, attempt: 0, now: BigInt(1_800_000_000_000 + calls++), locale: "es" });
const visit = (method, path, form = []) => web.handle(context(), { method, path, route: path, params: [], query: [], form });
const call = (method, path, value = {}) => {
  const answer = service.handle(context(), { method, path, query: [], body: toUtf8(JSON.stringify(value)) });
  return { status: answer.status, value: JSON.parse(fromUtf8(answer.body)) };
};
const write = (text) => visit("post", "/new", [{ name: "text", value: text }]);

beforeEach(() => kv.clear());

test("a note that was written is listed, and none of it is markup", () => {
  assert.deepEqual(write("<hola>").content, { tag: "redirect", val: "/" });
  assert.match(visit("get", "/").content.val.html, /<li>&#60;hola&#62;<\/li>/);
});

test("an empty note is refused at its field, and not kept", () => {
  const shown = write(" ");
  assert.equal(shown.status, 422);
  assert.match(shown.content.val.html, /aria-describedby="field-text_hint field-text_error" aria-invalid="true"/);
  assert.match(visit("get", "/").content.val.html, /Todavía no hay notas/);
});

test("other entities write and read notes, the newest first", () => {
  assert.equal(call("post", "/notes", { text: "¡hola!" }).status, 201);
  call("post", "/notes", { text: "otra" });
  assert.deepEqual(call("get", "/notes").value, { items: [{ text: "otra" }, { text: "¡hola!" }] });
});

test("a service refuses what is no note, and says why", () => {
  const refused = (code) => (thrown) => thrown.tag === "invalid" && thrown.val[0].code === code;
  assert.throws(() => call("post", "/notes", { text: "" }), refused("required"));
  assert.throws(() => call("post", "/notes", { text: "a".repeat(501) }), refused("length"));
  assert.throws(() => call("post", "/notes", 7), refused("format"));
});
