import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { HOST } from "./postgres-client";
import { PostgresConversation } from "./postgres-conversation";

/** Tells whether it is meant, of what a client has sent since the server had answered everything. TLS hides it. */
export type Meant = (sent: Buffer) => boolean;

interface Fault {
  what: "request" | "reply";
  meant: Meant;
  done: () => void;
}

/** Stands between clients and a PostgreSQL server, and does to them what a network can do. */
export class TcpProxy {
  /** How often a client went to the server: with the first bytes, and with the first after each answer. */
  flights = 0;
  /** How many connections were made. */
  connections = 0;
  readonly #server: Server;
  readonly #pairs = new Set<Pair>();
  #holding = false;
  #fault: Fault | undefined;

  private constructor(private readonly target: number) {
    this.#server = createServer((client) => this.#accept(client));
  }

  /** Starts a proxy of a port of the loopback interface. */
  static async start(target: number): Promise<TcpProxy> {
    const proxy = new TcpProxy(target);
    proxy.#server.listen(0, HOST);
    await once(proxy.#server, "listening");
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  resetCounts(): void {
    this.flights = 0;
    this.connections = 0;
  }

  /** Breaks all connections. New ones are accepted. */
  cut(): void {
    for (const pair of this.#pairs) pair.destroy();
  }

  /** Holds back everything, on new connections too, without a sign to either side. */
  blackhole(): void {
    this.#holding = true;
    for (const pair of this.#pairs) pair.hold();
  }

  /** Lets go on what `blackhole` held back. */
  resume(): void {
    this.#holding = false;
    for (const pair of this.#pairs) pair.resume();
  }

  /**
   * Of the next connection that sends what is meant, breaks the client's side before the server hears of it. Resolves when
   * that has happened.
   */
  dropRequest(meant: Meant): Promise<void> {
    return this.#plan("request", meant);
  }

  /**
   * Of the next connection that sends what is meant, breaks the client's side when the server has answered all of it, and
   * keeps the answer back. Resolves when that has happened.
   */
  dropReplyAfter(meant: Meant): Promise<void> {
    return this.#plan("reply", meant);
  }

  async close(): Promise<void> {
    const closed = once(this.#server, "close");
    this.#server.close();
    this.cut();
    await closed;
  }

  #plan(what: Fault["what"], meant: Meant): Promise<void> {
    assert.ok(!this.#fault, "another fault is still to come");
    return new Promise((resolve) => {
      this.#fault = { what, meant, done: resolve };
    });
  }

  #accept(client: Socket): void {
    this.connections += 1;
    const pair = new Pair(client, connect(this.target, HOST), {
      flies: () => {
        this.flights += 1;
      },
      fault: (sent) => {
        const fault = this.#fault;
        if (!fault?.meant(sent)) return undefined;
        this.#fault = undefined;
        return fault;
      },
      closed: () => this.#pairs.delete(pair),
    });
    this.#pairs.add(pair);
    if (this.#holding) pair.hold();
  }
}

interface Watcher {
  flies(): void;
  /** The fault that is to happen now, given what the client has sent since nothing was asked for. */
  fault(sent: Buffer): Fault | undefined;
  closed(): void;
}

/** A client's connection and that to the server in its stead. */
class Pair {
  readonly #conversation = new PostgresConversation();
  #clientSpoke = false;
  /** What the client has sent since nothing was asked for. */
  #sent: Buffer[] = [];
  /** The fault that waits for the server's answer. */
  #dropping: Fault | undefined;

  constructor(
    private readonly client: Socket,
    private readonly server: Socket,
    private readonly watcher: Watcher,
  ) {
    for (const [from, to] of [[client, server] as const, [server, client] as const]) {
      from.setNoDelay(true);
      from.on("error", () => {}); // `close` follows
      from.once("close", () => {
        to.destroySoon();
        watcher.closed();
      });
    }
    client.on("data", (bytes: Buffer) => this.#request(bytes));
    server.on("data", (bytes: Buffer) => this.#reply(bytes));
  }

  hold(): void {
    this.client.pause();
    this.server.pause();
  }

  resume(): void {
    this.client.resume();
    this.server.resume();
  }

  destroy(): void {
    this.client.destroy();
    this.server.destroy();
  }

  #request(bytes: Buffer): void {
    if (!this.#clientSpoke) this.watcher.flies();
    this.#clientSpoke = true;
    this.#sent.push(bytes);
    const fault = this.#dropping ?? this.watcher.fault(Buffer.concat(this.#sent));
    if (fault?.what === "request") {
      this.destroy();
      fault.done();
      return;
    }
    this.#dropping = fault;
    this.#conversation.request(bytes);
    this.server.write(bytes);
  }

  #reply(bytes: Buffer): void {
    this.#clientSpoke = false;
    this.#conversation.reply(bytes);
    if (!this.#conversation.pending) this.#sent = [];
    if (!this.#dropping) {
      this.client.write(bytes);
    } else if (!this.#conversation.pending) {
      this.client.destroy();
      this.#dropping.done();
    }
  }
}
