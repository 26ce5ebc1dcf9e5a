import type { World } from "./world";

const NAMESPACE = "urn:schema:Microsoft.Rtc.Management.Deploy.Topology.2008";

/** The topology document: sites, clusters with their machines, and the Persistent Chat services on them. */
export function topologyXml({ sites, sipDomains, pools }: World): string {
  const siteId = (name: string) =>
    name === "BackCompatSite" ? "BackCompatSite" : String(sites.indexOf(name) + 1);
  const clusterId = (index: number, site: string) =>
    element("ClusterId", { SiteId: siteId(site), Number: index + 1 });
  const clusters = pools.map(({ fqdn, site, shape, computers }, index) =>
    element("Cluster", { RequiresReplication: true, Fqdn: fqdn, IsSingleMachineOnly: shape === "single" }, [
      clusterId(index, site),
      ...computers.map((computer, ordinal) =>
        element("Machine", { OrdinalInCluster: ordinal + 1, Fqdn: computer }),
      ),
    ]),
  );
  const services = pools.flatMap(({ site, version, persistentChat }, index) => {
    if (persistentChat === undefined) return [];
    const instance = persistentChat.serviceId.split("-").at(-1) ?? "";
    const id = { SiteId: siteId(site), RoleName: "PersistentChatService", Instance: instance };
    return [
      element("Service", { RoleName: "PersistentChatService", ServiceVersion: version }, [
        element("ServiceId", id),
        element("InstalledOn", {}, [clusterId(index, site)]),
        element("Ports", {}, [element("Port", { Owner: id.RoleName, Port: persistentChat.mtlsPort })]),
      ]),
    ];
  });
  const domains = sipDomains.map(({ domain, isDefault }) =>
    element("InternalDomain", { Name: domain, Default: isDefault, AllowSubDomains: false }),
  );
  const central = sites.map((name) =>
    element("CentralSite", { SiteId: siteId(name) }, [`<Name>${escaped(name)}</Name>`]),
  );
  return element("Topology", { xmlns: NAMESPACE }, [
    element("InternalDomains", {}, domains),
    element("Sites", {}, central),
    element("Clusters", {}, clusters),
    element("Services", {}, services),
  ]);
}

function element(
  name: string,
  attributes: Readonly<Record<string, string | number | boolean>>,
  content: readonly string[] = [],
): string {
  const pairs = Object.entries(attributes).map(([key, value]) => ` ${key}="${escaped(String(value))}"`);
  const open = `<${name}${pairs.join("")}`;
  return content.length === 0 ? `${open} />` : `${open}>${content.join("")}</${name}>`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
