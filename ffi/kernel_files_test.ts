import assert from "node:assert/strict";
import { LIBC_PATHS } from "./libc_path.ts";

const KERNEL_FILES = new URL("kernel_files.ts", import.meta.url);
const SCRIPT = `
  import { listKernelFolder, readKernelFile, realKernelPath } from "${KERNEL_FILES}";
  const told = async (ask) => await ask().catch(({ name }) => name);
  console.log(JSON.stringify([
    (await told(() => readKernelFile("/proc/version"))).slice(0, 5),
    await told(() => realKernelPath("/proc/self/root")),
    (await told(() => listKernelFolder("/sys/class/net"))).includes("lo"),
    await told(() => readKernelFile("/proc/nowhere")),
    await told(() => realKernelPath("/proc/nowhere")),
    await told(() => listKernelFolder("/proc/nowhere")),
  ]));
`;

async function run(flags: readonly string[]): Promise<unknown[]> {
  const script = `data:application/javascript,${encodeURIComponent(SCRIPT)}`;
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", "--no-config", "--no-check", ...flags, script],
    env: { NO_COLOR: "1" },
  }).output();
  const text = new TextDecoder().decode(stdout);
  assert.notEqual(text, "", new TextDecoder().decode(stderr));
  return JSON.parse(text);
}

const TOLD = ["Linux", "/", true, "NotFound", "NotFound", "NotFound"];

Deno.test("kernel files are read alike by who may do everything and who may load libc", async () => {
  assert.deepEqual(await run(["-A"]), TOLD);
  assert.deepEqual(await run(["--allow-ffi"]), TOLD);
  const [version, root] = await run([`--allow-ffi=${LIBC_PATHS.join(",")}`]);
  assert.deepEqual([version, root], ["Linux", "/"]);
});

Deno.test("kernel files are refused to who may do neither", async () => {
  assert.deepEqual(await run([]), [
    "NotCa",
    "NotCapable",
    false,
    "NotCapable",
    "NotCapable",
    "NotCapable",
  ]);
});
