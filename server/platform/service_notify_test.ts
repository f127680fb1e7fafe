import assert from "node:assert/strict";
import { TemporaryFolder } from "../../tests/temporary_folder.ts";
import type { ServiceManager } from "./config.ts";
import { type Log, SILENT_LOG } from "./log.ts";
import { pauseFor } from "./pause.ts";
import { ServiceNotices } from "./service_notify.ts";

const ANSWERS = () => Promise.resolve();
const WATCHDOG_MS = 30;

/** The service manager's end of the line, a real datagram socket. */
class FakeManager implements Disposable {
  readonly #folder = new TemporaryFolder();
  readonly place: ServiceManager;
  readonly #socket: Deno.DatagramConn;

  constructor(options: { readonly name?: string; readonly watchdogMs?: number } = {}) {
    const socket = options.name ?? this.#folder.file("manager.sock");
    const path = socket.replace(/^@/, "\0");
    this.#socket = Deno.listenDatagram({ transport: "unixpacket", path });
    const { watchdogMs } = options;
    this.place = { socket, folder: this.#folder.path, ...(watchdogMs && { watchdogMs }) };
  }

  async heard(): Promise<string> {
    const [bytes] = await this.#socket.receive();
    return new TextDecoder().decode(bytes);
  }

  close(): void {
    this.#socket.close();
  }

  [Symbol.dispose](): void {
    this.#folder[Symbol.dispose]();
  }
}

function noticesTo(
  manager: ServiceManager | null,
  { ask = ANSWERS, log = SILENT_LOG }: { ask?: () => Promise<unknown>; log?: Log } = {},
): ServiceNotices {
  return new ServiceNotices({ manager, ask, log, pause: pauseFor });
}

Deno.test("ServiceNotices tell that the process serves and that it ends, and leave no file", async () => {
  using manager = new FakeManager();
  {
    await using notices = noticesTo(manager.place);
    await notices.ready();
    await notices.ready();
    assert.equal(await manager.heard(), "READY=1");
    await notices.stopping();
    assert.equal(await manager.heard(), "STOPPING=1");
  }
  manager.close();
  assert.throws(() => Deno.statSync(`${manager.place.folder}/notify.sock`), Deno.errors.NotFound);
});

Deno.test("ServiceNotices reach an abstract socket", async () => {
  using manager = new FakeManager({ name: `@yikatong-test-${crypto.randomUUID()}` });
  await using notices = noticesTo(manager.place);
  await notices.ready();
  assert.equal(await manager.heard(), "READY=1");
  manager.close();
});

Deno.test("ServiceNotices beat while they are answered, by a refusal too", async () => {
  using manager = new FakeManager({ watchdogMs: WATCHDOG_MS });
  await using notices = noticesTo(manager.place, {
    ask: () => Promise.reject(new Error("the database is down")),
  });
  await notices.ready();
  const heard = [await manager.heard(), await manager.heard(), await manager.heard()].sort();
  assert.deepEqual(heard, ["READY=1", "WATCHDOG=1", "WATCHDOG=1"]);
  manager.close();
});

Deno.test("ServiceNotices are silent while nobody answers, and say so in the log", async () => {
  using manager = new FakeManager({ watchdogMs: WATCHDOG_MS });
  const told = Promise.withResolvers<string>();
  let answer = () => {};
  await using notices = noticesTo(manager.place, {
    ask: () => new Promise<void>((resolve) => answer = resolve),
    log: { ...SILENT_LOG, error: told.resolve },
  });
  await notices.ready();
  assert.equal(await manager.heard(), "READY=1");
  assert.match(await told.promise, /watchdog is not told/);
  const next = manager.heard();
  const asked = setInterval(() => answer(), 1);
  assert.equal(await next, "WATCHDOG=1");
  clearInterval(asked);
  manager.close();
});

Deno.test("ServiceNotices outlive a manager that hears nothing", async () => {
  using manager = new FakeManager();
  manager.close();
  const warned: string[] = [];
  await using notices = noticesTo(manager.place, {
    log: { ...SILENT_LOG, warn: (message) => warned.push(message) },
  });
  await notices.ready();
  await notices.stopping();
  assert.deepEqual(warned, ["Service manager not told", "Service manager not told"]);
});

Deno.test("ServiceNotices go without a folder for their own end", async () => {
  const warned: string[] = [];
  const manager = { socket: "/nowhere/manager.sock", folder: "/nowhere" };
  await using notices = noticesTo(manager, {
    log: { ...SILENT_LOG, warn: (message) => warned.push(message) },
  });
  await notices.ready();
  assert.deepEqual(warned, ["Service manager cannot be told anything"]);
});

Deno.test("ServiceNotices take the place of what a killed process left", async () => {
  using manager = new FakeManager();
  await Deno.writeTextFile(`${manager.place.folder}/notify.sock`, "");
  await using notices = noticesTo(manager.place);
  await notices.ready();
  assert.equal(await manager.heard(), "READY=1");
  manager.close();
});

Deno.test("ServiceNotices tell nobody where no service manager is", async () => {
  await using notices = noticesTo(null);
  await notices.ready();
  await notices.stopping();
});
