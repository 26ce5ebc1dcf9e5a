import type { Arguments, Cmdlet } from "../session/cmdlets";
import { CURES } from "../session/hello";
import type { CallResult, ShellSession } from "../session/session";
import { type Finding, needed, notAsked, orNotAsked } from "./finding";

const DEADLINE = 120_000;
const VERSIONS: Readonly<Record<string, string>> = {
  6: "Lync Server 2013",
  7: "Skype for Business Server 2015",
};

type Result = CallResult["results"][number];

/** What can be read of the topology and the endpoints. A read that fails is a finding. */
export async function readFindings(session: ShellSession): Promise<Finding[]> {
  return [
    ...(await orNotAsked("sip-domains", "SIP domains", () => sipDomains(session))),
    ...(await orNotAsked("pools", "Persistent Chat pools", () => pools(session))),
  ];
}

/** The same findings where nothing can be read. */
export function unread(why: string): Finding[] {
  return [notAsked("sip-domains", "SIP domains", why), notAsked("pools", "Persistent Chat pools", why)];
}

async function sipDomains(session: ShellSession): Promise<Finding> {
  const read = await readOf(session, "Get-CsSipDomain", {});
  const names = read.results.map(
    (domain) => `${domain.Name ?? domain.Identity}${domain.IsDefault === true ? " (default)" : ""}`,
  );
  const hasDefault = read.results.some(({ IsDefault }) => IsDefault === true);
  const found = names.join(", ") || "the list came back empty";
  const cure = names.length === 0 ? CURES.credentials : "make one of them the default with Set-CsSipDomain";
  return needed("sip-domains", "SIP domains", hasDefault, withWarnings(found, read), cure);
}

async function pools(session: ShellSession): Promise<Finding[]> {
  const read = await readOf(session, "Get-CsService", { PersistentChatServer: true });
  const findings: Finding[] = [];
  for (const service of read.results) {
    const identity = String(service.Identity ?? "");
    const fqdn = String(service.PoolFqdn ?? "") || identity.slice(identity.indexOf(":") + 1);
    findings.push(
      versionOf(service, fqdn),
      ...(await orNotAsked("pool-state", `state of ${fqdn}`, () => stateOf(session, identity, fqdn))),
      ...(await orNotAsked("endpoints", `endpoints of ${fqdn}`, () => endpointsOf(session, fqdn))),
    );
  }
  if (findings.length > 0 && read.warnings.length === 0) return findings;
  const cure = `define a pool in Topology Builder, and publish it; where there is one, ${CURES.credentials}`;
  const found = withWarnings(findings.length > 0 ? `${read.results.length}` : "none", read);
  return [needed("pools", "Persistent Chat pools", findings.length > 0, found, cure), ...findings];
}

function versionOf({ Version: version }: Result, fqdn: string): Finding {
  const name = `pool ${fqdn}`;
  const product = VERSIONS[String(version)];
  if (version === undefined || version === null) return notAsked("pool", name, "its service has no version");
  const found = `version ${version}, ${product ?? "which this package does not know"}`;
  const cure = `use a pool of ${Object.values(VERSIONS).join(" or ")}`;
  return needed("pool", name, product !== undefined, found, cure);
}

async function stateOf(session: ShellSession, identity: string, fqdn: string): Promise<Finding> {
  const name = `state of ${fqdn}`;
  const read = await readOf(session, "Get-CsPersistentChatState", { Identity: identity });
  const state = read.results[0]?.PoolState;
  if (typeof state !== "string") return notAsked("pool-state", name, withWarnings("no state came", read));
  const cure = "fail the pool back when its own servers and databases work again";
  return needed("pool-state", name, state === "Normal", withWarnings(state, read), cure);
}

/** Those that the installation of the service made are counted apart: they are no business of anybody's. */
async function endpointsOf(session: ShellSession, fqdn: string): Promise<Finding> {
  const read = await readOf(session, "Get-CsPersistentChatEndpoint", { PersistentChatPoolFqdn: fqdn });
  const automatic = read.results.filter(({ SipAddress }) => /^sip:GC-/i.test(String(SipAddress ?? "")));
  const own = read.results.length - automatic.length;
  const found = `${read.truncated ? "at least " : ""}${own}, and ${automatic.length} automatic`;
  return { topic: "endpoints", name: `endpoints of ${fqdn}`, status: "ok", found: withWarnings(found, read) };
}

function readOf<C extends Cmdlet>(
  session: ShellSession,
  cmdlet: C,
  given: Arguments<C>,
): Promise<CallResult> {
  return session.call(cmdlet, given, { deadline: DEADLINE });
}

function withWarnings(found: string, { warnings }: CallResult): string {
  return [found, ...new Set(warnings.map((warning) => `warning: ${warning}`))].join("; ");
}
