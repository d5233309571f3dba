// Pictures of pages with few colours: a screenshot as an indexed PNG, a third of its size.
import { deflateSync, inflateSync } from "node:zlib";

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

const TABLE = Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; k += 1) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c >>> 0;
});

function crc(bytes) {
  let c = 0xffffffff;
  for (const byte of bytes) c = TABLE[(c ^ byte) & 0xff] ^ (c >>> 8);
  return (c ^ 0xffffffff) >>> 0;
}

function chunk(kind, body) {
  const out = Buffer.alloc(body.length + 12);
  out.writeUInt32BE(body.length, 0);
  out.write(kind, 4, "latin1");
  body.copy(out, 8);
  out.writeUInt32BE(crc(out.subarray(4, body.length + 8)), body.length + 8);
  return out;
}

/** The pixels of a PNG of eight bits without interlace, three bytes each. */
function decode(png) {
  let at = 8;
  let width = 0, height = 0, channels = 3;
  const parts = [];
  while (at < png.length) {
    const length = png.readUInt32BE(at);
    const kind = png.toString("latin1", at + 4, at + 8);
    const body = png.subarray(at + 8, at + 8 + length);
    if (kind === "IHDR") {
      width = body.readUInt32BE(0);
      height = body.readUInt32BE(4);
      channels = { 2: 3, 6: 4 }[body[9]];
      if (body[8] !== 8 || !channels || body[12] !== 0) throw new Error("not a PNG that is read here");
    }
    if (kind === "IDAT") parts.push(body);
    at += length + 12;
  }
  const raw = inflateSync(Buffer.concat(parts));
  const stride = width * channels;
  const rows = Buffer.alloc(stride * height);
  for (let y = 0; y < height; y += 1) {
    const filter = raw[y * (stride + 1)];
    const from = y * (stride + 1) + 1;
    for (let x = 0; x < stride; x += 1) {
      const a = x >= channels ? rows[y * stride + x - channels] : 0;
      const b = y > 0 ? rows[(y - 1) * stride + x] : 0;
      const c = x >= channels && y > 0 ? rows[(y - 1) * stride + x - channels] : 0;
      const p = a + b - c;
      const near = Math.abs(p - a) <= Math.abs(p - b) && Math.abs(p - a) <= Math.abs(p - c) ? a : Math.abs(p - b) <= Math.abs(p - c) ? b : c;
      const guess = [0, a, b, (a + b) >> 1, near][filter];
      rows[y * stride + x] = (raw[from + x] + guess) & 0xff;
    }
  }
  return { width, height, channels, rows };
}

/** The same picture in at most 256 colours. */
export function reduce(png) {
  const { width, height, channels, rows } = decode(png);
  const count = new Map();
  const key = (at) => ((rows[at] >> 3) << 10) | ((rows[at + 1] >> 3) << 5) | (rows[at + 2] >> 3);
  for (let at = 0; at < rows.length; at += channels) {
    const k = key(at);
    const one = count.get(k) ?? { n: 0, exact: new Map() };
    one.n += 1;
    const full = (rows[at] << 16) | (rows[at + 1] << 8) | rows[at + 2];
    one.exact.set(full, (one.exact.get(full) ?? 0) + 1);
    count.set(k, one);
  }
  const ranked = [...count].sort((left, right) => right[1].n - left[1].n);
  const palette = ranked.slice(0, 256).map(([, one]) => [...one.exact].sort((left, right) => right[1] - left[1])[0][0]);
  const index = new Map(ranked.slice(0, 256).map(([k], place) => [k, place]));
  const near = (k) => {
    const wanted = [(k >> 10) << 3, ((k >> 5) & 31) << 3, (k & 31) << 3];
    let best = 0, least = Infinity;
    palette.forEach((colour, place) => {
      const away = (wanted[0] - (colour >> 16)) ** 2 + (wanted[1] - ((colour >> 8) & 255)) ** 2 + (wanted[2] - (colour & 255)) ** 2;
      if (away < least) [best, least] = [place, away];
    });
    return best;
  };
  for (const [k] of ranked.slice(256)) index.set(k, near(k));
  const body = Buffer.alloc((width + 1) * height);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) body[y * (width + 1) + 1 + x] = index.get(key((y * width + x) * channels));
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 8;
  header[9] = 3;
  const colours = Buffer.alloc(palette.length * 3);
  palette.forEach((colour, place) => colours.writeUIntBE(colour, place * 3, 3));
  return Buffer.concat([SIGNATURE, chunk("IHDR", header), chunk("PLTE", colours), chunk("IDAT", deflateSync(body, { level: 9 })), chunk("IEND", Buffer.alloc(0))]);
}
