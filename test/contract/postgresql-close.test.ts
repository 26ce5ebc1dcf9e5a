import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server } from "node:net";
import { HOST } from "../support/postgres-client";
import { sharedPostgres } from "../support/shared-postgres";
import { TcpProxy } from "../support/tcp-proxy";
import { ANNA, failsWith, furnish, POOL } from "./bench";
import { usePostgresqlPlace } from "./postgresql-place";

const CONNECTIONS = 4;
const TERMINATE = "X\0\0\0\u0004";
/** The handle itself gives a statement five more seconds than the server does. */
const HURRIED = { statement_timeout: "100", sslmode: "disable" };

describe("PostgreSQL is closed in good time", function () {
  this.timeout(20_000);
  const place = usePostgresqlPlace();
  let proxy: TcpProxy;
  let deaf: Server;

  beforeEach(async () => {
    proxy = await TcpProxy.start(sharedPostgres().port);
    // A network that breaks as a connection ends: neither the farewell nor the end of the stream comes through.
    deaf = createServer({ allowHalfOpen: true }, (client) => {
      const onward = connect(proxy.port, HOST);
      client.on("data", (bytes) => bytes.includes(TERMINATE) || onward.write(bytes));
      onward.on("data", (bytes) => client.write(bytes));
      client.once("close", () => onward.destroy());
    }).listen(0, HOST);
    await once(deaf, "listening");
  });
  afterEach(async () => {
    await proxy.close();
    deaf.close();
  });

  /** Resolves when the server is about to be asked for something, for so many times. */
  const asked = (what: string, times = 1) =>
    new Promise<void>((resolve) => {
      let count = 0;
      void proxy.dropRequest((sent) => {
        if (sent.includes(what)) count += 1;
        if (count === times) resolve();
        return false;
      });
    });

  it("where statements wait for a lock, and calls for a connection", async () => {
    const registry = place.open({ port: proxy.port }, { lockTimeout: 500 });
    await furnish(registry);
    const holder = await place.connect();
    await holder.query("BEGIN; LOCK TABLE pool IN ACCESS EXCLUSIVE MODE");
    const outcomes = Promise.all(
      Array.from({ length: CONNECTIONS + 2 }, (_, index) =>
        failsWith(
          registry.get("pool", POOL),
          "unavailable",
          index < CONNECTIONS ? "locked" : "it was closed",
        ),
      ),
    );
    await asked("SELECT * FROM pool", CONNECTIONS);
    await registry.close();
    await outcomes;
  });

  it("where the server falls silent instead of an answer", async () => {
    const registry = place.open({ port: proxy.port, parameters: HURRIED });
    await furnish(registry);
    const write = registry.create("sip-domain", { domain: "d.example" }, ANNA);
    const refused = failsWith(write, "unavailable", "it may have been done or not");
    await asked("INSERT INTO history");
    proxy.blackhole();
    await registry.close();
    await refused;
  });

  it("where the server falls silent as a connection ends", async () => {
    const { port } = deaf.address() as AddressInfo;
    const registry = place.open({ port, parameters: HURRIED });
    await registry.migrate();
    const answered = registry.get("pool", POOL);
    await asked("SELECT * FROM pool");
    await Promise.all([answered, registry.close()]);
  });
});
