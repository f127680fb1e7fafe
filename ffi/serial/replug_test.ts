import assert from "node:assert/strict";
import { openPty, type Pty } from "../../sandbox/devices/pty.ts";
import type { Completion } from "../contract.ts";
import type { ByteLine } from "../line.ts";
import { LineKeeper } from "../line_keeper.ts";
import { openSerialPort } from "./serial_port.ts";

const PATIENTLY = { timeoutMs: 60_000 };

/** As udev does it: the port has another number each time, the link to it stays. */
class Link implements AsyncDisposable {
  readonly folder = Deno.makeTempDirSync({ prefix: "yikatong-link-" });
  readonly path = `${this.folder}/epp`;

  async plug(): Promise<Pty> {
    const pty = await openPty();
    await Deno.symlink(pty.path, this.path);
    return pty;
  }

  async unplug(pty: Pty): Promise<void> {
    await Deno.remove(this.path);
    await pty.unplug();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.folder, { recursive: true });
  }
}

async function readOne(line: ByteLine): Promise<Completion<number>> {
  const bytes = await line.read(PATIENTLY);
  return { kind: "done", value: bytes?.[0] ?? 0 };
}

Deno.test("LineKeeper finds a serial device again that was pulled in the middle of a read", async () => {
  await using link = new Link();
  let changed = Promise.withResolvers<void>();
  await using keeper = new LineKeeper({
    openLine: () => openSerialPort({ path: link.path, baud: 9_600, lockFolder: link.folder }),
    backOffMs: [1, 2, 5],
    onChange: () => {
      changed.resolve();
      changed = Promise.withResolvers();
    },
  });
  await keeper.firstTry;
  assert.match(keeper.trouble ?? "", /Cannot open the port ".*\/epp": no such device/);
  for (const value of [1, 2, 3]) {
    await using pty = await link.plug();
    while (keeper.condition === "offline") await changed.promise;
    await pty.line.write(Uint8Array.of(value), PATIENTLY);
    assert.deepEqual(await keeper.use(readOne), { kind: "done", value });
    const reading = keeper.use(readOne);
    await link.unplug(pty);
    assert.deepEqual(await reading, { kind: "failed", reason: "offline" });
    assert.equal(keeper.condition, "offline");
  }
});
