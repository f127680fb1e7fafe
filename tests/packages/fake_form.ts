/** A release in its bundled form as a build leaves it, small, with a runtime that only tells its words. */
import { sm3 } from "../../crypto/sm3.ts";
import type { ReleaseManifest } from "../../server/platform/release/manifest.ts";
import { run } from "../../tools/package/run.ts";

const RUNTIME = `#include <stdio.h>
int main(int count, char **words) {
  for (int at = 1; at < count; at++) puts(words[at]);
  return 0;
}
`;

const LAUNCHER = `#!/bin/sh
self=$(readlink -f "$0")
exec "\${self%/bin/*}/lib/runtime" "$@"
`;

const TEXTS: Readonly<Record<string, string>> = {
  "bin/yikatong": LAUNCHER,
  "lib/app.js": "console.log('app');\n",
  "lib/launch.js": "console.log('launch');\n",
  "share/console/app.js": "console.log('console');\n",
  "share/licences/deno": "MIT\n".repeat(100),
  "share/licences/the-same": "MIT\n".repeat(100),
  "share/sbom.cdx.json": "{}\n",
  "share/simulators/reader.c": "int read_card(void) { return 0; }\n",
};

/** Where an ELF file says for which processor it is (e_machine), and how arm64 is written there. */
const MACHINE_AT = 18;
const AARCH64 = [0xb7, 0x00];

const CREATED = "2026-11-23T01:02:03Z";

export async function makeFakeForm(
  folder: string,
  { target, version = "0.7.0" }: {
    readonly target: ReleaseManifest["target"];
    readonly version?: string;
  },
): Promise<string> {
  for (const name of ["bin", "lib", "share/console", "share/licences", "share/simulators"]) {
    await Deno.mkdir(`${folder}/${name}`, { recursive: true });
  }
  for (const [path, text] of Object.entries(TEXTS)) {
    await Deno.writeTextFile(`${folder}/${path}`, text);
  }
  await makeRuntime(`${folder}/lib/runtime`, target);
  const paths = [...Object.keys(TEXTS), "lib/runtime"].sort();
  const manifest: ReleaseManifest = {
    format: 1,
    product: "yikatong",
    version,
    target,
    commit: "0123456789ab",
    created: CREATED,
    counter: 7,
    minGlibc: "2.27",
    runtime: "2.9.5",
    files: await Promise.all(paths.map(async (path) => {
      const bytes = await Deno.readFile(`${folder}/${path}`);
      return { path, size: bytes.length, sm3: sm3(bytes).toHex() };
    })),
  };
  await Deno.writeTextFile(`${folder}/manifest.json`, `${JSON.stringify(manifest, null, 2)}\n`);
  return folder;
}

async function makeRuntime(path: string, target: ReleaseManifest["target"]): Promise<void> {
  await Deno.writeTextFile(`${path}.c`, RUNTIME);
  const hardening = ["-O2", "-fPIE", "-pie", "-Wl,-z,relro,-z,now", "-s"];
  await run("gcc", [...hardening, "-o", path, `${path}.c`]);
  await Deno.remove(`${path}.c`);
  if (target !== "linux-arm64") return;
  const bytes = await Deno.readFile(path);
  bytes.set(AARCH64, MACHINE_AT);
  await Deno.writeFile(path, bytes);
}
