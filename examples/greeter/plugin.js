// A service that greets whoever calls, in her language. It keeps nothing.

import { toUtf8 } from "./utf8.js";

const GREETINGS = { es: "Hola", en: "Hello", qu: "Rimaykullayki", ay: "Kamisaraki" };
const LONGEST_NAME = 100;

export const service = {
  handle(context, request) {
    const name = /^\/greetings\/([^/]+)$/.exec(request.path)?.[1];
    if (request.method !== "get" || name === undefined) throw { tag: "not-found", val: `nothing at ${request.path}` };
    const greeting = GREETINGS[languageOf(context, request)];
    return json(200, { greeting: `${greeting}, ${judged(decode(name))}`, to: caller(context) });
  },
};

function languageOf(context, request) {
  const asked = request.query.find((field) => field.name === "language")?.value ?? context.locale.slice(0, 2);
  if (Object.hasOwn(GREETINGS, asked)) return asked;
  throw invalid("language", "unknown", `must be one of ${Object.keys(GREETINGS).join(", ")}`);
}

function judged(name) {
  if ([...name].length <= LONGEST_NAME) return name;
  throw invalid("name", "length", `must have at most ${LONGEST_NAME} letters`);
}

// By the signature of its message, whatever it says itself.
function caller({ caller }) {
  return caller.tag === "entity" ? caller.val : "somebody";
}

function decode(step) {
  try {
    return decodeURIComponent(step);
  } catch {
    throw invalid("name", "encoding", "is not UTF-8");
  }
}

function invalid(field, code, message) {
  return { tag: "invalid", val: [{ field, code, message }] };
}

function json(status, value) {
  return { status, headers: [], contentType: "application/json", body: toUtf8(JSON.stringify(value)) };
}
