import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { z } from "zod";
import { named } from "../registry/failures";
import type { SipUserRecord } from "../registry/records";
import type { Actor, TopologyRegistry } from "../registry/registry";
import type { SipAddress } from "../registry/sip-address";
import type { UserAttributes } from "../registry/sip-users";
import { type Answer, UsageError } from "./command";
import { sipAddressOf } from "./operands";

/** What the command line says of a user. */
export interface UserAddition {
  sipAddress: SipAddress;
  displayName?: string;
  /** The file that holds the attributes, as it was typed. */
  attributes?: string;
}

const attributesForm: z.ZodType<UserAttributes> = z.record(
  z.string(),
  z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(z.string())]),
);

/** Reads the operands and options of `user`. Fails with `UsageError`. */
export function userAdditionOf(
  operands: readonly string[],
  { displayName, attributes }: Pick<UserAddition, "displayName" | "attributes">,
): UserAddition {
  const [action, text, ...rest] = operands;
  if (action !== "add" || text === undefined || rest.length > 0)
    throw new UsageError("user takes 'add' and one SIP URI");
  if (attributes === "") throw new UsageError("--attributes needs a value");
  return { sipAddress: sipAddressOf(text), displayName, attributes };
}

/** The record of a user; the path of a file counts from `folder`. Fails with `UsageError` where the file makes no sense. */
export function describedUser(addition: UserAddition, folder: string): SipUserRecord {
  const { sipAddress, displayName, attributes: file } = addition;
  const attributes = file === undefined ? undefined : attributesIn(resolve(folder, file));
  return {
    sipAddress,
    ...(displayName !== undefined && { displayName }),
    ...(attributes !== undefined && { attributes }),
  };
}

/**
 * `user add <sip uri>`: describes a user in a registry that is a directory of its own; one that only looks at users refuses.
 * As JSON the record, as it was stored.
 */
export async function addUser(
  user: SipUserRecord,
  registry: Pick<TopologyRegistry, "get" | "create">,
  by: Actor,
): Promise<Answer> {
  // A read says that there is no registry, where a write would make one.
  await registry.get("sip-user", user.sipAddress);
  const stored = await registry.create("sip-user", user, by);
  return { json: stored, text: `added ${named(stored.kind, stored.key)}` };
}

/** Neither problem is told with a part of the text: it is that of a directory. */
function attributesIn(file: string): UserAttributes {
  const parsed = attributesForm.safeParse(json(file));
  if (parsed.success) return parsed.data;
  const [name] = parsed.error.issues[0]?.path ?? [];
  const where = name === undefined ? "" : `, and '${String(name)}' is none of these`;
  throw new UsageError(
    `--attributes: '${file}' is not an object of texts, numbers, booleans, nulls and lists of texts${where}`,
  );
}

function json(file: string): unknown {
  const text = readFileSync(file, "utf8").replace(/^\ufeff/, "");
  try {
    return JSON.parse(text);
  } catch {
    throw new UsageError(`--attributes: '${file}' is not JSON in UTF-8`);
  }
}
