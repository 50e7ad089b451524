// Keys and values in memory, in the order of the keys' bytes.

const rows = new Map();
const text = (bytes) => Buffer.from(bytes).toString("hex");

export function clear() {
  rows.clear();
}

export function get(key) {
  return rows.get(text(key)) ?? null;
}

export function put(key, value) {
  rows.set(text(key), value);
}

function remove(key) {
  rows.delete(text(key));
}
export { remove as delete };

export function scan({ start, end, order, limit }) {
  const within = (key) => key >= text(start) && (end === undefined || end === null || key < text(end));
  const keys = [...rows.keys()].filter(within).sort();
  if (order === "descending") keys.reverse();
  return keys.slice(0, limit).map((key) => ({ key: Buffer.from(key, "hex"), value: rows.get(key) }));
}
