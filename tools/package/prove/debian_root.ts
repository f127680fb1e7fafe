import { run, tryRun } from "../run.ts";

/** A Debian of its own below a folder, to install into; needs root and Debian's mmdebstrap. */
export interface DebianRoot extends AsyncDisposable {
  readonly path: string;
  /** Runs a command inside; what it says comes back, its failure is thrown. */
  run(...command: string[]): Promise<string>;
  tryRun(...command: string[]): Promise<{ readonly code: number; readonly said: string }>;
  /** What `sh` makes of a line. */
  sh(line: string): Promise<string>;
  write(path: string, text: string): Promise<void>;
}

/** Debian 12, the oldest that is still in reach; UOS 20 and Kylin's desktop are older relatives. */
const SUITE = "bookworm";

export async function makeDebianRoot(
  path: string,
  include: readonly string[],
): Promise<DebianRoot> {
  await run("mmdebstrap", ["--variant=minbase", `--include=${include.join(",")}`, SUITE, path]);
  // As the first start of a machine does; a terminal seals its keys with it.
  await Deno.writeTextFile(
    `${path}/etc/machine-id`,
    `${crypto.randomUUID().replaceAll("-", "")}\n`,
  );
  return await openDebianRoot(path);
}

/** Another one with the same in it. */
export async function copyDebianRoot(from: string, path: string): Promise<DebianRoot> {
  await run("cp", ["--archive", "--one-file-system", from, path]);
  return await openDebianRoot(path);
}

async function openDebianRoot(path: string): Promise<DebianRoot> {
  await run("mount", ["-t", "proc", "proc", `${path}/proc`]);
  const env = { DEBIAN_FRONTEND: "noninteractive", PATH: "/usr/sbin:/usr/bin:/sbin:/bin" };
  const inside = (command: readonly string[]) => ["chroot", path, ...command];
  return {
    path,
    run: (...command) => run("env", inside(command), { env }),
    tryRun: (...command) => tryRun("env", inside(command), { env }),
    sh: (line) => run("env", inside(["sh", "-c", line]), { env }),
    write: (file, text) => Deno.writeTextFile(`${path}${file}`, text),
    async [Symbol.asyncDispose]() {
      await run("umount", [`${path}/proc`]);
      await run("rm", ["--recursive", "--force", "--one-file-system", path]);
    },
  };
}
