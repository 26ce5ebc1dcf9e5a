export type { CutoverStage } from "./registry/cutover-record";
export type { PoolSettings, PoolShape } from "./registry/records";
export type { Resolution } from "./registry/registry";
export type { GroupChatCutoverArgs, RemoteHost, StepCommands } from "./resources/cutover/cutover-arguments";
export { GroupChatCutover } from "./resources/cutover/group-chat-cutover";
export {
  WellKnownUserRelease,
  type WellKnownUserReleaseArgs,
  WellKnownUserRestore,
  type WellKnownUserRestoreArgs,
  WellKnownUserSnapshot,
  type WellKnownUserSnapshotArgs,
} from "./resources/cutover/well-known-user";
export type { AdoptPolicy } from "./resources/declaration";
export { LegacyEndpoint, type LegacyEndpointArgs } from "./resources/legacy-endpoint";
export {
  type EffectivePool,
  PersistentChatPool,
  type PersistentChatPoolArgs,
  type PoolSettingsArgs,
} from "./resources/persistent-chat-pool";
export { Provider, type ProviderArgs } from "./resources/provider";
export { resolve } from "./resources/resolve";
export { SipDomain, type SipDomainArgs } from "./resources/sip-domain";
