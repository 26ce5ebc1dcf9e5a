import * as pulumi from "@pulumi/pulumi";
import { LegacyEndpoint, PersistentChatPool, SipDomain } from "pulumi-persistentchat";
import { readConfig } from "./config";

const { mainDomain, branchDomain, mainPool, branchPool } = readConfig();

const main = new SipDomain("main", { domain: mainDomain, isDefault: true });
const branch = new SipDomain("branch", { domain: branchDomain });

const pool = new PersistentChatPool("pcpool", {
  poolFqdn: mainPool.fqdn,
  shape: "multiple",
  displayName: "Headquarters",
  servers: mainPool.servers,
  nextHopPool: mainPool.nextHop,
  settings: { defaultChatHistory: 50 },
});

const branchChat = new PersistentChatPool("pcpool-branch", {
  poolFqdn: branchPool.fqdn,
  shape: "multiple",
  displayName: "Branch",
  servers: branchPool.servers,
  nextHopPool: branchPool.nextHop,
});

// The one SIP URI that the legacy clients of each SIP domain know.
const persistentchat = new LegacyEndpoint("persistentchat", {
  sipAddress: pulumi.interpolate`sip:persistentchat@${main.domain}`,
  poolFqdn: pool.poolFqdn,
  displayName: "Persistent Chat",
});

const ocschat = new LegacyEndpoint("ocschat", {
  sipAddress: pulumi.interpolate`sip:ocschat@${branch.domain}`,
  poolFqdn: branchChat.poolFqdn,
  displayName: "Group Chat",
});

export const pools = [pool.poolFqdn, branchChat.poolFqdn];
export const endpoints = [persistentchat.sipAddress, ocschat.sipAddress];
