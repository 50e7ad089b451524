// Pictures: one to upload, and screenshots made small.
import zlib, { deflateSync, inflateSync } from "node:zlib";

const SIGNATURE = Buffer.from("89504e470d0a1a0a", "hex");

/** A picture of a salt flat under its sky, in colours that pages have anyway: in a screenshot they stay what they are. */
export function picture(width, height) {
  const rows = Buffer.alloc(height * (1 + width * 3));
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const isSun = (x - width * 0.75) ** 2 + (y - height * 0.25) ** 2 < (height * 0.12) ** 2;
      const isHill = y > height * 0.4 + Math.abs(((x * 2) % width) - width / 2) * 0.15;
      const colour = y > height * 0.6 ? [255, 255, 255] : isHill ? [11, 79, 73] : isSun ? [227, 168, 27] : [10, 92, 122];
      rows.set(colour, y * (1 + width * 3) + 1 + x * 3);
    }
  }
  return png(width, height, 2, rows);
}

/** A screenshot with at most 256 colours, which is a third of its size. */
export function small(screenshot) {
  const { width, height, pixels, channels } = decoded(screenshot);
  const count = new Map();
  const at = (index) => (pixels[index * channels] << 16) | (pixels[index * channels + 1] << 8) | pixels[index * channels + 2];
  for (let index = 0; index < width * height; index += 1) count.set(at(index), (count.get(at(index)) ?? 0) + 1);
  // One of those that look alike, so that the edges of letters take no place from a link's colour.
  const alike = new Map();
  for (const [colour, times] of [...count].sort((a, b) => b[1] - a[1])) {
    const group = alike.get(colour & 0xf0f0f0) ?? { colour, times: 0 };
    alike.set(colour & 0xf0f0f0, { colour: group.colour, times: group.times + times });
  }
  const palette = [...alike.values()].sort((a, b) => b.times - a.times).slice(0, 256).map(({ colour }) => colour);
  const nearest = new Map(palette.map((colour, index) => [colour, index]));
  const parts = (colour) => [colour >> 16, (colour >> 8) & 255, colour & 255];
  const find = (colour) => {
    let best = 0, least = Infinity;
    const [r, g, b] = parts(colour);
    palette.forEach((other, index) => {
      const [s, h, c] = parts(other);
      const far = (r - s) ** 2 + (g - h) ** 2 + (b - c) ** 2;
      if (far < least) [best, least] = [index, far];
    });
    return best;
  };
  const rows = Buffer.alloc(height * (1 + width));
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const colour = at(y * width + x);
      if (!nearest.has(colour)) nearest.set(colour, find(colour));
      rows[y * (1 + width) + 1 + x] = nearest.get(colour);
    }
  }
  return png(width, height, 3, rows, Buffer.from(palette.flatMap(parts)));
}

function png(width, height, kind, rows, palette) {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, kind], 8);
  const chunks = [["IHDR", head], ...(palette ? [["PLTE", palette]] : []), ["IDAT", deflateSync(rows, { level: 9 })], ["IEND", Buffer.alloc(0)]];
  return Buffer.concat([SIGNATURE, ...chunks.map(([name, data]) => chunk(name, data))]);
}

function chunk(name, data) {
  const named = Buffer.concat([Buffer.from(name), data]);
  const whole = Buffer.alloc(named.length + 8);
  whole.writeUInt32BE(data.length, 0);
  named.copy(whole, 4);
  whole.writeUInt32BE(crc32(named), named.length + 4);
  return whole;
}

/** The pixels of what Chromium writes: 8 bits a channel, not interlaced (PNG §9 for the filters). */
function decoded(file) {
  let width = 0, height = 0, channels = 4;
  const data = [];
  for (let at = 8; at < file.length; at += 12 + file.readUInt32BE(at)) {
    const name = file.toString("latin1", at + 4, at + 8), body = file.subarray(at + 8, at + 8 + file.readUInt32BE(at));
    if (name === "IHDR") [width, height, channels] = [body.readUInt32BE(0), body.readUInt32BE(4), body[9] === 2 ? 3 : 4];
    if (name === "IDAT") data.push(body);
  }
  const packed = inflateSync(Buffer.concat(data)), line = width * channels, pixels = Buffer.alloc(line * height);
  for (let y = 0; y < height; y += 1) {
    const filter = packed[y * (line + 1)];
    for (let x = 0; x < line; x += 1) {
      const left = x >= channels ? pixels[y * line + x - channels] : 0, up = y > 0 ? pixels[(y - 1) * line + x] : 0;
      const corner = x >= channels && y > 0 ? pixels[(y - 1) * line + x - channels] : 0;
      const guess = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter];
      pixels[y * line + x] = packed[y * (line + 1) + 1 + x] + guess;
    }
  }
  return { width, height, channels, pixels };
}

function paeth(left, up, corner) {
  const about = left + up - corner, [a, b, c] = [left, up, corner].map((value) => Math.abs(about - value));
  if (a <= b && a <= c) return left;
  return b <= c ? up : corner;
}

// Node.js has one of its own from 20.15 on.
const crc32 = zlib.crc32 ?? ((data) => {
  let crc = ~0;
  for (const byte of data) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
});
