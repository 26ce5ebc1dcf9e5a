import { GroupChatCutover, PersistentChatPool, SipDomain } from "pulumi-persistentchat";
import { readConfig } from "./config";
import { readStandIn } from "./stand-in";

const { stage, sipDomain, window, hold, acceptDataLoss, breakLease } = readConfig();
// What contoso has, and the commands that play its servers on this machine. In an estate of your own the services and
// databases stand here, and `commands` is left out: the documented cmdlets do the work.
const contoso = readStandIn();

const main = new SipDomain("main", { domain: sipDomain, isDefault: true });
const pool = new PersistentChatPool("pcpool", {
  poolFqdn: `pcpool.${sipDomain}`,
  shape: "multiple",
  servers: ["pc01", "pc02"].map((host) => `${host}.${sipDomain}`),
  nextHopPool: `fepool.${sipDomain}`,
});

// Saturday night: the users are offline, and on Monday nobody has changed a setting.
if (stage !== undefined)
  new GroupChatCutover(
    "contoso",
    {
      stage,
      poolFqdn: pool.poolFqdn,
      waves: [[`sip:ocschat@${sipDomain}`]],
      displayName: "Group Chat",
      folder: ".persistentchat/contoso",
      hold,
      ...contoso,
      ...(window && { window }),
      ...(acceptDataLoss !== undefined && { acceptDataLoss }),
      ...(breakLease !== undefined && { breakLease }),
    },
    { dependsOn: [main] },
  );
