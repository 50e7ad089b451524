// The register of persons in JavaScript: the same service as the plugin `register`, but for what it publishes.
//
// A handler is one transaction: what it returns commits it, what it throws leaves nothing of it. Nothing may be kept in
// variables between calls: each call has a sandbox of its own.

import * as kv from "chakana:plugin/kv@0.1.0";
import * as log from "chakana:plugin/log@0.1.0";

const LONGEST_NAME = 100;
const MOST_PER_PAGE = 100;
const USUAL_PER_PAGE = 20;

// `p/ID` is a person; `w/WORD\0ID` says that a word of her name is WORD.
const personKey = (id) => toUtf8(`p/${id}`);
const wordKey = (word, id) => toUtf8(`w/${word}\0${id}`);

function readWordKey(key) {
  const end = key.lastIndexOf("\0");
  return { word: key.slice("w/".length, end), id: key.slice(end + 1) };
}

// The host gives as many values at once as it can.
function valuesOf(keys) {
  const values = [];
  while (values.length < keys.length) values.push(...kv.getMany(keys.slice(values.length)));
  return values;
}

export const service = {
  handle(context, request) {
    const steps = request.path.split("/").filter((step) => step !== "").map(decode);
    if (steps[0] === "people" && request.method === "get" && steps.length === 1) return find(request);
    if (steps[0] === "people" && request.method === "get" && steps.length === 2) return show(steps[1]);
    if (steps[0] === "people" && request.method === "put" && steps.length === 2) return keep(steps[1], request);
    throw { tag: "not-found", val: `nothing at ${request.path}` };
  },
};

function show(id) {
  checkId(id);
  const kept = kv.get(personKey(id));
  // What is not there is null.
  if (kept === null) throw { tag: "not-found", val: `no person has the number ${id}` };
  return json(200, shown(id, kept));
}

function find(request) {
  const wanted = fold(parameter(request, "name") ?? "");
  if (wanted === "") throw invalid("name", "required", "must be given");
  if (wanted.includes(" ")) throw invalid("name", "format", "must be the beginning of one word");
  const limit = limitOf(request);
  const prefix = toUtf8(`w/${wanted}`);
  const cursor = parameter(request, "cursor");
  const start = cursor === undefined ? prefix : concat(prefix, fromCursor(cursor), [0]);
  const found = kv.scanKeys({ start, end: endOf(prefix), order: "ascending", limit: limit + 1 });
  const page = found.slice(0, limit);
  const entries = page.map((key) => readWordKey(fromUtf8(key)));
  const people = valuesOf(entries.map(({ id }) => personKey(id)));
  // Whoever has several such words is listed by the first of them.
  const isFirst = ({ word }, at) => words(JSON.parse(fromUtf8(people[at]))).find((other) => other.startsWith(wanted)) === word;
  const items = entries.map(({ id }, at) => shown(id, people[at])).filter((_, at) => isFirst(entries[at], at));
  const answer = { items };
  if (found.length > limit) answer.next = hex(page[limit - 1].slice(prefix.length));
  return json(200, answer);
}

function keep(id, request) {
  checkId(id);
  const particulars = judge(parse(request.body));
  const before = kv.get(personKey(id));
  if (before !== null) {
    for (const word of words(JSON.parse(fromUtf8(before)))) kv.delete(wordKey(word, id));
  }
  for (const word of words(particulars)) kv.put(wordKey(word, id), new Uint8Array());
  kv.put(personKey(id), toUtf8(JSON.stringify(particulars)));
  const status = before === null ? 201 : 200;
  log.emit("info", "person kept", [{ name: "status", value: String(status) }]);
  return json(status, { id, ...particulars });
}

function judge(said) {
  const errors = [];
  const check = (holds, field, code, message) => holds || errors.push({ field, code, message });
  const text = (field) => (typeof said[field] === "string" ? said[field].trim().replace(/\s+/g, " ") : "");
  for (const field of ["given-names", "family-names"]) {
    check(text(field) !== "", field, "required", "must be given");
    // A control character, or half of a pair that UTF-16 writes a character with.
    check(!/[\p{Cc}\p{Cs}]/u.test(text(field)), field, "format", "must be a text");
    check([...text(field)].length <= LONGEST_NAME, field, "length", "must have at most 100 letters");
  }
  check(isDate(text("born")), "born", "date", "must be a date such as 1990-12-31");
  if (errors.length > 0) throw { tag: "invalid", val: errors };
  return { "given-names": text("given-names"), "family-names": text("family-names"), born: text("born") };
}

function isDate(text) {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const date = new Date(`${text}T00:00:00Z`);
  // A day that a month does not have becomes one of the next month.
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

function words(person) {
  return [...new Set(fold(`${person["given-names"]} ${person["family-names"]}`).split(" "))].sort();
}

function fold(text) {
  return text.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "").trim().replace(/\s+/g, " ");
}

function shown(id, kept) {
  return { id, ...JSON.parse(fromUtf8(kept)) };
}

function checkId(id) {
  if (!/^[0-9A-Z-]{1,20}$/.test(id)) throw invalid("id", "format", "must be 1 to 20 digits, capital letters or hyphens");
}

function limitOf(request) {
  const text = parameter(request, "limit") ?? String(USUAL_PER_PAGE);
  const limit = /^\d{1,3}$/.test(text) ? Number(text) : 0;
  if (limit < 1 || limit > MOST_PER_PAGE) throw invalid("limit", "range", `must be a number from 1 to ${MOST_PER_PAGE}`);
  return limit;
}

function parameter(request, name) {
  return request.query.find((field) => field.name === name)?.value;
}

function parse(body) {
  try {
    const said = JSON.parse(fromUtf8(body));
    if (said !== null && typeof said === "object") return said;
  } catch {
    // Said below, as for whatever else is no object.
  }
  throw invalid("body", "format", "must be a JSON object");
}

function decode(step) {
  try {
    return decodeURIComponent(step);
  } catch {
    throw invalid("path", "encoding", "is not UTF-8");
  }
}

function invalid(field, code, message) {
  return { tag: "invalid", val: [{ field, code, message }] };
}

function json(status, value) {
  return { status, headers: [], contentType: "application/json", body: toUtf8(JSON.stringify(value)) };
}

// The first key that comes after all that begin with `prefix`, which ends with a letter and so never with 255.
function endOf(prefix) {
  const end = Uint8Array.from(prefix);
  end[end.length - 1] += 1;
  return end;
}

function concat(...parts) {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

function hex(bytes) {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function fromCursor(text) {
  if (!/^([0-9a-f]{2})*$/.test(text)) throw invalid("cursor", "unknown", "is not one that a page ended with");
  return (text.match(/../g) ?? []).map((digits) => parseInt(digits, 16));
}

// QuickJS has neither TextEncoder nor TextDecoder; percent-encoding is UTF-8 too.
function toUtf8(text) {
  const bytes = [];
  const encoded = encodeURIComponent(text);
  for (let at = 0; at < encoded.length; at += 1) {
    if (encoded[at] === "%") {
      bytes.push(parseInt(encoded.slice(at + 1, at + 3), 16));
      at += 2;
    } else {
      bytes.push(encoded.charCodeAt(at));
    }
  }
  return Uint8Array.from(bytes);
}

function fromUtf8(bytes) {
  return decodeURIComponent([...bytes].map((byte) => `%${byte.toString(16).padStart(2, "0")}`).join(""));
}
