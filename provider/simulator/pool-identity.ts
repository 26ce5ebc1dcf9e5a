import { ShellError } from "./error-record";
import { persistentChatPools, sameText } from "./searches";
import type { PersistentChatPool, World } from "./world";

const SPELLINGS = {
  fqdn: "",
  "role-fqdn": "PersistentChatServer:",
  "service-role-fqdn": "service:PersistentChatServer:",
  "service-fqdn": "service:",
} as const;

/** The pool that an identity means, in those spellings that the knob lets the product know. Fails with `ShellError`. */
export function poolNamed(world: World, identity: string): PersistentChatPool {
  const { poolIdentities } = world.knobs;
  const prefixes = poolIdentities === "all" ? Object.values(SPELLINGS) : [SPELLINGS[poolIdentities]];
  const found = persistentChatPools(world).find(({ fqdn }) =>
    prefixes.some((prefix) => sameText(prefix + fqdn, identity)),
  );
  if (found === undefined) throw new ShellError("absent", identity);
  if (found.persistentChat.chokes) throw new ShellError("refused", `"${identity}" has no service object`);
  return found;
}
