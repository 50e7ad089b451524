// The service as plain JavaScript.

import assert from "node:assert/strict";
import { test } from "node:test";
import { service } from "../plugin.js";
import { fromUtf8 } from "../utf8.js";

const desk = { tag: "entity", val: "BO/GOB/1/desk" };
const call = (path, query = [], locale = "es", method = "get") => {
  const answer = service.handle({ caller: desk, locale }, { method, path, query });
  return JSON.parse(fromUtf8(answer.body));
};

test("greets in the language of the call, or the one that is asked for", () => {
  assert.deepEqual(call("/greetings/Ana%20Mar%C3%ADa"), { greeting: "Hola, Ana María", to: "BO/GOB/1/desk" });
  assert.equal(call("/greetings/Ana", [], "qu-BO").greeting, "Rimaykullayki, Ana");
  assert.equal(call("/greetings/Ana", [{ name: "language", value: "en" }]).greeting, "Hello, Ana");
});

test("refuses what it does not know, and says why", () => {
  const refused = (code) => (thrown) => thrown.tag === "invalid" && thrown.val[0].code === code;
  assert.throws(() => call("/greetings/Ana", [{ name: "language", value: "constructor" }]), refused("unknown"));
  assert.throws(() => call("/greetings/%FF"), refused("encoding"));
  assert.throws(() => call(`/greetings/${"a".repeat(101)}`), refused("length"));
  assert.throws(() => call("/other"), (thrown) => thrown.tag === "not-found");
  assert.throws(() => call("/greetings/Ana", [], "es", "post"), (thrown) => thrown.tag === "not-found");
});
