import assert from "node:assert/strict";
import { GRANTS, ROLES } from "../support/grants";
import { queryOnce } from "../support/postgres-client";
import { disposeServers, PostgresServer } from "../support/postgres-server";
import type { Result } from "../support/result";
import { Workspace } from "../support/workspace";

const PASSWORD = "of-every-role-here";

/** What the workflows to copy build on: all that runs before an approval needs no right to write. */
describe("a role that only reads", function () {
  this.timeout(300_000);
  let server: PostgresServer;
  let workspace: Workspace;

  const roleOf = (role: string) => ({
    user: `persistentchat_${role}`,
    password: PASSWORD,
    database: "chat",
  });
  const tool = async (role: string, ...args: string[]): Promise<Result> => {
    const registry = `${server.url(roleOf(role))}?sslmode=disable`;
    return workspace.persistentchat([...args, "--stack", "test"], { PERSISTENTCHAT_REGISTRY: registry });
  };
  const succeeds = async (role: string, ...args: string[]) => {
    const result = await tool(role, ...args);
    assert.equal(result.code, 0, `${args.join(" ")}\n${result.output}`);
  };

  before(async () => {
    server = await PostgresServer.create();
    await server.start();
    await server.query("CREATE DATABASE chat");
    await server.query(ROLES, undefined, "chat");
    for (const role of ["owner", "user", "reader"])
      await server.query(`ALTER ROLE persistentchat_${role} PASSWORD '${PASSWORD}'`);
    workspace = await Workspace.create();
    const migrated = await workspace.persistentchat(["migrate"], {
      PERSISTENTCHAT_REGISTRY: `${server.url(roleOf("owner"))}?sslmode=disable`,
    });
    assert.equal(migrated.code, 0, migrated.output);
    await queryOnce(server.url(roleOf("owner")), GRANTS);
    workspace.program('new SipDomain("contoso", { domain: "contoso.com" });');
  });
  after(() => {
    workspace.dispose();
    disposeServers();
  });

  it("previews, plans and looks for drift; another one applies its plan", async () => {
    await succeeds("reader", "comment", "--output", "comment.md");
    await succeeds("reader", "preview", "--save", "plan.json");
    await succeeds("user", "up", "--plan", "plan.json");
    await succeeds("reader", "drift");
    await succeeds("reader", "comment", "--output", "comment.md");
  });

  it("applies nothing", async () => {
    workspace.program('new SipDomain("contoso", { domain: "contoso.com", isDefault: true });');
    await succeeds("reader", "preview", "--save", "plan.json");
    const { code, output } = await tool("reader", "up", "--plan", "plan.json");
    assert.equal(code, 1);
    assert.match(output, /permission is denied/);
    await succeeds("reader", "drift");
  });
});
