import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { PassThrough } from "node:stream";
import { SCRIPT_LINE } from "../../provider/backends/shell/session/bootstrap";
import { SCRIPT_HASH } from "../../provider/backends/shell/session/dispatcher-script";
import { encodeRequest } from "../../provider/backends/shell/session/frames";
import { Requests } from "../../provider/simulator/requests";

const BOM = "\u00ef\u00bb\u00bf";
const SHORT = "# Grüße";

/** What the simulator reads of input that comes in these pieces. */
async function read(pieces: Iterable<string>) {
  const input = new PassThrough();
  const requests = new Requests(input);
  for (const piece of pieces) input.write(piece, "latin1");
  const first = await requests.next();
  requests.close();
  return { script: requests.script, first };
}

describe("the input of a simulated shell", () => {
  const request = encodeRequest(1, "x");
  const expected = { id: 1, body: "x" };

  it("is read when the line with the script comes byte by byte", async () => {
    assert.deepEqual(await read(SCRIPT_LINE + request), { script: SCRIPT_HASH, first: expected });
  });

  it("is read when it is cut in two at any byte, with a byte order mark and carriage returns, too", async () => {
    const script = createHash("sha256").update(SHORT).digest("hex");
    const line = Buffer.from(SHORT).toString("base64");
    for (const text of [`${line}\n${request}`, `${BOM}${line}\r\n${request.trim()}\r\n`])
      for (let cut = 0; cut <= text.length; cut += 1)
        assert.deepEqual(
          await read([text.slice(0, cut), text.slice(cut)]),
          { script, first: expected },
          `${cut}`,
        );
  });
});
