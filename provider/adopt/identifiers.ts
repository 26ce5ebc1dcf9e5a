/** What no constant of a module may be called, in TypeScript's strict mode. */
const RESERVED = new Set(
  `arguments await break case catch class const continue debugger default delete do else enum eval export exports extends false
  finally for function globalThis if implements import in instanceof interface let module new null package private protected
  public require return static super switch this throw true try typeof undefined var void while with yield`.split(
    /\s+/,
  ),
);

/**
 * A variable for each logical name, in camel case: `pcpool-contoso` is `pcpoolContoso`. `suffix`, such as `Pool`, stands behind a
 * name that no variable may have, or that another one has got.
 */
export function identifiersOf(names: readonly string[], suffix: string): string[] {
  const used = new Set<string>();
  return names.map((name) => {
    const plain = camelCase(name, suffix);
    const candidates = [plain, `${plain}${suffix}`];
    for (let number = 2; ; number++) {
      const [identifier = plain] = candidates.splice(0, 1);
      if (!RESERVED.has(identifier) && !used.has(identifier)) {
        used.add(identifier);
        return identifier;
      }
      if (candidates.length === 0) candidates.push(`${plain}${suffix}${number}`);
    }
  });
}

function camelCase(name: string, suffix: string): string {
  const words = name.split(/[^A-Za-z0-9]+/).filter((word) => word !== "");
  const isNoStart = !/^[A-Za-z]/.test(words[0] ?? "");
  return (isNoStart ? [suffix, ...words] : words)
    .map((word, place) => (place === 0 ? lowerFirst(word) : upperFirst(word)))
    .join("");
}

function lowerFirst(word: string): string {
  if (word === word.toUpperCase()) return word.toLowerCase();
  return word.slice(0, 1).toLowerCase() + word.slice(1);
}

function upperFirst(word: string): string {
  return word.slice(0, 1).toUpperCase() + word.slice(1);
}
