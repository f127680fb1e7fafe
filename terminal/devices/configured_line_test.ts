import assert from "node:assert/strict";
import { openPty } from "../../sandbox/devices/pty.ts";
import { findLockFolder, portOptionsOf } from "./configured_line.ts";

Deno.test("portOptionsOf() puts what is configured above what the device is used to", () => {
  const path = "/dev/kiosk/epp";
  const usual = { baud: 9_600, parity: "none" } as const;
  assert.deepEqual(portOptionsOf({ path }, usual), { path, ...usual });
  assert.deepEqual(
    portOptionsOf({ path, baud: 2_400, parity: "even", data_bits: 7, stop_bits: 2 }, usual),
    { path, baud: 2_400, parity: "even", dataBits: 7, stopBits: 2 },
  );
});

Deno.test("findLockFolder() locks ports where that is possible, and no pty", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const port = `${folder}/ttyS9`;
    await Deno.writeTextFile(port, "");
    assert.equal(await findLockFolder(port, folder), folder);
    assert.equal(await findLockFolder(port, `${folder}/none`), null);
    await using pty = await openPty();
    const link = `${folder}/kiosk-epp`;
    await Deno.symlink(pty.path, link);
    assert.equal(await findLockFolder(link, folder), null);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
