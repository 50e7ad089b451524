// What the headers of every answer have to say (OWASP Secure Headers Project, OWASP Session Management Cheat Sheet).

const COOKIE = /^__Host-[\w-]+=[^;]*; Path=\/; Secure; HttpOnly; SameSite=(Lax|Strict)(; Max-Age=\d+)?$/;

/** What is wrong with the headers of an answer, in sentences. */
export function wrongHeaders(headers, { isPage, isOwn }) {
  const wrong = [];
  const value = (name) => headers.filter((header) => header.name.toLowerCase() === name).map((header) => header.value);
  const one = (name, fits) => {
    const found = value(name);
    if (found.length !== 1 || !fits(found[0])) wrong.push(`${name}: ${found.join(" | ") || "missing"}`);
  };
  one("strict-transport-security", (said) => Number(/max-age=(\d+)/.exec(said)?.[1]) >= 31_536_000 && /includeSubDomains/i.test(said));
  one("x-content-type-options", (said) => said === "nosniff");
  one("x-frame-options", (said) => said === "DENY");
  one("referrer-policy", (said) => ["no-referrer", "same-origin", "strict-origin", "strict-origin-when-cross-origin"].includes(said));
  one("cross-origin-opener-policy", (said) => said === "same-origin");
  one("cross-origin-resource-policy", (said) => ["same-origin", "same-site", "cross-origin"].includes(said));
  one("permissions-policy", (said) => /camera=\(\)/.test(said) && /geolocation=\(\)/.test(said));
  one("content-security-policy", (said) => {
    const directives = new Map(said.split(";").map((part) => part.trim().split(/\s+/)).map(([name, ...sources]) => [name, sources]));
    const none = (name) => directives.get(name)?.join(" ") === "'none'";
    const scripts = directives.get("script-src") ?? directives.get("default-src") ?? ["*"];
    return none("default-src") && none("frame-ancestors") && none("base-uri") && directives.has("form-action") &&
      !/'unsafe-|\bdata:|\*/.test(said) && !scripts.some((source) => /^https?:$/.test(source));
  });
  if (wrong.length === 8 && wrong.every((said) => said.endsWith(": missing"))) wrong.splice(0, 8, "none of them is there");
  for (const cookie of value("set-cookie").flatMap((lines) => lines.split("\n"))) {
    if (!COOKIE.test(cookie)) wrong.push(`set-cookie: ${cookie.replace(/=[^;]*/, "=…")}`);
  }
  // Of whose making a server is helps nobody but who attacks it.
  for (const name of ["server", "x-powered-by", "x-aspnet-version"]) if (value(name).length) wrong.push(`${name}: ${value(name)}`);
  if (isPage) {
    one("content-type", (said) => said.toLowerCase() === "text/html; charset=utf-8");
    // What is for one person is kept by nobody else.
    one("cache-control", (said) => isOwn ? /no-store|private/.test(said) : said.length > 0);
  }
  return wrong;
}
