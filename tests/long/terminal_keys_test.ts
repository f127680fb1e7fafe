import assert from "node:assert/strict";
import { keyFileOf, makeTerminalKeys, openTerminalKeys } from "../../cli/terminal/key_file.ts";
import { machineIdentities, type MachineIdentity } from "../../cli/terminal/machine_identity.ts";

const CRYPTO = { provider: "portable" } as const;

Deno.test("the key file opens on its machine, owner-only, and not on another one", async () => {
  await using folder = await openFolder();
  const config = { data_dir: folder.path, crypto: CRYPTO };
  const [own, other] = [identity("board-1"), identity("board-2")];
  assert.equal(await openTerminalKeys(config, [own]), null);
  await makeTerminalKeys(config, [own]);
  await using keys = await openTerminalKeys(config, [other, own]);
  assert.match(keys?.keys.signPublicKey ?? "", /^04[0-9a-f]{128}$/);
  assert.notEqual(keys?.keys.signPublicKey, keys?.keys.agreePublicKey);
  assert.deepEqual(keys?.sources, own.sources);
  const { mode } = await Deno.stat(keyFileOf(config));
  assert.equal((mode ?? 0) & 0o777, 0o600);
  await assert.rejects(openTerminalKeys(config, [other]), /在这台机器上打不开/);
});

Deno.test("a key file that was cut off is told as damaged", async () => {
  await using folder = await openFolder();
  const config = { data_dir: folder.path, crypto: CRYPTO };
  await makeTerminalKeys(config, [identity("board-1")]);
  const path = keyFileOf(config);
  await Deno.writeFile(path, (await Deno.readFile(path)).slice(0, 30));
  await assert.rejects(openTerminalKeys(config, [identity("board-1")]), /已损坏/);
});

Deno.test("keys made again are others, and nothing half-written is left", async () => {
  await using folder = await openFolder();
  const config = { data_dir: folder.path, crypto: CRYPTO };
  const machines = [identity("board-1")];
  const seen = new Set<string>();
  for (let round = 0; round < 2; round++) {
    await makeTerminalKeys(config, machines);
    await using keys = await openTerminalKeys(config, machines);
    seen.add(keys?.keys.signPublicKey ?? "");
  }
  assert.equal(seen.size, 2);
  const names = (await Array.fromAsync(Deno.readDir(folder.path))).map(({ name }) => name);
  assert.deepEqual(names, ["terminal-keys"]);
});

Deno.test("machineIdentities() takes the board before the network, and skips makers' fillers", async () => {
  await using folder = await openFolder();
  const root = `${folder.path}/`;
  await write(root, "etc/machine-id", "b0b0\n");
  await write(root, "sys/class/dmi/id/product_uuid", "03000200-0400-0500-0006-000700080009\n");
  await write(root, "sys/class/dmi/id/board_serial", "To be filled by O.E.M.\n");
  await write(root, "sys/devices/pci0/eth0/address", "52:54:00:12:34:56\n");
  await write(root, "sys/devices/pci0/eth0/addr_assign_type", "0\n");
  await Deno.mkdir(`${root}sys/devices/pci0/eth0/device`);
  await Deno.mkdir(`${root}sys/class/net`, { recursive: true });
  await Deno.symlink(`${root}sys/devices/pci0/eth0`, `${root}sys/class/net/eth0`);
  const before = await machineIdentities(root);
  assert.deepEqual(before.map(({ sources }) => sources), [
    ["/etc/machine-id", "/sys/class/dmi/id/product_uuid"],
    ["/etc/machine-id", "/sys/class/net"],
    ["/etc/machine-id"],
  ]);
  await write(root, "sys/devices/pci0/eth0/address", "52:54:00:12:34:57\n");
  const after = await machineIdentities(root);
  assert.deepEqual(after[0]?.password, before[0]?.password);
  assert.notDeepEqual(after[1]?.password, before[1]?.password);
});

Deno.test("machineIdentities() is the same at every start of this machine", async () => {
  assert.deepEqual(await machineIdentities(), await machineIdentities());
});

function identity(board: string): MachineIdentity {
  return { sources: [board], password: new TextEncoder().encode(`${board} of a test`) };
}

async function write(root: string, path: string, text: string): Promise<void> {
  await Deno.mkdir(`${root}${path}`.replace(/\/[^/]+$/, ""), { recursive: true });
  await Deno.writeTextFile(`${root}${path}`, text);
}

async function openFolder(): Promise<{ readonly path: string } & AsyncDisposable> {
  const path = await Deno.makeTempDir();
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}
