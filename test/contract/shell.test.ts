import { openRegistry } from "../../provider/backends/index";
import type { Kind } from "../../provider/registry/records";
import { OBSERVING } from "../support/observing-registry";
import { processContract } from "./process-contract";
import { registryContract } from "./registry-contract";
import { newShellPlace, SHELL_INITIAL } from "./shell-place";

const subject = (observed: readonly Kind[], parameters: Readonly<Record<string, string>> = {}) => ({
  capabilities: { ...OBSERVING, observed },
  initial: SHELL_INITIAL,
  slow: true,
  newPlace: () => newShellPlace(parameters),
  newStore: async () => {
    const { settings, ...place } = await newShellPlace(parameters);
    return {
      open: (options?: Parameters<typeof openRegistry>[1]) =>
        openRegistry(settings, { readAge: 0, ...options }),
      ...place,
    };
  },
});

const observing = subject(["sip-domain", "pool", "sip-user"]);

registryContract("the management shell", observing);
registryContract(
  "the management shell with its SIP domains",
  subject(["pool", "sip-user"], { manageSipDomains: "true" }),
);

processContract("the management shell", {
  ...observing,
  size: { firstUsers: 4, racers: 4, rounds: 10, acknowledged: [1, 5] },
});
