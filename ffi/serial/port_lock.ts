import { callLibc } from "../libc_path.ts";
import { LineError } from "../line.ts";

export interface PortLock {
  /** "/run/lock", where other programs look as well (FHS 3.0 §5.9). */
  readonly folder: string;
  /** The port's own path, not a link to it. */
  readonly realPath: string;
}

/**
 * Makes `LCK..ttyS1` with our process id, as UUCP and all after it do; a file whose process is no
 * more is replaced. Returns its path. Throws `LineError` `unavailable` when another process has it.
 */
export async function lockPort({ folder, realPath }: PortLock): Promise<string> {
  const path = `${folder}/LCK..${realPath.replace(/^\/dev\//, "").replaceAll("/", "_")}`;
  if (await makeLock(path)) return path;
  const owner = await findOwner(path);
  if (owner !== null && owner !== Deno.pid && isAlive(owner)) {
    throw new LineError(
      "unavailable",
      `Cannot open the port "${realPath}": process ${owner} has locked it in ${path}`,
    );
  }
  await removeLock(path);
  if (await makeLock(path)) return path;
  throw new LineError("unavailable", `Cannot open the port "${realPath}": others lock it too`);
}

/** Never fails: a file that cannot be removed is taken over when its port is opened again. */
export async function unlockPort(path: string): Promise<void> {
  try {
    await removeLock(path);
  } catch (thrown) {
    if (!(thrown instanceof LineError)) throw thrown;
  }
}

async function removeLock(path: string): Promise<void> {
  try {
    await Deno.remove(path);
  } catch (thrown) {
    if (!(thrown instanceof Deno.errors.NotFound)) throw unusable(path, thrown);
  }
}

/** False when there is one already. */
async function makeLock(path: string): Promise<boolean> {
  try {
    await Deno.writeTextFile(path, `${String(Deno.pid).padStart(10)}\n`, { createNew: true });
    return true;
  } catch (thrown) {
    if (thrown instanceof Deno.errors.AlreadyExists) return false;
    throw unusable(path, thrown);
  }
}

/** Null when it is gone again, or holds no process id. */
async function findOwner(path: string): Promise<number | null> {
  try {
    const [, id] = /^\s*(\d{1,10})\s*$/.exec(await Deno.readTextFile(path)) ?? [];
    return id === undefined ? null : Number(id);
  } catch (thrown) {
    if (thrown instanceof Deno.errors.NotFound) return null;
    throw unusable(path, thrown);
  }
}

/** kill(2) with it only looks whether the process is there. */
const NO_SIGNAL = 0;
const ESRCH = 3;
const PROCESSES = {
  kill: { parameters: ["i32", "i32"], result: "i32" },
  __errno_location: { parameters: [], result: "pointer" },
} as const;

/** A process of which nothing is known may be alive. */
function isAlive(process: number): boolean {
  return callLibc(PROCESSES, (libc) => {
    const errno = libc.__errno_location();
    if (libc.kill(process, NO_SIGNAL) === 0 || errno === null) return true;
    return new Deno.UnsafePointerView(errno).getInt32() !== ESRCH;
  });
}

function unusable(path: string, cause: unknown): LineError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new LineError("unavailable", `Cannot use the lock file "${path}": ${why}`, { cause });
}
