import type { Call, Cmdlet } from "../cmdlet";
import { ShellError } from "../error-record";
import { sameText } from "../searches";
import type { World } from "../world";

const TYPE = "Microsoft.Rtc.Management.Deploy.Internal.SipDomain";
type SipDomain = World["sipDomains"][number];

/** The SIP domains: one is the default at any time, and another one becomes it only by taking its place. */
export const SIP_DOMAIN_CMDLETS: Readonly<Record<string, Cmdlet>> = {
  "Get-CsSipDomain": {
    access: "read",
    type: TYPE,
    parameters: { Identity: { type: "fqdn" } },
    run(call) {
      const found = call.given.has("Identity") ? [named(call)] : call.world.sipDomains;
      return found.map(({ domain, isDefault }) => ({ Identity: domain, Name: domain, IsDefault: isDefault }));
    },
  },

  "New-CsSipDomain": {
    access: "write",
    type: TYPE,
    parameters: {
      Identity: { type: "fqdn", mandatory: true },
      IsDefault: { type: "flag" },
      Force: { type: "switch" },
    },
    run({ world, given }) {
      const domain = given.text("Identity") ?? "";
      if (world.sipDomains.some((one) => sameText(one.domain, domain)))
        throw new ShellError("exists", domain);
      const added: SipDomain = { domain, isDefault: false };
      world.sipDomains.push(added);
      if (given.flag("IsDefault")) makeDefault(world, added);
      return [];
    },
  },

  "Set-CsSipDomain": {
    access: "write",
    type: TYPE,
    parameters: {
      Identity: { type: "fqdn", mandatory: true },
      IsDefault: { type: "flag" },
      Force: { type: "switch" },
    },
    run(call) {
      const found = named(call);
      const isDefault = call.given.flag("IsDefault");
      if (isDefault === false && found.isDefault)
        throw new ShellError(
          "refused",
          `"${found.domain}" is the default SIP domain, and another one must take its place`,
        );
      if (isDefault) makeDefault(call.world, found);
      return [];
    },
  },

  "Remove-CsSipDomain": {
    access: "write",
    type: TYPE,
    parameters: { Identity: { type: "fqdn", mandatory: true }, Force: { type: "switch" } },
    run(call) {
      const { world, directory } = call;
      const found = named(call);
      if (found.isDefault) throw new ShellError("refused", `"${found.domain}" is the default SIP domain`);
      const endpointsCount = world.knobs.endpointInSipDomain === "keeps-it";
      const holder = [...directory.users, ...(endpointsCount ? directory.contacts : [])].find(
        ({ sipAddress }) => sameText(sipAddress?.slice(sipAddress.lastIndexOf("@") + 1), found.domain),
      );
      if (holder) throw new ShellError("refused", `"${holder.dn}" has an address in "${found.domain}"`);
      world.sipDomains = world.sipDomains.filter((one) => one !== found);
      return [];
    },
  },
};

function named({ world, given }: Call): SipDomain {
  const identity = given.text("Identity") ?? "";
  const found = world.sipDomains.find(({ domain }) => sameText(domain, identity));
  if (found === undefined) throw new ShellError("absent", identity);
  return found;
}

function makeDefault(world: World, chosen: SipDomain): void {
  for (const one of world.sipDomains) one.isDefault = one === chosen;
}
