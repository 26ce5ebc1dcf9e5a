import { randomUUID } from "node:crypto";
import { openRegistry } from "../backends/index";
import { RegistryError } from "../registry/errors";
import { operator } from "../registry/operator";
import { projectFolderOf } from "../registry/project-folder";
import {
  DEFAULT_REGISTRY,
  PASSWORD_SETTING,
  parseRegistrySettings,
  REGISTRY_SETTING,
  type RegistrySettings,
} from "../registry/settings";
import { isOfCutover } from "./cutover/kinds";
import { type HostMethods, type LifecycleMethods, refusing, toHostMethods } from "./host";
import { Lifecycle } from "./lifecycle";
import type { Properties } from "./properties";
import { Shutdown } from "./shutdown";
import { unanswered } from "./unanswered";

/** What the host gives to `configure`: the stack's whole configuration, decrypted. */
export interface HostConfig {
  get(key: string): string | undefined;
}

/**
 * The one door that stored state opens: the loader's text, which is kept in every resource's state for as long as the
 * resource lives, imports `pulumi-persistentchat/lifecycle` and calls this. Its name, argument and result never change.
 */
export function start(config: HostConfig): HostMethods {
  try {
    const log = (line: string) => console.log(line);
    const clock = clockOf(config);
    const opened = openRegistry(registrySettings(config), { log });
    const shutdown = new Shutdown();
    shutdown.watch(process.stdin, () => void opened.close().finally(() => process.exit(1)));
    const surroundings = { registry: shutdown.guard(opened), operator: operator(), log };
    const topology = new Lifecycle(surroundings);
    const cutovers = onFirstUse(async () => {
      const { CutoverLifecycle } = await import("./cutover/cutover-lifecycle.js");
      return new CutoverLifecycle({
        ...surroundings,
        clock,
        newToken: randomUUID,
        passphrase: config.get("persistentchat:snapshotPassphrase"),
        checkpoints: !/^(1|true)$/i.test(process.env.PULUMI_SKIP_CHECKPOINTS ?? ""),
      });
    });
    const methods = byKind(topology, cutovers);
    return toHostMethods(isWithoutRegistry() ? unanswered(methods) : methods);
  } catch (error) {
    return refusing(error);
  }
}

/**
 * Each call to the lifecycle of the kind of resource that it is about. Most programs have no cutover, and to load what handles
 * one would take a third of the time in which the rest is loaded.
 */
function byKind(topology: Lifecycle, cutovers: () => Promise<LifecycleMethods>): LifecycleMethods {
  const of = (properties: Properties) => (isOfCutover(properties) ? cutovers() : topology);
  return {
    check: async (olds, news) => (await of(news)).check(olds, news),
    diff: async (id, olds, news) => (await of(news)).diff(id, olds, news),
    create: async (inputs) => (await of(inputs)).create(inputs),
    update: async (id, olds, news) => (await of(news)).update(id, olds, news),
    read: async (id, props) => (await of(props)).read(id, props),
    delete: async (id, props) => (await of(props)).delete(id, props),
  };
}

function onFirstUse<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

/** The time by which windows open and close: that of this machine, or the one that a rehearsal sets. */
function clockOf(config: HostConfig): () => Date {
  const text = config.get("persistentchat:clock");
  if (!text) return () => new Date();
  const time = Date.parse(text);
  if (Number.isNaN(time))
    throw new RegistryError(
      "invalid",
      `cannot read the setting 'persistentchat:clock': '${text}' is no time such as 2026-11-28T22:00:00Z; correct it, or remove it`,
    );
  const started = Date.now();
  return () => new Date(time + Date.now() - started);
}

/** Whether no registry is to be opened, whichever it is: `persistentchat diff` previews programs alone. */
function isWithoutRegistry(): boolean {
  return process.env.PERSISTENTCHAT_NO_REGISTRY === "true";
}

/**
 * An explicit provider names its own registry; PERSISTENTCHAT_REGISTRY stands in for what the stack's configuration names,
 * the password included, which is not for any other server.
 */
function registrySettings(config: HostConfig): RegistrySettings {
  const folder = projectFolderOf(process.cwd());
  const explicit = config.get("persistentchat:explicit") === "true";
  const configured = config.get(REGISTRY_SETTING);
  const standIn = process.env.PERSISTENTCHAT_REGISTRY;
  if (standIn && (isWithoutRegistry() || !(explicit && configured !== undefined)))
    return parseRegistrySettings(standIn, folder);
  const password = config.get(PASSWORD_SETTING);
  return parseRegistrySettings(configured || DEFAULT_REGISTRY, folder, password);
}
