import type { VendorProfile } from "./profile.ts";

export interface SpawnOptions {
  readonly profile: VendorProfile;
  readonly profilePath: string;
  /** The program and its first arguments; the profile's path comes last. */
  readonly command: readonly string[];
  readonly workFolder: string;
}

const SAFE_PATH = "/usr/bin:/bin";

/** Throws when the program cannot be started. */
export function spawnHost(
  { command, profile, profilePath, workFolder }: SpawnOptions,
): Deno.ChildProcess {
  const [program = "", ...args] = command;
  return new Deno.Command(program, {
    args: [...args, profilePath],
    cwd: workFolder,
    // Nothing of ours is a library's business: addresses, passwords.
    clearEnv: true,
    env: { PATH: SAFE_PATH, LANG: "C.UTF-8", TMPDIR: workFolder, ...profile.environment },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

/** With everything that the library started. */
export function killHost(child: Deno.ChildProcess): void {
  // The host made itself a group of its own; before that there is none of that number.
  const kills = [() => Deno.kill(-child.pid, "SIGKILL"), () => child.kill("SIGKILL")];
  for (const kill of kills) {
    try {
      kill();
    } catch {
      // Nobody is left.
    }
  }
}
