import assert from "node:assert/strict";
import { openPty } from "../../sandbox/devices/pty.ts";
import { lockPort, unlockPort } from "./port_lock.ts";
import { openSerialPort } from "./serial_port.ts";

const REAL_PATH = "/dev/ttyS1";
/** Never a process: the system's ids end at 4194304. */
const NOBODY = 4_999_999;
/** The system's first process, which lives as long as it does. */
const SOMEBODY = 1;

async function withFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "yikatong-lock-" });
  try {
    await work(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("lockPort() leaves our process id where other programs look", async () => {
  await withFolder(async (folder) => {
    const path = await lockPort({ folder, realPath: REAL_PATH });
    assert.equal(path, `${folder}/LCK..ttyS1`);
    assert.equal(await Deno.readTextFile(path), `${String(Deno.pid).padStart(10)}\n`);
    await unlockPort(path);
    await unlockPort(path);
    await assert.rejects(Deno.stat(path), Deno.errors.NotFound);
  });
});

Deno.test("lockPort() refuses a port that a living process has locked", async () => {
  await withFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/LCK..ttyS1`, `${String(SOMEBODY).padStart(10)}\n`);
    const message = /Cannot open the port "\/dev\/ttyS1": process 1 has locked it/;
    const locking = lockPort({ folder, realPath: REAL_PATH });
    await assert.rejects(locking, { trouble: "unavailable", message });
  });
});

Deno.test("lockPort() takes over what a dead process, we ourselves or nobody left", async () => {
  await withFolder(async (folder) => {
    for (const left of [`${NOBODY}\n`, `${Deno.pid}\n`, "", "rubbish", "9".repeat(30)]) {
      await Deno.writeTextFile(`${folder}/LCK..ttyS1`, left);
      const path = await lockPort({ folder, realPath: REAL_PATH });
      assert.match(await Deno.readTextFile(path), new RegExp(`^ *${Deno.pid}\n$`));
    }
  });
});

Deno.test("lockPort() says which folder it cannot use", async () => {
  const locking = lockPort({ folder: "/no/such/folder", realPath: REAL_PATH });
  const message = /Cannot use the lock file "\/no\/such\/folder\/LCK\.\.ttyS1"/;
  await assert.rejects(locking, { trouble: "unavailable", message });
  await unlockPort("/proc/version");
});

Deno.test("a serial port has its lock file as long as it is open, named by the device", async () => {
  await withFolder(async (lockFolder) => {
    await using pty = await openPty();
    const path = `${lockFolder}/epp`;
    await Deno.symlink(pty.path, path);
    const lock = `LCK..${pty.path.replace("/dev/", "").replace("/", "_")}`;
    const names = () => [...Deno.readDirSync(lockFolder)].map(({ name }) => name).sort();
    const port = await openSerialPort({ path, baud: 9_600, lockFolder });
    assert.equal(port.name, path);
    assert.deepEqual(names(), [lock, "epp"]);
    await port[Symbol.asyncDispose]();
    assert.deepEqual(names(), ["epp"]);
    const unheld = openSerialPort({ path, baud: 9_600, dataBits: 7, lockFolder });
    await assert.rejects(unheld, { trouble: "unavailable" });
    assert.deepEqual(names(), ["epp"]);
  });
});
