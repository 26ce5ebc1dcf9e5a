import type { Call, Cmdlet, Output } from "../cmdlet";
import { ShellError } from "../error-record";
import { persistentChatPools, sameText } from "../searches";
import type { Configuration, World } from "../world";

const TYPE = "Microsoft.Rtc.Management.WritableConfig.Settings.PersistentChat.PersistentChatConfiguration";
const UNSIGNED = [0, 4294967295] as const;

const SETTINGS = {
  DefaultChatHistory: { type: "integer", range: [1, 500] },
  MaxFileSizeKB: { type: "integer", range: UNSIGNED },
  ParticipantUpdateLimit: { type: "integer", range: UNSIGNED },
  RoomManagementUrl: { type: "text" },
  Force: { type: "switch" },
} as const;

const DEFAULTS = {
  defaultChatHistory: 30,
  maxFileSizeKB: 20000,
  participantUpdateLimit: 75,
  roomManagementUrl: null,
} as const;

/**
 * The settings of rooms by scope. A scope's settings are whole: what a new one is not given is the product's default, not
 * what the scope above it has, and what applies to a pool is for the reader to work out.
 */
export const CONFIGURATION_CMDLETS: Readonly<Record<string, Cmdlet>> = {
  "Get-CsPersistentChatConfiguration": {
    access: "read",
    type: TYPE,
    parameters: { Identity: { type: "text" } },
    notSimulated: ["Filter", "LocalStore"],
    run(call) {
      const found = call.given.text("Identity") === undefined ? call.world.configurations : [existing(call)];
      return found.map(shown);
    },
  },

  "New-CsPersistentChatConfiguration": {
    access: "write",
    type: TYPE,
    parameters: { Identity: { type: "text", mandatory: true }, ...SETTINGS },
    notSimulated: ["InMemory"],
    run(call) {
      const identity = scopeOf(call);
      if (identity === "Global" || call.world.configurations.some((one) => sameText(one.identity, identity)))
        throw new ShellError("exists", identity);
      const made = { identity, ...DEFAULTS, ...given(call) };
      call.world.configurations.push(made);
      return [shown(made)];
    },
  },

  "Set-CsPersistentChatConfiguration": {
    access: "write",
    type: TYPE,
    parameters: { Identity: { type: "text" }, ...SETTINGS },
    notSimulated: ["Instance"],
    run(call) {
      Object.assign(existing(call), given(call));
      return [];
    },
  },

  "Remove-CsPersistentChatConfiguration": {
    access: "write",
    type: TYPE,
    parameters: { Identity: { type: "text", mandatory: true }, Force: { type: "switch" } },
    run(call) {
      const found = existing(call);
      if (found.identity === "Global") Object.assign(found, DEFAULTS);
      else call.world.configurations = call.world.configurations.filter((one) => one !== found);
      return [];
    },
  },
};

/** Without an identity it is the global scope that is meant, also for a change. */
function existing(call: Call): Configuration {
  const identity = scopeOf(call);
  const found = call.world.configurations.find((one) => sameText(one.identity, identity));
  if (found) return found;
  if (identity !== "Global") throw new ShellError("absent", identity);
  const global = { identity, ...DEFAULTS };
  call.world.configurations.unshift(global);
  return global;
}

function scopeOf({ world, given }: Call): string {
  const text = given.text("Identity") ?? "global";
  const scope = scopes(world).find((one) => sameText(one, text));
  if (scope === undefined) throw new ShellError("absent", text);
  return scope;
}

function scopes(world: World): string[] {
  return [
    "Global",
    ...world.sites.map((site) => `Site:${site}`),
    ...persistentChatPools(world)
      .filter(({ persistentChat }) => !persistentChat.chokes)
      .map(({ fqdn }) => `Service:PersistentChatServer:${fqdn}`),
  ];
}

function given({ given }: Call): Partial<Configuration> {
  const settings: Partial<Configuration> = {};
  const history = given.number("DefaultChatHistory");
  const size = given.number("MaxFileSizeKB");
  const limit = given.number("ParticipantUpdateLimit");
  if (history !== undefined) settings.defaultChatHistory = history;
  if (size !== undefined) settings.maxFileSizeKB = size;
  if (limit !== undefined) settings.participantUpdateLimit = limit;
  if (given.has("RoomManagementUrl")) settings.roomManagementUrl = given.text("RoomManagementUrl") ?? null;
  return settings;
}

function shown(configuration: Configuration): Output {
  return {
    Identity: configuration.identity,
    DefaultChatHistory: configuration.defaultChatHistory,
    MaxFileSizeKB: configuration.maxFileSizeKB,
    ParticipantUpdateLimit: configuration.participantUpdateLimit,
    RoomManagementUrl: configuration.roomManagementUrl,
  };
}
