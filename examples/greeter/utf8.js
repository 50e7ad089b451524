// QuickJS has neither TextEncoder nor TextDecoder; percent-encoding is UTF-8 too.

export function toUtf8(text) {
  const bytes = [];
  // Half of a pair that UTF-16 writes a character with is no character.
  const encoded = encodeURIComponent(text.replace(/\p{Cs}/gu, "\uFFFD"));
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

export function fromUtf8(bytes) {
  return decodeURIComponent([...bytes].map((byte) => `%${byte.toString(16).padStart(2, "0")}`).join(""));
}
