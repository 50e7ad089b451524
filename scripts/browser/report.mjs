// What was checked, and what did not hold.
const failed = [];

/** Does what `name` says, and prints whether it could. A check that fails does not end the others. */
export async function check(name, act) {
  const began = Date.now();
  try {
    await act();
    console.log(`ok    ${name} (${((Date.now() - began) / 1000).toFixed(1)} s)`);
  } catch (error) {
    fail(name, error.stack?.split("\n").filter((line) => !line.includes("node_modules")).slice(0, 12).join("\n      "));
  }
}

export function fail(name, why) {
  failed.push(name);
  console.log(`FAIL  ${name}\n      ${why}`);
}

export const failures = () => failed.length;

/** Fails unless `holds`. */
export function demand(holds, what) {
  if (!holds) throw new Error(what);
}

export function same(found, expected, what) {
  demand(JSON.stringify(found) === JSON.stringify(expected), `${what}: ${JSON.stringify(found)}, and not ${JSON.stringify(expected)}`);
}
