import { PostgresInstallation } from "./postgres-installation";
import { PostgresServer } from "./postgres-server";
import { announce } from "./shared-postgres";

// Mocha runs these in its main process, whose environment the workers of a parallel run inherit.

let server: PostgresServer | undefined;

export async function mochaGlobalSetup(): Promise<void> {
  server = await PostgresServer.create({
    lasting: true,
    settings: { fsync: "off", synchronous_commit: "off", full_page_writes: "off", max_connections: "300" },
  });
  await server.start();
  announce(server.port);
}

export async function mochaGlobalTeardown(): Promise<void> {
  announce(undefined);
  server?.dispose();
  (await PostgresInstallation.get()).dispose();
}
