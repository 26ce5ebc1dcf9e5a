import type { WorldInput } from "./world";

const FOREST = "DC=contoso,DC=test";

/**
 * The world of the example `contoso`, stack `dev`, before its first `up`: its SIP domains and pools are there, as Topology
 * Builder leaves them, and no endpoint but the automatic ones; beside them a Group Chat pool of Lync 2010 with its well-known user.
 */
export const CONTOSO: WorldInput = {
  about:
    "The world of the example contoso, stack dev, for 'persistentchat simulate-shell'. Edit what you like.",
  sipDomains: [{ domain: "contoso.test", isDefault: true }, { domain: "fabrikam.test" }],
  sites: ["Headquarters", "Branch"],
  pools: [
    frontEndPool("fepool.contoso.test", "Headquarters", ["fe01.contoso.test", "fe02.contoso.test"]),
    frontEndPool("fepool.fabrikam.test", "Branch", ["fe01.fabrikam.test"]),
    { ...frontEndPool("oldpool.contoso.test", "Headquarters", ["oldfe01.contoso.test"]), version: 5 },
    {
      fqdn: "pcpool.contoso.test",
      site: "Headquarters",
      shape: "multiple",
      computers: ["pc01.contoso.test", "pc02.contoso.test"],
      persistentChat: {
        registrar: "fepool.contoso.test",
        displayName: "Headquarters",
        activeServers: ["pc01.contoso.test", "pc02.contoso.test"],
        serviceId: "1-PersistentChatService-2",
        database: "sql01.contoso.test",
        fileStore: "files.contoso.test",
      },
    },
    {
      fqdn: "pcpool.fabrikam.test",
      site: "Branch",
      shape: "multiple",
      computers: ["pc01.fabrikam.test"],
      persistentChat: {
        registrar: "fepool.fabrikam.test",
        displayName: "Branch",
        activeServers: ["pc01.fabrikam.test"],
        serviceId: "2-PersistentChatService-1",
        database: "sql01.fabrikam.test",
        fileStore: "files.fabrikam.test",
      },
    },
  ],
  configurations: [{ identity: "Global" }],
  directory: {
    contactContainer: `CN=Application Contacts,CN=RTC Service,CN=Services,CN=Configuration,${FOREST}`,
    shellDomainController: "dc01.contoso.test",
    domainControllers: [
      { fqdn: "dc01.contoso.test", globalCatalog: true },
      { fqdn: "dc02.contoso.test", userMs: 1000, contactMs: 500 },
    ],
    frontEnds: [
      { fqdn: "fe01.contoso.test", domainController: "dc01.contoso.test", userMs: 200, contactMs: 100 },
      { fqdn: "fe02.contoso.test", domainController: "dc02.contoso.test", userMs: 200, contactMs: 100 },
    ],
  },
  users: [
    wellKnownUser("sip:ocschat@old.contoso.test"),
    {
      dn: `CN=Anna,OU=Staff,${FOREST}`,
      guid: "7d1c0f52-5a0e-4f0b-9c39-0c6b2f1f4a02",
      samAccountName: "anna",
      userPrincipalName: "anna@contoso.test",
      displayName: "Anna",
      sipAddress: "sip:anna@contoso.test",
      registrarPool: "fepool.contoso.test",
      enabled: true,
      policies: { VoicePolicy: "Tag:Headquarters" },
    },
  ],
  contacts: [
    automatic("1-PersistentChatService-2", "pcpool.contoso.test", "6a2f1d0e-0000-4000-8000-000000000001"),
    automatic("2-PersistentChatService-1", "pcpool.fabrikam.test", "6a2f1d0e-0000-4000-8000-000000000002"),
  ],
};

/**
 * The world of the example `cutover`, stack `rehearsal`: the well-known user holds the address that every client of Group Chat
 * knows, and beside it there is a throw-away user for the dress rehearsal.
 */
export const CONTOSO_CUTOVER: WorldInput = {
  ...CONTOSO,
  about:
    "The world of the example cutover, stack rehearsal, for 'persistentchat simulate-shell'. Edit what you like.",
  users: [
    {
      ...wellKnownUser("sip:ocschat@contoso.test"),
      proxyAddresses: ["SMTP:ocschat@contoso.test", "sip:ocschat@contoso.test"],
      mail: "ocschat@contoso.test",
      policies: { ClientPolicy: "Tag:GroupChat", ExternalAccessPolicy: "Tag:Nobody" },
    },
    {
      ...wellKnownUser("sip:ocschat-test@contoso.test"),
      dn: `CN=Group Chat Test,OU=Service Accounts,${FOREST}`,
      guid: "7d1c0f52-5a0e-4f0b-9c39-0c6b2f1f4a03",
      samAccountName: "ocschat-test",
      userPrincipalName: "ocschat-test@contoso.test",
      displayName: "Group Chat Test",
    },
  ],
};

function wellKnownUser(sipAddress: string) {
  return {
    dn: `CN=Group Chat,OU=Service Accounts,${FOREST}`,
    guid: "7d1c0f52-5a0e-4f0b-9c39-0c6b2f1f4a01",
    samAccountName: "ocschat",
    userPrincipalName: "ocschat@contoso.test",
    displayName: "Group Chat",
    sipAddress,
    registrarPool: "oldpool.contoso.test",
    enabled: true,
    proxyAddresses: [sipAddress],
  };
}

function frontEndPool(fqdn: string, site: string, computers: string[]): WorldInput["pools"][number] {
  return { fqdn, site, shape: "multiple", computers, roles: ["UserServer", "Registrar"] };
}

function automatic(
  serviceId: string,
  pool: string,
  guid: string,
): NonNullable<WorldInput["contacts"]>[number] {
  return {
    dn: `CN={${guid}},CN=Application Contacts,CN=RTC Service,CN=Services,CN=Configuration,${FOREST}`,
    sipAddress: `sip:GC-${serviceId}@contoso.test`,
    pool,
    automatic: true,
  };
}
