/** Releases as they lie on a terminal, with programs that only tell which of them was started. */
import { TemporaryFolder } from "../temporary_folder.ts";

export interface ReleaseTree extends Disposable {
  readonly path: string;
  readonly releases: string;
  readonly packaged: string;
  readonly requests: string;
  readonly starts: string;
  put(version: string, counter: number): Promise<void>;
  link(name: "current" | "previous", target: string): Promise<void>;
  write(name: string, text: string): Promise<void>;
  /** What select-release starts: a version, or "packaged"; null when it starts nothing. */
  select(options?: { readonly shell?: string; readonly wrapper?: readonly string[] }): Promise<
    string | null
  >;
}

export const SELECT_RELEASE: string = new URL(
  "../../deploy/common/select-release",
  import.meta.url,
).pathname;

const PROGRAM = '#!/bin/sh\nbasename "$(cd "$(dirname "$0")/.." && pwd)"\n';

export async function plantRelease(folder: string, counter: number): Promise<void> {
  for (const part of ["bin", "lib"]) await Deno.mkdir(`${folder}/${part}`, { recursive: true });
  await Deno.writeTextFile(`${folder}/bin/yikatong`, PROGRAM, { mode: 0o755 });
  await Deno.writeTextFile(`${folder}/lib/runtime`, "runtime\n", { mode: 0o755 });
  await Deno.writeTextFile(`${folder}/lib/app.js`, "app\n");
  await Deno.writeTextFile(`${folder}/lib/launch.js`, "launch\n");
  const manifest = { format: 1, product: "yikatong", counter };
  await Deno.writeTextFile(`${folder}/manifest.json`, JSON.stringify(manifest, null, 2));
}

export async function releaseTree(): Promise<ReleaseTree> {
  const folder = new TemporaryFolder();
  await Deno.chmod(folder.path, 0o755);
  const releases = folder.file("releases");
  const packaged = folder.file("packaged");
  const requests = folder.file("requests");
  const starts = `${requests}/starts`;
  for (const path of [releases, requests]) await Deno.mkdir(path);
  await plantRelease(packaged, 1);
  return {
    path: folder.path,
    releases,
    packaged,
    requests,
    starts,
    put: (version, counter) => plantRelease(`${releases}/${version}`, counter),
    link: (name, target) => Deno.symlink(target, `${releases}/${name}`),
    write: (name, text) => Deno.writeTextFile(`${releases}/${name}`, text),
    async select({ shell = "/bin/sh", wrapper = [] } = {}) {
      const [program = shell, ...args] = [
        ...wrapper,
        shell,
        SELECT_RELEASE,
        ...["--releases", releases, "--packaged", packaged, "--starts", starts, "--", "terminal"],
      ];
      const { success, stdout } = await new Deno.Command(program, { args, stderr: "null" })
        .output();
      return success ? new TextDecoder().decode(stdout).trim() : null;
    },
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  };
}
