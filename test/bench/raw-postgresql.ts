import { randomUUID } from "node:crypto";
import { Client } from "pg";
import { raw, type Statement, sql, textOf } from "../../provider/backends/sql/sql";
import { historyColumnsOf } from "../../provider/backends/sql/sql-rows";
import * as statements from "../../provider/backends/sql/sql-statements";
import type { EndpointRecord } from "../../provider/registry/records";
import type { SipAddress } from "../../provider/registry/sip-address";

/** The registry's own statements on one connection of the driver, with nothing looked at that comes back. */
export class RawPostgresql {
  readonly #client: Client;

  private constructor(client: Client) {
    this.#client = client;
  }

  static async connect(url: string, schema: string): Promise<RawPostgresql> {
    const client = new Client({ connectionString: url, pipeline: true });
    await client.connect();
    await client.query(`SET search_path = ${schema}`);
    return new RawPostgresql(client);
  }

  async create(record: EndpointRecord, by: { managedBy: string; operator: string }): Promise<void> {
    const { sipAddress, poolFqdn } = record;
    await Promise.all(
      [
        statements.find("endpoint", sipAddress),
        statements.lastRevision("endpoint", sipAddress),
        statements.find("sip-user", sipAddress),
        statements.find("sip-domain", sipAddress.slice(sipAddress.indexOf("@") + 1)),
        statements.find("pool", poolFqdn),
      ].map((read) => this.#run(read)),
    );
    const state = { revision: "1", incarnation: randomUUID(), managedBy: by.managedBy };
    const change = statements.insert({ kind: "endpoint", key: sipAddress, record, ...state });
    const entry = { at: new Date().toISOString(), action: "create", by, to: record, ...state } as const;
    const columns = historyColumnsOf("endpoint", sipAddress, entry);
    const note = statements.insertIf("history", columns, raw("FROM written"));
    await this.#run(sql`WITH written AS (${change} RETURNING revision) ${note}`);
  }

  get(sipAddress: SipAddress) {
    return this.#run(statements.find("endpoint", sipAddress));
  }

  resolve(sipAddress: SipAddress) {
    return this.#run(statements.lookUp(sipAddress));
  }

  /** All endpoints, by pages of the registry's size. */
  async list(pageSize: number): Promise<number> {
    let count = 0;
    for (let last = ""; ; ) {
      const { rows } = await this.#run(statements.pageAfter("endpoint", last, pageSize));
      count += rows.length;
      if (rows.length < pageSize) return count;
      last = rows.at(-1).sip_address;
    }
  }

  close(): Promise<void> {
    return this.#client.end();
  }

  #run(statement: Statement) {
    const text = textOf(statement, (position) => `$${position}`);
    return this.#client.query(text, [...statement.values]);
  }
}
