// https://www.postgresql.org/docs/18/protocol-message-formats.html

const REQUESTS_OF_ENCRYPTION = [80877103, 80877104];
const CANCEL_REQUEST = 80877102;
const ANSWERED_BY_READY: readonly string[] = ["Q", "S", "F"]; // Query, Sync, FunctionCall
const READY_FOR_QUERY = "Z";

/** Follows what a client and a server say to each other, as long as it is not encrypted. */
export class PostgresConversation {
  #state: "greeting" | "asked for encryption" | "open" | "opaque" = "greeting";
  #owed = 0;
  #request = Buffer.alloc(0);
  #reply = Buffer.alloc(0);

  /** Whether the server has still to finish something that the client asked for. */
  get pending(): boolean {
    return this.#owed > 0;
  }

  /** Hears what the client says. */
  request(bytes: Buffer): void {
    if (this.#state === "opaque") return;
    this.#request = Buffer.concat([this.#request, bytes]);
    while (this.#state !== "open") {
      if (this.#request.length < 8) return;
      const length = this.#request.readUInt32BE(0);
      if (this.#request.length < length) return;
      const code = this.#request.readUInt32BE(4);
      this.#request = this.#request.subarray(length);
      if (REQUESTS_OF_ENCRYPTION.includes(code)) this.#state = "asked for encryption";
      else this.#state = "open";
      if (this.#state === "open" && code !== CANCEL_REQUEST) this.#owed += 1;
    }
    const { types, rest } = messages(this.#request);
    this.#request = rest;
    this.#owed += types.filter((type) => ANSWERED_BY_READY.includes(type)).length;
  }

  /** Hears what the server says. */
  reply(bytes: Buffer): void {
    if (this.#state === "opaque") return;
    if (this.#state === "asked for encryption") {
      this.#state = bytes.toString("latin1", 0, 1) === "N" ? "greeting" : "opaque";
      return;
    }
    const { types, rest } = messages(Buffer.concat([this.#reply, bytes]));
    this.#reply = rest;
    this.#owed -= types.filter((type) => type === READY_FOR_QUERY).length;
  }
}

/** The types of the messages that are complete, and what follows them. */
function messages(bytes: Buffer): { types: string[]; rest: Buffer<ArrayBuffer> } {
  const types: string[] = [];
  let at = 0;
  while (bytes.length >= at + 5) {
    const end = at + 1 + bytes.readUInt32BE(at + 1);
    if (bytes.length < end) break;
    types.push(bytes.toString("latin1", at, at + 1));
    at = end;
  }
  return { types, rest: Buffer.from(bytes.subarray(at)) };
}
