// What the plugin imports from its host, in memory: `node --import ./test/host.js --test`. Import more here as you use it.

import { register } from "node:module";

const hooks = `export function resolve(specifier, context, next) {
  const name = /^chakana:plugin\\/([a-z-]+)@/.exec(specifier)?.[1];
  if (name === undefined) return next(specifier, context);
  return { url: new URL(name + ".js", ${JSON.stringify(import.meta.url)}).href, shortCircuit: true };
}`;
register(`data:text/javascript,${encodeURIComponent(hooks)}`);
