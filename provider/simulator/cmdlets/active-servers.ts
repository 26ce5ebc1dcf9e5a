import type { ListChange } from "../binding";
import type { Cmdlet } from "../cmdlet";
import { ShellError } from "../error-record";
import { poolNamed } from "../pool-identity";
import { sameText } from "../searches";

const MOST_ACTIVE = 4;

/** Which servers of a pool take sessions. */
export const ACTIVE_SERVER_CMDLETS: Readonly<Record<string, Cmdlet>> = {
  "Set-CsPersistentChatActiveServer": {
    access: "write",
    type: "",
    parameters: {
      Identity: { type: "text", mandatory: true },
      ActiveServers: { type: "list" },
      Swap: { type: "switch" },
      Force: { type: "switch" },
    },
    run({ world, given }) {
      const { computers, persistentChat } = poolNamed(world, given.text("Identity") ?? "");
      const swap = given.flag("Swap") ?? false;
      if (swap === given.has("ActiveServers")) throw new ShellError("ambiguousParameters");
      const { activeServers } = persistentChat;
      const wanted = swap
        ? computers.filter((computer) => !activeServers.some((one) => sameText(one, computer)))
        : changed(activeServers, given.list("ActiveServers"));
      const members = wanted.map(
        (server) => computers.find((computer) => sameText(computer, server)) ?? server,
      );
      const stranger = members.find((server) => !computers.includes(server));
      if (stranger !== undefined && world.knobs.foreignActiveServer === "refused")
        throw new ShellError("refused", `"${stranger}" is not a server of the pool`);
      if (members.length > MOST_ACTIVE && world.knobs.fifthActiveServer === "refused")
        throw new ShellError("refused", `more than ${MOST_ACTIVE} servers cannot be active`);
      persistentChat.activeServers = members;
      return [];
    },
  },
};

function changed(list: readonly string[], change: ListChange): string[] {
  if (change === null) return [];
  const { Add = [], Remove = [], Replace = [] } = change;
  // As in PSListModifier: an empty Replace replaces nothing, and with a Replace the others do not count.
  if (Replace.length > 0) return unique(Replace);
  return unique([...list.filter((one) => !Remove.some((other) => sameText(one, other))), ...Add]);
}

function unique(names: readonly string[]): string[] {
  return names.filter((name, index) => names.findIndex((other) => sameText(name, other)) === index);
}
