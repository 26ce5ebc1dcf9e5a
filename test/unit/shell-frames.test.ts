import assert from "node:assert/strict";
import fc from "fast-check";
import {
  encodeReply,
  encodeRequest,
  ReplyReader,
  RequestReader,
} from "../../provider/backends/shell/session/frames";
import { Tail } from "../../provider/backends/shell/session/tail";
import { HOSTILE, hostileParts, hostileTexts, largeTexts } from "../support/hostile-texts";

const NONCE = "0123456789abcdef0123456789abcdef";
const OTHER = "f".repeat(32);
const BOM = "\u00ef\u00bb\u00bf";

const bytes = (text: string) => Buffer.from(text, "latin1");
/** What a reader finds in bytes that come in pieces of these sizes, over and over. */
function read(text: string, sizes: readonly number[] = [text.length || 1]) {
  const reader = new ReplyReader(NONCE);
  const all = bytes(text);
  const frames = [];
  for (let start = 0, turn = 0; start < all.length; turn += 1) {
    const end = start + (sizes[turn % sizes.length] ?? 1);
    frames.push(...reader.push(all.subarray(start, end)));
    start = end;
  }
  return { frames, noise: reader.noise, reader };
}

describe("frames of a management shell", () => {
  it("bring 100,000 hostile strings back as they were, both ways", function () {
    this.timeout(120_000);
    const requests = new RequestReader();
    const replies = new ReplyReader(NONCE);
    for (const [id, text] of hostileTexts(100_000).entries()) {
      const body = { text, list: [text, null, true, 1.5] };
      assert.deepEqual(requests.push(bytes(encodeRequest(id, body))), [{ id, body }]);
      assert.deepEqual(replies.push(bytes(encodeReply(NONCE, id, body))), [{ id, body }]);
    }
    assert.equal(replies.noise, "");
  });

  it("bring 100 strings of 1 MB back as they were, both ways", function () {
    this.timeout(120_000);
    let id = 0;
    for (const text of largeTexts()) {
      id += 1;
      const [request] = new RequestReader().push(bytes(encodeRequest(id, { text })));
      const [reply] = new ReplyReader(NONCE).push(bytes(encodeReply(NONCE, id, { text })));
      for (const frame of [request, reply]) {
        const body = frame?.body as { text?: string } | undefined;
        assert.ok(body?.text === text, text.slice(0, 20));
      }
    }
  });

  it("are of ASCII in one line, and leave the slash as it is", () => {
    for (const text of HOSTILE) {
      assert.match(encodeRequest(7, { text }), /^7 [A-Za-z0-9+/]+=*\n$/);
      assert.match(encodeReply(NONCE, 7, { text }), /^\n#PC1 [0-9a-f]{32} 7 [0-9]+ [A-Za-z0-9+/]+=*\n$/);
      const [, data = ""] = encodeRequest(7, { text }).split(" ");
      const json = Buffer.from(data, "base64").toString("latin1");
      assert.match(json, /^[\x20-\x7e]*$/);
      assert.ok(!json.includes("\\/Date") || text.includes("\\/Date"));
    }
  });

  it("are found however the bytes are cut, with noise around them", () => {
    const noise = fc.constantFrom(
      "",
      "WARNING: slow",
      "WARNUNG: Änderung\r\n",
      "\n\n",
      "#PC1 ",
      `#PC1 ${OTHER} 1 4 bnVsbA==`.slice(0, 47),
      `#PC1 ${NONCE}`,
      "x".repeat(5_000),
      "#".repeat(300),
    );
    fc.assert(
      fc.property(
        fc.array(fc.tuple(noise, hostileParts), { maxLength: 6 }),
        fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 5 }),
        (parts, sizes) => {
          const bodies = parts.map(([, body]) => body);
          const text = parts.map(([before, body], id) => before + encodeReply(NONCE, id, body)).join("");
          const { frames, noise: kept } = read(text, sizes);
          assert.deepEqual(
            frames,
            bodies.map((body, id) => ({ id, body })),
          );
          const lines = parts.flatMap(([before]) => before.replaceAll("\r", "").split("\n")).filter(Boolean);
          assert.deepEqual(
            kept.replaceAll("\r", "").split("\n").filter(Boolean),
            lines.map((line) => bytes(line).toString("utf8")),
          );
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it("are found when they are cut in two at any byte", () => {
    const reply = encodeReply(NONCE, 1, { text: HOSTILE.join("") });
    for (const text of [reply, `half a line${reply}`, `${BOM}${reply.replaceAll("\n", "\r\n")}`])
      for (let cut = 0; cut <= text.length; cut += 1) {
        const reader = new ReplyReader(NONCE);
        const frames = [text.slice(0, cut), text.slice(cut)].flatMap((piece) => reader.push(bytes(piece)));
        assert.deepEqual(frames, [{ id: 1, body: { text: HOSTILE.join("") } }], `${cut}`);
      }
  });

  it("are found by their own side however the bytes are cut", () => {
    fc.assert(
      fc.property(
        fc.array(hostileParts, { maxLength: 6 }),
        fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 }),
        (bodies, sizes) => {
          const all = bytes(
            `${Buffer.from("a script").toString("base64")}\n${bodies.map((body, id) => encodeRequest(id, body)).join("")}`,
          );
          const reader = new RequestReader();
          const frames = [];
          for (let start = 0, turn = 0; start < all.length; turn += 1) {
            const end = start + (sizes[turn % sizes.length] ?? 1);
            frames.push(...reader.push(all.subarray(start, end)));
            start = end;
          }
          assert.deepEqual(
            frames,
            bodies.map((body, id) => ({ id, body })),
          );
        },
      ),
    );
  });

  it("may have a byte order mark before them, and carriage returns at their ends", () => {
    const reply = encodeReply(NONCE, 1, "x").trim();
    for (const text of [
      `${BOM}${reply}\n`,
      `\r\n${reply}\r\n`,
      `${BOM}\n${BOM}${reply}\r\n`,
      `\r${reply}\r\r\n`,
    ])
      for (const size of [1, 2, 1000]) {
        const { frames, noise } = read(text, [size]);
        assert.deepEqual([frames, noise], [[{ id: 1, body: "x" }], ""], JSON.stringify([text, size]));
      }
    const request = encodeRequest(1, "x").trim();
    assert.deepEqual(new RequestReader().push(bytes(`${BOM}${request}\r\n`)), [{ id: 1, body: "x" }]);
  });

  describe("are noise when they are", () => {
    const data = Buffer.from('"x"').toString("base64");
    const wrong: [string, string][] = [
      ["of another nonce", `#PC1 ${OTHER} 1 ${data.length} ${data}`],
      ["of a longer nonce", `#PC1 ${NONCE}0 1 ${data.length} ${data}`],
      ["not as long as they say", `#PC1 ${NONCE} 1 ${data.length + 1} ${data}`],
      ["cut off", `#PC1 ${NONCE} 1 ${data.length} ${data.slice(0, -1)}`],
      ["no base64", `#PC1 ${NONCE} 1 4 "x"_`],
      ["padded in the middle", `#PC1 ${NONCE} 1 8 IngiIg==`.replace("IngiIg==", "Ig==IngI")],
      ["no JSON", `#PC1 ${NONCE} 1 4 e3t7`],
      ["without an id", `#PC1 ${NONCE} ${data.length} ${data}`],
      ["of a negative id", `#PC1 ${NONCE} -1 ${data.length} ${data}`],
      ["followed by something", `#PC1 ${NONCE} 1 ${data.length} ${data} x`],
      ["in the middle of a line", `x #PC1 ${NONCE} 1 ${data.length} ${data}`],
      ["of another mark", `#PC2 ${NONCE} 1 ${data.length} ${data}`],
    ];
    for (const [what, line] of wrong)
      it(what, () => {
        for (const size of [1, 1000]) {
          const { frames, noise } = read(`${line}\n${encodeReply(NONCE, 2, "y")}`, [size]);
          assert.deepEqual(frames, [{ id: 2, body: "y" }]);
          assert.equal(noise, `${line}\n`);
        }
      });
  });

  it("are skipped by their own side when they are none", () => {
    const good = encodeRequest(2, "y");
    for (const line of ["", "c2NyaXB0", "1 ", "x Inki", "-1 Inki", "1 Inki x", "1 Ink", "1 e3t7"])
      assert.deepEqual(new RequestReader().push(bytes(`${line}\n${good}`)), [{ id: 2, body: "y" }], line);
  });

  it("leave the last 64 kB of noise, and do not collect a line without an end", () => {
    const reader = new ReplyReader(NONCE);
    for (let turn = 0; turn < 2_000; turn += 1) reader.push(Buffer.alloc(1_000, 0x61 + (turn % 26)));
    assert.equal(reader.noise.length, 65_536);
    assert.equal(reader.noise.at(-1), String.fromCharCode(0x61 + (1_999 % 26)));
    assert.deepEqual(reader.push(bytes(encodeReply(NONCE, 1, "x"))), [{ id: 1, body: "x" }]);
  });

  it("give noise to the request during which it came, also where its line has not ended", () => {
    const { reader } = read("before\nwhat if: ");
    assert.equal(reader.takeNoise(), "before\nwhat if: ");
    assert.equal(reader.noise, "");
    reader.push(bytes(`more${encodeReply(NONCE, 1, "x")}`));
    assert.equal(reader.takeNoise(), "more\n");
    reader.push(bytes("#PC1 01"));
    assert.equal(reader.takeNoise(), "");
    assert.equal(reader.push(bytes(encodeReply(NONCE, 1, "x"))).length, 1);
    assert.equal(reader.takeNoise(), "#PC1 01\n");
  });
});

describe("the tail of a stream", () => {
  it("is its last 64 kB, in whatever pieces it comes", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 90_000 }), { maxLength: 12 }), (sizes) => {
        const tail = new Tail();
        let all = "";
        for (const [index, size] of sizes.entries()) {
          const text = String.fromCharCode(97 + index).repeat(size);
          tail.push(Buffer.from(text));
          all += text;
        }
        assert.ok(tail.text === all.slice(-65_536));
      }),
    );
  });
});
