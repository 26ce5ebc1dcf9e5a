import assert from "node:assert/strict";
import type { TopologyRegistry } from "../../provider/registry/registry";
import type { SipAddress } from "../../provider/registry/sip-address";
import type { SipUserSnapshot } from "../../provider/registry/sip-users";
import { CONTOSO } from "../../provider/simulator/contoso";
import { domainControllers, seenFrom } from "../../provider/simulator/views";
import type { User, World, WorldInput } from "../../provider/simulator/world";
import { WorldFile } from "../../provider/simulator/world-file";
import { type ShellWorld, useShellWorld } from "./shell-world";
import { DC1, TestWorld } from "./test-world";

export const ADDRESS = "sip:ocschat@contoso.test";
export const PARKED = "sip:ocschat-parked@contoso.test";
export const RENAME = { way: "rename", parkedAddress: PARKED } as const;
/** Of the well-known user. */
export const ACCOUNT = CONTOSO.users?.[0]?.guid ?? "";
export const ANNA_ADDRESS = "sip:anna@contoso.test";

type UserChange = Partial<NonNullable<WorldInput["users"]>[number]>;

/** A world in which the well-known user holds `ADDRESS`, and Front Ends learn at once what domain controllers know. */
export interface UserWorld extends ShellWorld {
  /** For what others do. */
  others(): TestWorld;
  /** Puts other values in the place of those of the well-known user. */
  editUser(change: UserChange): void;
  /** Puts others in the place of facts of the directory. */
  editDirectory(change: Partial<World["directory"]>): void;
  /** The well-known user as a domain controller has it. */
  user(controller?: string): User;
  snapshot(registry?: TopologyRegistry, address?: SipAddress): Promise<SipUserSnapshot>;
}

export function useUserWorld(): UserWorld {
  const world = useShellWorld();
  const file = () => new WorldFile(world.place.path);
  const editUser = (change: UserChange) =>
    file().change(({ users, changes }) => {
      // Also in the writes that are still under way to some view.
      for (const user of [...users, ...changes.map(({ after }) => after)])
        if (user && "guid" in user && user.guid === ACCOUNT) Object.assign(user, change);
    });
  const editDirectory = (change: Partial<World["directory"]>) =>
    file().change(({ directory }) => Object.assign(directory, change));
  beforeEach(() => {
    editUser({
      sipAddress: ADDRESS,
      mail: "ocschat@contoso.test",
      proxyAddresses: ["SMTP:ocschat@contoso.test", ADDRESS],
    });
    editDirectory({ replicationCycleInterval: "00:00:00" });
  });
  return Object.assign(Object.create(world) as ShellWorld, {
    others: () => new TestWorld(world.place.path),
    editUser,
    editDirectory,
    user(controller = DC1) {
      const now = file().read();
      const view = domainControllers(now).find(({ name }) => name === controller) ?? assert.fail();
      const { users } = seenFrom(view, now, Date.now());
      return users.find((user) => user.guid === ACCOUNT) ?? assert.fail("the account is gone");
    },
    async snapshot(registry = world.open(), address: SipAddress = ADDRESS) {
      return (await registry.snapshotUser(address)) ?? assert.fail("there is no such user");
    },
  });
}
