import { spawnSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmdirSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { copiedNative, installedNative, type Native } from "./native.ts";

/** The user that PostgreSQL runs as when we are root, which it refuses. */
export type Runner = { uid: number; gid: number };

/** Where a server lives: `home` holds its data, password, port, log and lock. */
export type Place = { home: string; data: string; native: Native; runner?: Runner };

/** Root's data lives here: the user that runs PostgreSQL may not be allowed into the checkout. */
const ROOTS_FOLDER = "/var/lib/kalends";

const isRoot = () => process.getuid?.() === 0;

/** Finds or makes the place behind `dataDir`: that folder itself, or, for root, one that it links to. */
export function makePlace(dataDir: string, disposable: boolean): Place {
  const path = resolve(dataDir);
  mkdirSync(dirname(path), { recursive: true });
  return isRoot() ? rootsPlace(path, disposable) : ownPlace(path);
}

/** The home behind `dataDir` if there is one that we may read. */
export function findHome(dataDir: string): string | null {
  try {
    const home = realpathSync(resolve(dataDir));
    readdirSync(home);
    return home;
  } catch {
    return null;
  }
}

/** Deletes everything behind `dataDir`. Nobody may be using it. */
export function removePlace(dataDir: string): void {
  const home = findHome(dataDir);
  if (home) rmSync(home, { recursive: true, force: true });
  rmSync(resolve(dataDir), { recursive: true, force: true });
}

function ownPlace(path: string): Place {
  if (isLink(path) && !findHome(path)) {
    throw new Error(
      `The database behind ${path} was made by root. Start Kalends as root, or delete ${path} to start anew.`,
    );
  }
  mkdirSync(path, { recursive: true, mode: 0o700 });
  const home = realpathSync(path);
  return {
    home,
    data: join(home, "data"),
    native: installedNative() ?? copiedNative(dirname(path)),
  };
}

function rootsPlace(path: string, disposable: boolean): Place {
  mkdirSync(ROOTS_FOLDER, { recursive: true });
  chmodSync(ROOTS_FOLDER, 0o755);
  if (disposable) forgetDisposables();
  const home = ordinaryUsersHome(path) ?? linkedHome(path) ?? newHome(path, disposable);
  const { uid, gid } = statSync(home);
  const native = copiedNative(ROOTS_FOLDER);
  return { home, data: join(home, "data"), native, runner: { uid, gid } };
}

// Made by an ordinary user and started by root once: run as its owner, so that both keep working.
function ordinaryUsersHome(path: string): string | null {
  if (!existsSync(path) || isLink(path)) return null;
  if (statSync(path).uid !== 0) return path;
  rmdirSync(path);
  return null;
}

function linkedHome(path: string): string | null {
  if (!isLink(path)) return null;
  const home = readlinkSync(path);
  const note = join(home, "made-for");
  const madeFor = existsSync(note) ? readFileSync(note, "utf8") : null;
  if (madeFor === null || isCopy(path, madeFor, home)) {
    unlinkSync(path);
    return null;
  }
  if (madeFor !== path) writeFileSync(note, path);
  return home;
}

// A checkout that was copied, not moved, brings the link to its original's data.
const isCopy = (path: string, madeFor: string, home: string) =>
  madeFor !== path && isLink(madeFor) && readlinkSync(madeFor) === home;

function newHome(path: string, disposable: boolean): string {
  const name = basename(dirname(dirname(path))).replace(/[^\w.-]+/g, "-");
  const home = join(ROOTS_FOLDER, `${name}-${crypto.randomUUID().slice(0, 8)}`);
  const runner = findRunner();
  mkdirSync(home, { mode: 0o700 });
  chownSync(home, runner.uid, runner.gid);
  writeFileSync(join(home, "made-for"), path);
  try {
    symlinkSync(home, path);
  } catch (error) {
    // Somebody was quicker: theirs it is.
    rmSync(home, { recursive: true });
    const theirs = linkedHome(path);
    if (theirs) return theirs;
    throw error;
  }
  // After the link: before it, this folder would look like one whose checkout is gone.
  if (disposable) writeFileSync(join(home, "disposable"), "");
  return home;
}

function findRunner(): Runner {
  const known = userNamed("postgres");
  if (known) return known;
  // By its full path: /usr/sbin is often missing from a root shell's PATH.
  const useradd = ["/usr/sbin/useradd", "/sbin/useradd"].find((file) => existsSync(file));
  if (useradd) {
    spawnSync(useradd, [
      "--system",
      "--user-group",
      "--home-dir",
      "/nonexistent",
      "--shell",
      "/usr/sbin/nologin",
      "postgres",
    ]);
  }
  const user = userNamed("postgres") ?? userNamed("nobody");
  if (user) return user;
  throw new Error(
    "PostgreSQL refuses to run as root, and there is neither a user `postgres` nor a way to make one. Run as another user, or set DATABASE_URL.",
  );
}

// initdb wants a user that has a name, so a bare number would not do.
function userNamed(name: string): Runner | null {
  const id = (flag: string) =>
    Number(spawnSync("id", [flag, name]).stdout?.toString().trim() || Number.NaN);
  const [uid, gid] = [id("-u"), id("-g")];
  return uid > 0 && gid >= 0 ? { uid, gid } : null;
}

// Test data of checkouts that are gone; nothing else ever deletes it.
function forgetDisposables(): void {
  for (const name of readdirSync(ROOTS_FOLDER)) {
    const home = join(ROOTS_FOLDER, name);
    const note = join(home, "made-for");
    if (!existsSync(join(home, "disposable")) || !existsSync(note)) continue;
    if (!isLink(readFileSync(note, "utf8"))) rmSync(home, { recursive: true, force: true });
  }
}

function isLink(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
}
