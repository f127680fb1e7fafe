import assert from "node:assert/strict";
import { playVisit } from "../../../tests/play_visit.ts";
import type { Product } from "../product.ts";
import type { DebianRoot } from "./debian_root.ts";
import { asUser, stop } from "./run_as_unit.ts";

const PORT = 18_800;
const READY = "已就绪";

/** One paid visit through the installed program, which plays a city on this database. */
export async function payVisit(
  root: DebianRoot,
  { user, data }: Product,
  databaseUrl: string,
): Promise<void> {
  const folder = `${data}/demo`;
  await root.run("install", "-d", "-m", "700", "-o", user, folder);
  const child = new Deno.Command("chroot", {
    args: [
      root.path,
      ...asUser(user),
      ...["env", "-i", "PATH=/usr/bin:/bin", "LANG=C.UTF-8", `DATABASE_URL=${databaseUrl}`],
      ...["yikatong", "dev", "--data", folder, "--port", `${PORT}`],
    ],
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const troubles = new Response(child.stderr).text();
  const said = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  try {
    let text = "";
    while (!text.includes(READY)) {
      const { value, done } = await said.read();
      if (done) throw new Error(`It ended before it was ready: ${text}${await troubles}`);
      text += value;
    }
    const title = await playVisit(`http://127.0.0.1:${PORT + 1}`, /两张待缴费单/);
    assert.match(title, /2 张缴费单/);
  } finally {
    stop(child);
    await said.cancel();
    await child.status;
    await root.run("rm", "-r", folder);
  }
  assert.equal(await troubles, "");
}
