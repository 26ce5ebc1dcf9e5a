import { ShellSession } from "../../provider/backends/shell/session/session";
import type { ShellSettings } from "../../provider/backends/shell/session/settings";

// A process that has a management shell and a call under way, for tests that end it.

const [, , settings = "{}", filter = "{}"] = process.argv;
const session = new ShellSession(JSON.parse(settings) as ShellSettings);
process.on("SIGTERM", () => void session.close().then(() => process.exit(0)));
void session.call("Get-CsUser", { LdapFilter: filter }, { deadline: 5_000 }).then(
  () => process.stdout.write("done\n"),
  (error: unknown) => process.stdout.write(`${String(error)}\n`),
);
process.stdout.write("called\n");
