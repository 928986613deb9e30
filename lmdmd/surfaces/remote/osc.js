/* OSC packets to messages and back. Writes i, f and s only, reads every type that has a size. */

const INT_LIMIT = 2 ** 31;
const MAX_DEPTH = 4;
const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true });

/** Bytes of one message: whole numbers go out as i, others as f, truths as i, the rest as s. */
export function encode(address, ...values) {
  const tags = "," + values.map(tagOf).join("");
  const parts = [padded(address), padded(tags), ...values.map(bytesOf)];
  const packet = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    packet.set(part, at);
    at += part.length;
  }
  return packet;
}

/** Messages `{address, values}` of a packet in order, bundles opened; throws for what is not OSC. */
export function decode(buffer) {
  const bytes = buffer instanceof Uint8Array ? buffer : new Uint8Array(buffer);
  const found = [];
  readElement(new Reader(bytes), found, 0);
  return found;
}

function tagOf(value) {
  if (typeof value === "boolean") return "i";
  if (typeof value !== "number") return "s";
  if (!Number.isFinite(value)) throw new RangeError(`osc: ${value} cannot be sent`);
  return Number.isInteger(value) && Math.abs(value) < INT_LIMIT ? "i" : "f";
}

function bytesOf(value) {
  const tag = tagOf(value);
  if (tag === "s") return padded(String(value));
  const bytes = new Uint8Array(4);
  const view = new DataView(bytes.buffer);
  if (tag === "i") view.setInt32(0, Number(value));
  else view.setFloat32(0, value);
  return bytes;
}

function padded(text) {
  const raw = encoder.encode(text.replaceAll("\0", ""));
  const bytes = new Uint8Array((raw.length + 4) & ~3);
  bytes.set(raw);
  return bytes;
}

/** A place in a packet; every step checks that the packet goes on. */
class Reader {
  constructor(bytes) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.at = 0;
  }

  get left() {
    return this.bytes.length - this.at;
  }

  take(size) {
    if (size < 0 || size > this.left) throw new RangeError(`osc: byte ${this.at}: the packet ends too early`);
    this.at += size;
    return this.at - size;
  }

  text() {
    const end = this.bytes.indexOf(0, this.at);
    if (end < 0) throw new RangeError(`osc: byte ${this.at}: a text without an end`);
    const start = this.take((end - this.at + 4) & ~3);
    return decoder.decode(this.bytes.subarray(start, end));
  }

  blob() {
    const size = this.view.getInt32(this.take(4));
    const start = this.take((size + 3) & ~3);
    return this.bytes.slice(start, start + size);
  }

  part(size) {
    const start = this.take(size);
    return new Reader(this.bytes.subarray(start, start + size));
  }
}

const READ = {
  i: (reader) => reader.view.getInt32(reader.take(4)),
  f: (reader) => reader.view.getFloat32(reader.take(4)),
  d: (reader) => reader.view.getFloat64(reader.take(8)),
  h: (reader) => Number(reader.view.getBigInt64(reader.take(8))),
  t: (reader) => reader.view.getBigUint64(reader.take(8)),
  s: (reader) => reader.text(),
  S: (reader) => reader.text(),
  b: (reader) => reader.blob(),
  T: () => true,
  F: () => false,
  N: () => null,
  I: () => null,
};

function readElement(reader, found, depth) {
  const first = reader.bytes[reader.at];
  if (first === 0x2f) found.push(readMessage(reader));
  else if (first === 0x23 && depth < MAX_DEPTH) readBundle(reader, found, depth + 1);
  else throw new RangeError("osc: neither a message nor a bundle");
}

function readBundle(reader, found, depth) {
  if (reader.text() !== "#bundle") throw new RangeError("osc: not a bundle");
  READ.t(reader);
  while (reader.left) {
    const size = reader.view.getInt32(reader.take(4));
    readElement(reader.part(size), found, depth);
  }
}

function readMessage(reader) {
  const address = reader.text();
  const tags = reader.left ? reader.text() : ",";
  const values = [...tags.slice(1)].map((tag) => {
    if (!(tag in READ)) throw new RangeError(`osc: ${address}: unknown type tag ${tag}`);
    return READ[tag](reader);
  });
  if (reader.left) throw new RangeError(`osc: ${address}: bytes after the last argument`);
  return { address, values };
}
