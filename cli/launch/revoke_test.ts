import assert from "node:assert/strict";
import { UNION } from "./revoke.ts";

const SCRIPT = `
  import { revokeUnneeded } from "${new URL("revoke.ts", import.meta.url)}";
  const [kinds, ...args] = Deno.args;
  await revokeUnneeded(args);
  const states = kinds.split(",").map((name) => Deno.permissions.querySync({ name }).state);
  Deno.stdout.writeSync(new TextEncoder().encode(JSON.stringify(states)));
`;

/** The kinds that a process with the union has left for a command line. */
async function keptBy(...args: string[]): Promise<string[]> {
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "--no-prompt", "--no-check", "--node-modules-dir=manual"],
      ...[`--config=${new URL("../../deno.json", import.meta.url).pathname}`, "--no-lock"],
      ...UNION.map((kind) => `--allow-${kind}`),
      `data:application/javascript,${encodeURIComponent(SCRIPT)}`,
      ...[UNION.join(","), ...args],
    ],
    clearEnv: true,
    env: { HOME: Deno.env.get("HOME") ?? "", NO_COLOR: "1" },
  }).output();
  const text = new TextDecoder().decode(stdout);
  assert.notEqual(text, "", new TextDecoder().decode(stderr));
  const states: string[] = JSON.parse(text);
  return UNION.filter((_, at) => states[at] === "granted");
}

Deno.test("revokeUnneeded() leaves a compiled program the kinds that its command needs", async () => {
  assert.deepEqual(await keptBy("sm", "digest", "file"), ["read", "write", "ffi", "sys", "env"]);
  assert.deepEqual(await keptBy("serve"), ["read", "write", "net", "ffi", "sys", "env"]);
  assert.deepEqual(await keptBy("nonsense"), ["read", "ffi", "sys", "env"]);
  assert.deepEqual(await keptBy("backup"), [...UNION].filter((kind) => kind !== "net"));
});
