// Recomputes the chain of a lot's events from an export, by itself: it shares nothing with the server's
// program. The rules stand in docs/trace.md. Node.js can load this file too, for the tests.
(() => {
  "use strict";

  const BEGINNING = "0".repeat(64);
  const FORMAT = "ocop-chain/1";

  // --- SHA-256: the browser's, or our own where a page has none (http in a local network) ---

  // The first 32 bits of the fractional parts of the roots of the first primes (FIPS 180-4, 4.2.2 and 5.3.3).
  const fraction = (root) => ((root - Math.floor(root)) * 2 ** 32) | 0;
  const primes = [];
  for (let n = 2; primes.length < 64; n += 1) if (primes.every((prime) => n % prime)) primes.push(n);
  const ROUNDS = primes.map((prime) => fraction(Math.cbrt(prime)));
  const START = primes.slice(0, 8).map((prime) => fraction(Math.sqrt(prime)));
  const turn = (word, by) => (word >>> by) | (word << (32 - by));

  const compress = (state, view, offset) => {
    const words = new Int32Array(64);
    for (let i = 0; i < 16; i += 1) words[i] = view.getInt32(offset + 4 * i);
    for (let i = 16; i < 64; i += 1) {
      const [x, y] = [words[i - 15], words[i - 2]];
      const low = turn(x, 7) ^ turn(x, 18) ^ (x >>> 3);
      const high = turn(y, 17) ^ turn(y, 19) ^ (y >>> 10);
      words[i] = words[i - 16] + low + words[i - 7] + high;
    }
    let [a, b, c, d, e, f, g, h] = state;
    for (let i = 0; i < 64; i += 1) {
      const chosen = (e & f) ^ (~e & g);
      const first = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + chosen + ROUNDS[i] + words[i]) | 0;
      const second = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      [h, g, f, e, d, c, b, a] = [g, f, e, (d + first) | 0, c, b, a, (first + second) | 0];
    }
    return [a, b, c, d, e, f, g, h].map((word, i) => (word + state[i]) | 0);
  };

  const ownSha256 = (bytes) => {
    const padded = new Uint8Array(Math.ceil((bytes.length + 9) / 64) * 64);
    padded.set(bytes);
    padded[bytes.length] = 0x80;
    const view = new DataView(padded.buffer);
    view.setUint32(padded.length - 8, Math.floor(bytes.length / 2 ** 29));
    view.setUint32(padded.length - 4, (bytes.length * 8) >>> 0);
    let state = START;
    for (let offset = 0; offset < padded.length; offset += 64) state = compress(state, view, offset);
    const digest = new DataView(new ArrayBuffer(32));
    state.forEach((word, i) => digest.setInt32(4 * i, word));
    return new Uint8Array(digest.buffer);
  };

  const sha256 = async (bytes) => {
    const subtle = globalThis.crypto && globalThis.crypto.subtle;
    return subtle ? new Uint8Array(await subtle.digest("SHA-256", bytes)) : ownSha256(bytes);
  };

  // --- Bytes ---

  const utf8 = (text) => new TextEncoder().encode(text);
  const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  const isHash = (text) => typeof text === "string" && /^[0-9a-f]{64}$/.test(text);
  const fromHex = (text) => Uint8Array.from(text.match(/../g), (pair) => parseInt(pair, 16));
  const joined = (...parts) => {
    const all = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
    let at = 0;
    for (const part of parts) {
      all.set(part, at);
      at += part.length;
    }
    return all;
  };

  // --- The chain ---

  const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

  const read = (text) => {
    try {
      return JSON.parse(text);
    } catch {
      return null;
    }
  };

  // What is wrong with one event, as keys of the page's words.
  const faultsOfEvent = async (event, number, previous, lot) => {
    if (!isObject(event) || typeof event.body !== "string") return ["unreadable"];
    const body = read(event.body);
    // Half a letter (a lone surrogate) has no UTF-8, so no hash.
    if (!isObject(body) || /\p{Surrogate}/u.test(event.body)) return ["unreadable"];
    const found = [];
    if (event.sequence !== number || body["ocop:sequence"] !== number) found.push("order");
    if (body["ocop:lot"] !== lot) found.push("foreign");
    if (event.previous !== previous) found.push("previous");
    if (event.hash !== hex(await sha256(utf8(`${event.previous}\n${event.body}`)))) found.push("changed");
    return found;
  };

  const node = (left, right) => sha256(joined(Uint8Array.of(1), left, right));

  // The proof speaks of the first `count` events: later ones may have come since that day.
  const proofHolds = async (chain) => {
    const { count, way, root } = chain.proof;
    if (!Number.isInteger(count) || count < 0 || count > chain.events.length || !Array.isArray(way)) return false;
    const last = count ? chain.events[count - 1] : { hash: BEGINNING };
    let here = await sha256(joined(Uint8Array.of(0), utf8(`${chain.lot}\t${count}\t${last && last.hash}`)));
    for (const step of way) {
      if (!Array.isArray(step) || !isHash(step[1])) return false;
      const other = fromHex(step[1]);
      here = step[0] === "left" ? await node(other, here) : await node(here, other);
    }
    return hex(here) === root;
  };

  // Everything in an export that does not agree with the rest: [{sequence, what}], sequence 0 for the whole.
  const faults = async (chain) => {
    if (!isObject(chain) || chain.format !== FORMAT || !Array.isArray(chain.events)) {
      return [{ sequence: 0, what: "format" }];
    }
    const found = [];
    let previous = BEGINNING;
    for (const [index, event] of chain.events.entries()) {
      for (const what of await faultsOfEvent(event, index + 1, previous, chain.lot)) {
        found.push({ sequence: index + 1, what });
      }
      previous = isObject(event) ? event.hash : "";
    }
    if (chain.count !== chain.events.length) found.push({ sequence: 0, what: "count" });
    if (chain.head !== previous) found.push({ sequence: 0, what: "head" });
    if (chain.proof && !(await proofHolds(chain))) found.push({ sequence: 0, what: "proof" });
    return found;
  };

  if (typeof module === "object") {
    module.exports = { faults, ownSha256, hex, utf8 };
    return;
  }

  // --- The page ---

  const form = document.getElementById("verify");
  const answer = document.getElementById("verify-answer");
  const words = form.dataset;
  const paste = form.elements.chain;

  const line = (tag, text, look) => {
    const element = document.createElement(tag);
    element.textContent = text;
    if (look) element.className = look;
    return element;
  };
  const say = (look, title, ...below) => {
    answer.replaceChildren(line("p", title, `notice ${look}`), ...below);
    answer.hidden = false;
    answer.focus();
  };
  const facts = (rows) => {
    const list = line("dl", "", "facts facts--lines");
    for (const [name, value] of rows) list.append(line("dt", name), line("dd", value, "verify-hash"));
    return list;
  };

  // Is the root of the proof the one that was published? The words to show, and whether it is good.
  const published = async (proof) => {
    if (!proof) return [words.unproven, true];
    try {
      const day = /^\d{4}-\d\d-\d\d$/.test(proof.day) ? proof.day : "x";
      const reply = await fetch(words.roots.replace("0000-00-00", day));
      if (reply.ok) return (await reply.json()).root === proof.root ? [words.published, true] : [words.unpublished, false];
      if (reply.status === 404) return [words.unpublished, false];
    } catch {
      // no network: said below
    }
    return [words.unreached, true];
  };

  const judge = async (text) => {
    const chain = read(text);
    const found = await faults(chain);
    if (found.length) {
      const list = line("ul", "", "verify-how");
      for (const { sequence, what } of found) {
        list.append(line("li", (sequence ? `${words.event} ${sequence}: ` : "") + words[what]));
      }
      say("notice--error", words.broken, list);
      return;
    }
    const [about, isGood] = await published(chain.proof);
    const rows = [[words.lot, chain.lot], [words.events, String(chain.count)], [words.last, chain.head]];
    if (chain.proof) rows.push([`${words.root} ${chain.proof.day}`, chain.proof.root]);
    say(isGood ? "notice--ok" : "notice--error", isGood ? words.holds : words.broken, line("p", about), facts(rows));
  };

  const fetched = async (code) => {
    try {
      const reply = await fetch(words.chain.replace("CODE", encodeURIComponent(code)));
      if (reply.ok) return await reply.text();
    } catch {
      // said below, like an unknown code
    }
    say("notice--error", words.missing);
    return null;
  };

  const run = async () => {
    const file = form.elements.file.files[0];
    const code = form.elements.ma.value.trim().toUpperCase();
    const text = file ? await file.text() : paste.value.trim() || (code ? await fetched(code) : "");
    if (text === "") say("notice--warn", words.nothing);
    else if (text !== null) await judge(text);
  };

  form.hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    run();
  });
  if (form.elements.ma.value) run();
})();
