/** A terminal's releases with all real but systemd: signed archives, links, select-release. */
import type { UpdateDeps } from "../../cli/update/deps.ts";
import type { KysecDeps } from "../../cli/update/kysec.ts";
import { targetOf } from "../../cli/update/machine.ts";
import { openUpdate } from "../../cli/update/options.ts";
import { MANIFEST_FILE, SIGNATURES_FILE } from "../../server/platform/release/manifest.ts";
import { makeSigner, manifestOf, type Signer } from "../release_folder.ts";
import { plantRelease, type ReleaseTree, releaseTree } from "./release_tree.ts";

export interface ArchiveChanges {
  readonly manifest?: Readonly<Record<string, unknown>>;
  readonly signers?: readonly Signer[];
  /** After it was signed. */
  readonly spoil?: (folder: string) => Promise<void>;
}

export interface UpdateWorld extends Disposable {
  readonly tree: ReleaseTree;
  readonly keys: string;
  readonly signers: readonly Signer[];
  /** What it said. */
  readonly said: string[];
  /** As a signed build leaves it; its path. */
  archive(version: string, counter: number, changes?: ArchiveChanges): Promise<string>;
  deps(changes?: Partial<UpdateDeps & KysecDeps>): Promise<UpdateDeps & KysecDeps>;
}

export async function updateWorld(): Promise<UpdateWorld> {
  const tree = await releaseTree();
  const stack = new DisposableStack();
  stack.use(tree);
  const signers = [makeSigner("build"), makeSigner("owner")];
  const keys = `${tree.path}/keys`;
  await Deno.mkdir(keys, { mode: 0o755 });
  for (const { signer, pem } of signers) {
    await Deno.writeTextFile(`${keys}/${signer}.pem`, pem, { mode: 0o644 });
  }
  const said: string[] = [];
  return {
    tree,
    keys,
    signers,
    said,
    archive: (version, counter, changes = {}) =>
      makeArchive(tree.path, { version, counter, signers, ...changes }),
    async deps(changes = {}) {
      const opened = await openUpdate({
        releases: tree.releases,
        packaged: tree.packaged,
        trust: keys,
      });
      stack.use(opened);
      return { ...opened, kysec: null, say: (line) => void said.push(line), ...changes };
    },
    [Symbol.dispose]: () => stack.dispose(),
  };
}

async function makeArchive(
  place: string,
  { version, counter, signers = [], manifest = {}, spoil = () => Promise.resolve() }:
    & ArchiveChanges
    & { readonly version: string; readonly counter: number },
): Promise<string> {
  const target = targetOf(Deno.build.arch);
  const name = `yikatong-${version}-${target}`;
  const folder = `${place}/build/${name}`;
  await plantRelease(folder, counter);
  await Deno.writeTextFile(`${folder}/lib/app.js`, `serve("${version}");\n`);
  const files: Record<string, string> = {};
  for (const path of ["bin/yikatong", "lib/runtime", "lib/app.js", "lib/launch.js"]) {
    files[path] = await Deno.readTextFile(`${folder}/${path}`);
  }
  const { expires: _, ...whole } = manifestOf(files);
  const text = JSON.stringify({ ...whole, version, counter, target, ...manifest }, null, 2);
  const bytes = new TextEncoder().encode(text);
  await Deno.writeFile(`${folder}/${MANIFEST_FILE}`, bytes);
  const signatures = signers.map((signer) => signer.sign(bytes));
  await Deno.writeTextFile(`${folder}/${SIGNATURES_FILE}`, JSON.stringify(signatures));
  await spoil(folder);
  const archive = `${place}/requests/${name}.tar.xz`;
  const { success } = await new Deno.Command("tar", {
    args: ["-C", `${place}/build`, "-cJf", archive, name],
  }).output();
  if (!success) throw new Error("tar failed");
  await Deno.remove(`${place}/build`, { recursive: true });
  return archive;
}
