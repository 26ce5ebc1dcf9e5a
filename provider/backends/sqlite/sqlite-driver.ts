import { RegistryError } from "../../registry/errors";

type Driver = typeof import("node:sqlite");

/** The SQLite of Node itself, loaded when a registry needs it. Fails with `unsupported` where Node has none. */
export function loadDriver(
  builtin: (id: string) => object | undefined = (id) => process.getBuiltinModule?.(id),
): Driver {
  const driver = withoutSqliteWarning(() => builtin("node:sqlite"));
  if (driver) return driver as Driver;
  throw new RegistryError(
    "unsupported",
    `cannot open an SQLite registry: Node ${process.versions.node} has no node:sqlite; use Node 22.13 or later`,
  );
}

// Node before 24.15 announces with a warning at load that the module is experimental: nothing that a user of this
// package can act on. The filter lasts for one synchronous call and lets every other warning pass.
function withoutSqliteWarning<T>(load: () => T): T {
  const { emitWarning } = process;
  process.emitWarning = (warning: string | Error, ...rest: unknown[]) => {
    if (!String(warning).includes("SQLite is an experimental feature"))
      Reflect.apply(emitWarning, process, [warning, ...rest]);
  };
  try {
    return load();
  } finally {
    process.emitWarning = emitWarning;
  }
}
