/** What keeps out a program that asks for no lock, as long as it is not root's. */
import assert from "node:assert/strict";
import { openSerialPort } from "../../ffi/serial/serial_port.ts";
import { openPty } from "../../sandbox/devices/pty.ts";
import { say } from "../../tools/say.ts";

/** Nobody, on every Linux. */
const NOT_ROOT = 65_534;
const FOR_ALL = 0o666;

Deno.test("an open serial port is busy for the programs of another user, a closed one is not", async () => {
  if (Deno.uid() !== 0) return await say("NOT RUN: only root can act as another user");
  await using pty = await openPty();
  await Deno.chmod(pty.path, FOR_ALL);
  assert.deepEqual(await openAsNobody(pty.path), { success: true, isBusy: false });
  const port = await openSerialPort({ path: pty.path, baud: 9_600 });
  assert.deepEqual(await openAsNobody(pty.path), { success: false, isBusy: true });
  await port[Symbol.asyncDispose]();
  assert.deepEqual(await openAsNobody(pty.path), { success: true, isBusy: false });
});

async function openAsNobody(path: string): Promise<{ success: boolean; isBusy: boolean }> {
  const { success, stderr } = await new Deno.Command("/bin/sh", {
    args: ["-c", `: < ${path}`],
    uid: NOT_ROOT,
    cwd: "/",
    env: { LC_ALL: "C" },
  }).output();
  return { success, isBusy: /busy/.test(new TextDecoder().decode(stderr)) };
}
