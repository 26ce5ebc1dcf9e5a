import type { Cmdlet } from "../cmdlet";
import { poolNamed } from "../pool-identity";
import { persistentChatPools } from "../searches";

/** Whether a pool is failed over, and how often the Front Ends read the directory. */
export const STATE_CMDLETS: Readonly<Record<string, Cmdlet>> = {
  "Get-CsPersistentChatState": {
    access: "read",
    type: "Microsoft.Rtc.Management.WritableConfig.Settings.PersistentChat.PersistentChatState",
    parameters: { Identity: { type: "text" } },
    run({ world, given }) {
      const identity = given.text("Identity");
      const pools = identity === undefined ? persistentChatPools(world) : [poolNamed(world, identity)];
      return pools.map(({ fqdn, persistentChat }) => ({
        Identity: `Service:PersistentChatServer:${fqdn}`,
        PoolState: persistentChat.state,
      }));
    },
  },

  "Set-CsPersistentChatState": {
    access: "write",
    type: "",
    parameters: {
      Identity: { type: "text", mandatory: true },
      PoolState: { type: "text", mandatory: true, oneOf: ["Normal", "FailedOver"] },
      Force: { type: "switch" },
    },
    run({ world, given }) {
      const { persistentChat } = poolNamed(world, given.text("Identity") ?? "");
      persistentChat.state = given.text("PoolState") === "FailedOver" ? "FailedOver" : "Normal";
      return [];
    },
  },

  "Get-CsUserReplicatorConfiguration": {
    access: "read",
    type: "Microsoft.Rtc.Management.WritableConfig.Settings.UserReplicator.UserReplicatorConfiguration",
    parameters: { Identity: { type: "text" } },
    run: ({ world }) => [
      {
        Identity: "Global",
        ReplicationCycleInterval: world.directory.replicationCycleInterval,
        ADDomainNamingContextList: [],
        SkipFirstSyncAllowedDowntime: false,
      },
    ],
  },
};
