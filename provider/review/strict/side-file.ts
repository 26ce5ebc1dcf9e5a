import { createHash } from "node:crypto";
import { z } from "zod";
import { KINDS } from "../../registry/records";
import type { Stored } from "../../registry/registry";
import { fieldsOf } from "../fields";
import { jsonOf } from "../json";
import type { RecordName } from "./watched";

const FORM = 2;

const record = z.strictObject({
  provider: z.string().optional(),
  kind: z.enum(KINDS),
  key: z.string(),
  /** All three are absent where the registry has no such record. */
  revision: z.string().optional(),
  incarnation: z.string().optional(),
  /** SHA-256 of its fields: what is written past the registry may leave the revision as it was. */
  digest: z.string().optional(),
});
const document = z.strictObject({
  form: z.literal(FORM),
  /** SHA-256 of the plan beside which it lies. */
  plan: z.string(),
  project: z.string(),
  stack: z.string(),
  /** ISO 8601, UTC. */
  made: z.iso.datetime(),
  /** What errors call each registry that is watched; that of the stack has no provider. */
  registries: z.array(z.strictObject({ provider: z.string().optional(), location: z.string() })),
  records: z.array(record),
  /** The default SIP domain of each registry in which the plan makes another one the default; none where it had none. */
  defaults: z.array(z.strictObject({ provider: z.string().optional(), domain: z.string().optional() })),
});

/** What lies beside a plan, since the engine does not know when the target of an update moved. It holds no secret. */
export type SideFile = Omit<z.infer<typeof document>, "form">;

/** Which SIP domain was the default of a registry when a plan was made. */
export type SavedDefault = SideFile["defaults"][number];

/** A record as it was when a plan was made. */
export type SavedRecord = SideFile["records"][number];

export function sideFileText(file: SideFile): string {
  return `${JSON.stringify({ form: FORM, ...file }, null, 2)}\n`;
}

/** Reads a side file. Fails with an `Error` whose message is fit for the end of a sentence. */
export function readSideFile(text: string): SideFile {
  const parsed = document.safeParse(jsonOf(text));
  if (!parsed.success) throw new Error("it is not what 'persistentchat preview --save' wrote beside a plan");
  const { form: _, ...file } = parsed.data;
  return file;
}

export function savedRecord(name: RecordName, stored: Stored | undefined): SavedRecord {
  if (stored === undefined) return { ...name };
  const { revision, incarnation, record } = stored;
  return { ...name, revision, incarnation, digest: digestOf(record) };
}

/** The same for the same fields, in whatever order a store gives them. */
export function digestOf(record: object): string {
  const fields = [...fieldsOf(record)].sort(([one], [other]) => (one < other ? -1 : 1));
  return createHash("sha256").update(JSON.stringify(fields)).digest("hex");
}
