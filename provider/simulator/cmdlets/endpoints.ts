import { randomUUID } from "node:crypto";
import type { Call, Cmdlet, Output } from "../cmdlet";
import { ShellError } from "../error-record";
import type { Attributes } from "../ldap-filter";
import {
  bears,
  filtered,
  persistentChatPools,
  refuseHeld,
  SEARCH_PARAMETERS,
  sameText,
  UNTRIED_SEARCHES,
} from "../searches";
import type { Contact, PersistentChatPool } from "../world";

const TYPE = "Microsoft.Rtc.Management.ADConnect.Schema.OCSPersistentChatContact";

/** The endpoints by which legacy clients find a pool: contacts in the configuration partition of the directory. */
export const ENDPOINT_CMDLETS: Readonly<Record<string, Cmdlet>> = {
  "Get-CsPersistentChatEndpoint": {
    access: "read",
    type: TYPE,
    parameters: { ...SEARCH_PARAMETERS, PersistentChatPoolFqdn: { type: "fqdn" } },
    notSimulated: UNTRIED_SEARCHES,
    run(call) {
      const { knobs } = call.world;
      const pool = call.given.text("PersistentChatPoolFqdn");
      const identity = call.given.text("Identity");
      if (pool !== undefined && poolOf(call, pool, knobs.unknownPool === "nothing") === undefined) return [];
      const found = call.directory.contacts
        .filter(({ automatic }) => !automatic || knobs.automaticEndpoint === "listed")
        .filter((contact) => pool === undefined || sameText(contact.pool, pool))
        .filter((contact) => identity === undefined || isNamed(contact, identity));
      if (identity !== undefined && found.length === 0 && knobs.absentEndpoint === "error")
        throw new ShellError("absent", identity);
      return filtered(call, found, attributesOf).map((contact) => shown(call, contact));
    },
  },

  "New-CsPersistentChatEndpoint": {
    access: "write",
    type: TYPE,
    parameters: {
      SipAddress: { type: "text", mandatory: true },
      PersistentChatPoolFqdn: { type: "fqdn", mandatory: true },
      DisplayName: { type: "text" },
      PassThru: { type: "switch" },
    },
    run(call) {
      const { given, world } = call;
      const pool = poolOf(call, given.text("PersistentChatPoolFqdn") ?? "", false);
      const address = newAddress(call, given.text("SipAddress") ?? "");
      refuseHeld(call, "duplicateEndpoint", address);
      const contact: Contact = {
        dn: `CN={${randomUUID()}},${world.directory.contactContainer}`,
        sipAddress: address,
        displayName:
          given.text("DisplayName") ?? (world.knobs.defaultDisplayName === "address" ? address : null),
        pool: pool?.fqdn ?? "",
        automatic: false,
      };
      call.write("contact", contact.dn, contact);
      return given.flag("PassThru") ? [shown(call, contact)] : [];
    },
  },

  "Remove-CsPersistentChatEndpoint": {
    access: "write",
    type: TYPE,
    parameters: { Identity: { type: "text", mandatory: true }, Force: { type: "switch" } },
    run(call) {
      const { knobs } = call.world;
      const identity = call.given.text("Identity") ?? "";
      const found = call.directory.contacts.filter((contact) => isNamed(contact, identity));
      if (found.length === 0 && knobs.absentEndpointRemoval === "error")
        throw new ShellError("absent", identity);
      if (found.length > 0 && knobs.removalAsks === "yes" && !call.given.flag("Force"))
        throw new ShellError("promptRefused");
      for (const { dn } of found) call.write("contact", dn, null);
      return [];
    },
  },
};

function newAddress({ world }: Call, text: string): string {
  const { addressWithoutScheme, unknownSipDomain, storedAddress } = world.knobs;
  const hasScheme = /^sip:/i.test(text);
  if (!hasScheme && addressWithoutScheme === "refused")
    throw new ShellError("refused", `the SIP address "${text}" does not begin with "sip:"`);
  const address = hasScheme ? text : `sip:${text}`;
  const domain = address.slice(address.lastIndexOf("@") + 1);
  if (!/^sip:[^@\s]+@[^@\s]+$/i.test(address))
    throw new ShellError("refused", `"${text}" is not a SIP address`);
  const known = world.sipDomains.some((one) => sameText(one.domain, domain));
  if (!known && unknownSipDomain === "refused")
    throw new ShellError("refused", `"${domain}" is not a SIP domain of this organization`);
  return storedAddress === "lowered" ? address.toLowerCase() : address;
}

function poolOf({ world }: Call, fqdn: string, mayBeAbsent: boolean): PersistentChatPool | undefined {
  const pool = persistentChatPools(world).find((one) => sameText(one.fqdn, fqdn));
  if (pool === undefined && !mayBeAbsent) throw new ShellError("absent", fqdn);
  if (pool?.persistentChat.chokes)
    throw new ShellError("refused", `the pool "${fqdn}" has no service object`);
  return pool;
}

function isNamed({ dn, sipAddress, displayName }: Contact, identity: string): boolean {
  return bears(identity, [dn, sipAddress, sipAddress.replace(/^sip:/i, "")], displayName);
}

function attributesOf({ dn, sipAddress, displayName }: Contact): Attributes {
  return {
    objectclass: ["top", "person", "organizationalPerson", "contact"],
    distinguishedname: [dn],
    "msrtcsip-primaryuseraddress": [sipAddress],
    "msrtcsip-userenabled": ["TRUE"],
    displayname: displayName === null ? [] : [displayName],
  };
}

function shown({ world }: Call, { dn, sipAddress, displayName, pool }: Contact): Output {
  const number = world.pools.findIndex(({ fqdn }) => sameText(fqdn, pool)) + 1;
  const services = world.directory.contactContainer.replace(/^CN=Application Contacts,/i, "");
  return {
    Identity: dn,
    RegistrarPool: null,
    HomeServer: `CN=Lc Services,CN=Microsoft,CN=1:${number},CN=Pools,${services}`,
    OwnerUrn: "urn:application:PersistentChat",
    SipAddress: sipAddress,
    DisplayName: displayName,
    Enabled: true,
    ...(world.knobs.endpointPoolProperty === "PoolFqdn" && { PoolFqdn: pool }),
  };
}
