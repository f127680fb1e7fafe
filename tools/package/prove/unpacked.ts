import assert from "node:assert/strict";
import { compareFiles } from "../../../server/platform/release/compare_files.ts";
import { openEngine } from "../../../cli/sm/engine.ts";
import type { BundledForm } from "../form.ts";
import { run } from "../run.ts";
import { readUosPackage } from "../read_uos_package.ts";
import { UOS_APPID } from "../uos.ts";
import { uosFaults } from "../uos_rules.ts";

/** As `e_machine` of an ELF file names processors. */
const MACHINES = { "linux-x64": 0x3e, "linux-arm64": 0xb7 } as const;
const MACHINE_AT = 18;

/** What a package holds is the release, byte for byte, for the processor it names. */
export async function requireUnpacked(
  path: string,
  form: BundledForm,
  folder: string,
): Promise<void> {
  try {
    if (path.includes(`/${UOS_APPID}`)) {
      assert.deepEqual(uosFaults(await readUosPackage(path, folder)), []);
      return;
    }
    await Deno.mkdir(folder);
    if (path.endsWith(".deb")) await run("dpkg-deb", ["--extract", path, folder]);
    else await run("sh", ["-c", 'rpm2cpio "$1" | cpio -idm --quiet', "sh", path], { cwd: folder });
    await requireRelease(`${folder}/usr/lib/yikatong`, form);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function requireRelease(folder: string, { manifest }: BundledForm): Promise<void> {
  using engine = openEngine();
  const { files } = manifest;
  const found = await compareFiles({ folder, files, newDigest: () => engine.sm3Stream() });
  assert.deepEqual(found.listed, []);
  using runtime = await Deno.open(`${folder}/lib/runtime`);
  const head = new Uint8Array(MACHINE_AT + 2);
  await runtime.read(head);
  assert.equal(new DataView(head.buffer).getUint16(MACHINE_AT, true), MACHINES[manifest.target]);
}
