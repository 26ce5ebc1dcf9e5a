import {
  type ChangeOf,
  type Kind,
  keyOf,
  type NewRecordOf,
  type RecordOf,
} from "../../../provider/registry/records";
import type { Stored } from "../../../provider/registry/registry";
import { ADDRESS, type Bench, FURNITURE, OTHER_POOL, POOL } from "../bench";

/** Records of one kind, for the cases that hold for every kind that a registry manages. They stand on what `furnish` makes. */
export interface Sample {
  kind: Kind;
  /** The record with a name in its key, as little of it as a create must say. */
  named(name: string): NewRecordOf<Kind>;
  /** What the store makes of that. */
  made(name: string): RecordOf<Kind>;
  /** Another record with the same key. */
  rival(name: string): NewRecordOf<Kind>;
  /** Changes that each write something, one after the other. */
  changes: [ChangeOf<Kind>, ...ChangeOf<Kind>[]];
  /** A change that no other number stands for, where the kind has that many. */
  change(number: number): ChangeOf<Kind>;
}

/** A sample of each kind that the backend manages. */
export function samplesFor(bench: Bench): Sample[] {
  return [sipDomain(bench), pool(), endpoint(), sipUser(), cutover()].filter(({ kind }) =>
    bench.manages(kind),
  );
}

export function keyIn(sample: Sample, name: string): string {
  return keyOf(sample.kind, sample.named(name));
}

/** The records of the sample's kind, but for the furniture. */
export async function ownRecords({ listed }: Bench, { kind }: Sample): Promise<Stored[]> {
  return (await listed(kind)).filter(({ key }) => !FURNITURE.includes(key));
}

function sipDomain({ capabilities }: Bench): Sample {
  const named = (name: string) => ({ domain: `${name}.example` });
  return {
    kind: "sip-domain",
    named,
    made: (name) => ({ ...named(name), isDefault: false }),
    rival: (name) => ({ ...named(name), isDefault: true }),
    changes: [
      { isDefault: true },
      ...(capabilities.defaultDomain === "optional" ? [{ isDefault: false }] : []),
    ],
    change: () => ({ isDefault: true }),
  };
}

function pool(): Sample {
  const named = (name: string) => ({ poolFqdn: `${name}.contoso.com`, shape: "multiple" }) as const;
  return {
    kind: "pool",
    named,
    made: (name) => ({
      ...named(name),
      servers: [],
      activeServers: [],
      port: 5041,
      settings: { defaultChatHistory: 30, maxFileSizeKB: 20000, participantUpdateLimit: 75 },
      poolState: "Normal",
    }),
    rival: (name) => ({ ...named(name), shape: "single" }),
    changes: [{ port: 1 }, { port: 5041 }],
    change: (number) => ({ port: 6000 + number }),
  };
}

function endpoint(): Sample {
  const named = (name: string) => ({ sipAddress: `sip:${name}@contoso.com`, poolFqdn: POOL }) as const;
  return {
    kind: "endpoint",
    named,
    made: named,
    rival: (name) => ({ ...named(name), poolFqdn: OTHER_POOL, displayName: "Rival" }),
    changes: [{ displayName: "Chat" }, { poolFqdn: OTHER_POOL }],
    change: (number) => ({ displayName: `Chat ${number}` }),
  };
}

function sipUser(): Sample {
  const named = (name: string) => ({ sipAddress: `sip:${name}@contoso.com` }) as const;
  return {
    kind: "sip-user",
    named,
    made: named,
    rival: (name) => ({ ...named(name), displayName: "Rival" }),
    changes: [
      { displayName: "Anna" },
      { attributes: { title: "Room", Enabled: true, extension: 7, manager: null, proxies: ["a", "b"] } },
      { attributes: {} },
    ],
    change: (number) => ({ displayName: `User ${number}` }),
  };
}

function cutover(): Sample {
  const folder = "/var/lib/cutover";
  const named = (name: string): NewRecordOf<"cutover"> => ({
    name,
    addresses: [ADDRESS],
    poolFqdn: POOL,
    folder,
  });
  const lease = { token: "t", holder: "anna@admin01", since: "2026-01-02T03:04:05.678Z" };
  const window = { opens: "2026-01-03T00:00:00.000Z", closes: "2026-01-04T00:00:00.000Z" };
  const milliseconds = { release: 1, endpoint: 2.5, lookUp: 0, removal: 3, restore: 4 };
  return {
    kind: "cutover",
    named,
    made: (name) => ({
      ...named(name),
      stage: "prepare",
      begun: "prepare",
      attempts: { migrate: 0, handover: 0 },
      plan: [],
      hold: false,
      lease: null,
      window: null,
      rehearsal: null,
    }),
    rival: (name) => ({ ...named(name), addresses: [], hold: true, window }),
    changes: [
      { stage: "migrate", begun: "handover", attempts: { migrate: 2, handover: 1 } },
      { lease, window, hold: true },
      { rehearsal: { at: lease.since, by: lease.holder, sipAddress: ADDRESS, ...milliseconds } },
      { lease: null },
    ],
    change: (number) => ({ attempts: { migrate: number + 1, handover: 0 } }),
  };
}
