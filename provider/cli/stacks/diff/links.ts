import { existsSync, lstatSync, mkdirSync, readdirSync, realpathSync, statSync, symlinkSync } from "node:fs";
import { dirname, isAbsolute, join, relative, sep } from "node:path";
import { UsageError } from "../../command";

/** Two places of one repository: the working tree, and the files of another commit. */
export interface Places {
  root: string;
  base: string;
  /** The folder of the project, below both. */
  prefix: string;
}

/**
 * Has the base use what git does not keep: each `node_modules` from the project up to the root of the repository, in which
 * the repository's own packages (workspaces) are the base's own, and each folder that is named, relative to the project or to
 * the root. Gives the folders in the base. Fails with `UsageError`.
 */
export function linkFolders(places: Places, named: readonly string[]): string[] {
  for (let folder = places.prefix; ; folder = dirname(folder)) {
    linkPackages(places, join(folder, "node_modules"));
    if (folder === "." || folder === "") break;
  }
  return named.map((name) => {
    const path = pathOf(places, name);
    if (isThere(join(places.base, path)))
      throw new UsageError(`--link: '${name}' is in the base itself; link only what git does not keep`);
    linkIfMissing(places, path);
    return join(places.base, path);
  });
}

/** Links a `node_modules`, whole where it holds no package of the repository itself. */
function linkPackages(places: Places, path: string): void {
  const own = ownPackages(places.root, join(places.root, path));
  if (own.size === 0) {
    linkIfMissing(places, path);
    return;
  }
  if (isThere(join(places.base, path)) || !isNearBase(places, path)) return;
  const scopes = new Set([...own.keys()].map((name) => dirname(name)).filter((scope) => scope !== "."));
  const within = (folder: string) =>
    readdirSync(join(places.root, path, folder)).map((name) => join(folder, name));
  for (const name of [...within("."), ...[...scopes].flatMap(within)]) {
    if (scopes.has(name)) continue;
    const target = own.get(name);
    if (target === undefined) linkIfMissing(places, join(path, name));
    else linkOwn(places, join(path, name), target);
  }
}

/** A package that the base does not have is not for its program. */
function linkOwn(places: Places, path: string, target: string): void {
  const to = join(places.base, target);
  if (!isFolder(to)) return;
  mkdirSync(dirname(join(places.base, path)), { recursive: true });
  symlinkSync(to, join(places.base, path), "junction");
  linkPackages(places, join(target, "node_modules"));
}

/** The packages in a `node_modules` that are folders of the repository, and these folders, from its root. */
function ownPackages(root: string, modules: string): Map<string, string> {
  if (!isFolder(modules)) return new Map();
  const names = readdirSync(modules, { withFileTypes: true }).flatMap((entry) => {
    if (entry.isSymbolicLink()) return [entry.name];
    if (!entry.isDirectory() || !entry.name.startsWith("@")) return [];
    const inner = readdirSync(join(modules, entry.name), { withFileTypes: true });
    return inner.filter((one) => one.isSymbolicLink()).map((one) => join(entry.name, one.name));
  });
  const targets = names.flatMap((name): [string, string][] => {
    const path = join(modules, name);
    return isFolder(path) ? [[name, relative(realpathSync(root), realpathSync(path))]] : [];
  });
  const isOwn = (target: string) => isInside(target) && !target.split(sep).includes("node_modules");
  return new Map(targets.filter(([, target]) => isOwn(target)));
}

/** The path of a folder that is to be linked, from the root of the repository. */
function pathOf({ root, prefix }: Places, name: string): string {
  const inRoot = [join(prefix, name), join(name)].find(
    (path) => !isAbsolute(name) && isInside(path) && isFolder(join(root, path)),
  );
  if (inRoot !== undefined) return inRoot.replace(/[/\\]+$/, "");
  throw new UsageError(
    `--link: there is no folder '${name}' in the project or the repository; say one, such as 'build'`,
  );
}

function isInside(path: string): boolean {
  return path !== "." && path !== ".." && !path.startsWith(`..${sep}`);
}

function linkIfMissing({ root, base }: Places, path: string): void {
  const [from, to] = [join(root, path), join(base, path)];
  if (!isFolder(from) || isThere(to)) return;
  if (!isNearBase({ base }, path)) return;
  mkdirSync(dirname(to), { recursive: true });
  symlinkSync(from, to, "junction");
}

/** A commit may hold a link to anywhere in the place of a folder. */
function isNearBase({ base }: Pick<Places, "base">, path: string): boolean {
  const near = nearestReal(dirname(join(base, path)));
  return near === base || isInside(relative(base, near));
}

function nearestReal(folder: string): string {
  return isThere(folder) ? realpathSync(folder) : nearestReal(dirname(folder));
}

function isFolder(path: string): boolean {
  return existsSync(path) && statSync(path).isDirectory();
}

function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}
