import { Socket } from "node:net";
import { Client, type ClientConfig, DatabaseError, type QueryResult } from "pg";
import { type Statement, textOf } from "../sql/sql";
import { ConnectionLost, ConnectTimeout, isOvertaken, NoTls, ServerSilent } from "./postgresql-errors";
import type { SchemaState } from "./postgresql-schema";

/** Milliseconds by which an answer may be later than the server's own limit for a statement, and for a farewell. */
const GRACE = 5_000;

export interface ConnectionConfig extends ClientConfig {
  connectTimeout: number;
  statementTimeout: number;
}

/** A connection that always answers or fails: whatever ends it, and however silently, is told in time and by class. */
export class PostgresqlConnection extends Client {
  /** What the schema held when it was last looked at. */
  schema: SchemaState = "missing";
  readonly #socket: Socket;
  readonly #config: ConnectionConfig;
  #givenUp: Error | undefined;

  constructor(config: ConnectionConfig) {
    const socket = new Socket();
    super({ ...config, stream: () => socket });
    this.#socket = socket;
    this.#config = config;
    // Whoever waits for an answer is told; without a listener the process would end.
    this.on("error", () => undefined);
  }

  override connect(): Promise<Client>;
  override connect(callback: (error?: Error) => void): void;
  override connect(callback?: (error?: Error) => void): Promise<Client> | undefined {
    const connected = this.#within(this.#config.connectTimeout, ConnectTimeout, () => super.connect());
    const classified = connected.catch((error: unknown) => {
      this.#socket.destroy();
      throw this.#refusal(error);
    });
    if (!callback) return classified.then(() => this);
    classified.then(() => callback(), callback);
    return undefined;
  }

  override end(): Promise<void>;
  override end(callback: (error: Error) => void): void;
  override end(callback?: (error: Error) => void): Promise<void> | undefined {
    // A host that has fallen silent never closes its side, and whoever waits for the pool would wait for that.
    setTimeout(() => this.#socket.destroy(), GRACE).unref();
    if (!callback) return super.end();
    super.end(callback);
    return undefined;
  }

  /**
   * Runs statements, sent all at once; each is a transaction of its own outside of one. An error of the server that ended the
   * connection as well is a `ConnectionLost`: it may have come after the statement took effect.
   */
  async run(...statements: (Statement | string)[]): Promise<QueryResult<Record<string, unknown>>[]> {
    const limit = this.#config.statementTimeout + GRACE;
    const sent = () => Promise.allSettled(statements.map((statement) => this.#send(statement)));
    const outcomes = await this.#within(limit, ServerSilent, sent);
    const failed = outcomes.find((outcome) => outcome.status === "rejected");
    if (!failed)
      return outcomes.flatMap((outcome) => (outcome.status === "fulfilled" ? [outcome.value] : []));
    const { reason } = failed;
    if (reason instanceof DatabaseError && (isOvertaken(reason) || (await this.#isAlive()))) throw reason;
    throw this.#givenUp ?? new ConnectionLost(undefined, { cause: reason });
  }

  /** Whether the connection outlived an error. An empty statement is answered in a failed transaction too. */
  async #isAlive(): Promise<boolean> {
    const answered = this.#within(GRACE, ConnectionLost, () => this.query(""));
    return answered.then(
      () => true,
      () => false,
    );
  }

  #send(statement: Statement | string): Promise<QueryResult<Record<string, unknown>>> {
    if (typeof statement === "string") return this.query(statement);
    return this.query(
      textOf(statement, (position) => `$${position}`),
      [...statement.values],
    );
  }

  async #within<T>(milliseconds: number, Failure: new () => Error, work: () => Promise<T>): Promise<T> {
    const timer = setTimeout(() => {
      const failure = new Failure();
      this.#givenUp = failure;
      this.#socket.destroy(failure);
    }, milliseconds);
    try {
      return await work();
    } finally {
      clearTimeout(timer);
    }
  }

  #refusal(error: unknown): unknown {
    if (this.#givenUp) return this.#givenUp;
    if (error instanceof Error && "code" in error) return error;
    // A server without TLS answers the question for it with this one byte, and the driver with a text only.
    if (this.#config.ssl && this.#socket.bytesRead === 1) return new NoTls();
    return new ConnectionLost(undefined, { cause: error });
  }
}
