import { isMap, isScalar, isSeq, parseDocument, Scalar } from "yaml";

/** What the stack's own secrets are encrypted with, which is nobody's here, and where values come from that cannot be had. */
const OF_THE_STACK = ["encryptionsalt", "secretsprovider", "encryptedkey", "environment"];

/** The configuration of a stack, to be copied without its secrets. */
export interface StackFile {
  /** What stands for each secret value, by the setting that it is of: `chat:database.password`. */
  readonly secrets: ReadonlySet<string>;
  /** Whether values come from an environment of Pulumi ESC. */
  readonly hasEnvironment: boolean;
  /** The file with another value in place of each secret, encrypted by what the salt belongs to. All else stays as it is. */
  withSecrets(salt: string, encrypted: ReadonlyMap<string, string>): string;
}

/** Reads a `Pulumi.<stack>.yaml`, or `.json`. Fails with an `Error` whose message is fit for the end of a sentence. */
export function readStackFile(text: string): StackFile {
  // Every scalar a text: what it is to the engine is written in it, and written again as it was.
  const document = parseDocument(text, { schema: "failsafe" });
  const [problem] = document.errors;
  if (problem) throw new Error(problem.message.split("\n", 1)[0]?.replace(/:$/, ""));
  if (document.contents !== null && !isMap(document.contents)) throw new Error("it is no list of settings");
  const secrets = new Map<string, Scalar>();
  const config = document.get("config", true);
  for (const [setting, scalar] of secretsIn(config, "")) secrets.set(setting, scalar);
  const hasEnvironment = document.has("environment");
  return {
    secrets: new Set(secrets.keys()),
    hasEnvironment,
    withSecrets(salt, encrypted) {
      for (const [setting, scalar] of secrets) scalar.value = encrypted.get(setting);
      if (document.contents !== null) for (const name of OF_THE_STACK) document.delete(name);
      document.set(quoted("encryptionsalt"), quoted(salt));
      return document.toString({ lineWidth: 0 });
    },
  };
}

/** Each `secure` that stands alone in an object, by the path of the object. */
function secretsIn(node: unknown, path: string): [string, Scalar][] {
  if (isSeq(node)) return node.items.flatMap((item, index) => secretsIn(item, `${path}[${index}]`));
  if (!isMap(node)) return [];
  const [first, second] = node.items;
  if (first && !second && isScalar(first.key) && first.key.value === "secure" && isScalar(first.value))
    return path === "" ? [] : [[path, first.value]];
  return node.items.flatMap(({ key, value }) => {
    const name = isScalar(key) ? String(key.value) : String(key);
    return secretsIn(value, path === "" ? name : `${path}.${name}`);
  });
}

/** In quotes, which a JSON file needs. */
function quoted(text: string): Scalar {
  const scalar = new Scalar(text);
  scalar.type = Scalar.QUOTE_DOUBLE;
  return scalar;
}
