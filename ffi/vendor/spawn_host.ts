import { callLibc } from "../libc_path.ts";
import type { VendorProfile } from "./profile.ts";

export interface SpawnOptions {
  readonly profile: VendorProfile;
  readonly profilePath: string;
  /** The program and its first arguments; the profile's path comes last. */
  readonly command: readonly string[];
  readonly workFolder: string;
  readonly loaderPathName?: string;
}

const LOADER_PATH = "LD_LIBRARY_PATH";

const SAFE_PATH = "/usr/bin:/bin";

/** Throws when the program cannot be started. */
export function spawnHost(
  { command, profile, profilePath, workFolder, loaderPathName = LOADER_PATH }: SpawnOptions,
): Deno.ChildProcess {
  const [program = "", ...args] = command;
  const { [LOADER_PATH]: loaderPath, ...environment } = profile.environment;
  return new Deno.Command(program, {
    args: [...args, profilePath],
    cwd: workFolder,
    // Nothing of ours is a library's business: addresses, passwords.
    clearEnv: true,
    env: {
      PATH: SAFE_PATH,
      LANG: "C.UTF-8",
      TMPDIR: workFolder,
      ...environment,
      ...(loaderPath !== undefined && { [loaderPathName]: loaderPath }),
    },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

/** With everything that the library started. */
export function killHost(child: Deno.ChildProcess): void {
  // The host made itself a group of its own; before that there is none of that number.
  const kills = [() => killGroup(child.pid), () => child.kill("SIGKILL")];
  for (const kill of kills) {
    try {
      kill();
    } catch {
      // Nobody is left.
    }
  }
}

const SIGKILL = 9;

/** Deno kills groups only for programs that may start any other. */
function killGroup(leader: number): void {
  const symbols = { kill: { parameters: ["i32", "i32"], result: "i32" } } as const;
  callLibc(symbols, (libc) => libc.kill(-leader, SIGKILL));
}
