import assert from "node:assert/strict";
import type { Completion } from "./contract.ts";
import { type ByteLine, LineError } from "./line.ts";
import { LineKeeper } from "./line_keeper.ts";
import { linePair } from "./line_pair.ts";

const TIMEOUT_MS = 5_000;

/** A socket that a device can be plugged into; each plugging gives a new line. */
class Socket {
  #device: ByteLine | null = null;
  #host: ByteLine | null = null;
  opened = 0;
  tried = 0;

  plug(): ByteLine {
    const [host, device] = linePair("socket");
    [this.#host, this.#device] = [host, device];
    return device;
  }

  async unplug(): Promise<void> {
    this.#host = null;
    await this.#device?.[Symbol.asyncDispose]();
  }

  open = (): Promise<ByteLine> => {
    this.tried++;
    const host = this.#host;
    if (host === null) {
      return Promise.reject(new LineError("unavailable", 'Cannot open "socket": no device'));
    }
    this.opened++;
    return Promise.resolve(host);
  };
}

/** Says each change of its keeper's condition; `until` waits for one. */
class Watched implements AsyncDisposable {
  readonly socket = new Socket();
  readonly seen: string[] = [];
  readonly keeper: LineKeeper;
  #changed = Promise.withResolvers<void>();

  constructor(backOffMs: readonly number[], isThere: boolean) {
    if (isThere) this.socket.plug();
    this.keeper = new LineKeeper({
      openLine: this.socket.open,
      backOffMs,
      onChange: () => {
        this.seen.push(this.keeper.condition);
        this.#changed.resolve();
        this.#changed = Promise.withResolvers();
      },
    });
  }

  async until(condition: "online" | "offline"): Promise<void> {
    while (this.keeper.condition !== condition) await this.#changed.promise;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.keeper[Symbol.asyncDispose]();
  }
}

async function readOne(line: ByteLine, signal?: AbortSignal): Promise<Completion<number>> {
  const bytes = await line.read({ timeoutMs: TIMEOUT_MS, ...(signal && { signal }) });
  if (bytes === null) return { kind: "failed", reason: "timeout" };
  return { kind: "done", value: bytes[0] ?? 0 };
}

function fail(trouble: "late" | "cancelled" | "closed"): Promise<Completion<null>> {
  return Promise.reject(new LineError(trouble, "Cannot write"));
}

Deno.test("LineKeeper opens the line and lends it", async () => {
  await using watched = new Watched([1], false);
  const device = watched.socket.plug();
  await watched.until("online");
  assert.equal(watched.keeper.trouble, null);
  await device.write(Uint8Array.of(7), { timeoutMs: TIMEOUT_MS });
  assert.deepEqual(await watched.keeper.use(readOne), { kind: "done", value: 7 });
});

Deno.test("LineKeeper is offline without a device, says why, and finds one later", async () => {
  await using watched = new Watched([1], false);
  await watched.keeper.firstTry;
  assert.equal(watched.keeper.condition, "offline");
  assert.equal(watched.keeper.trouble, 'Cannot open "socket": no device');
  assert.deepEqual(await watched.keeper.use(readOne), { kind: "failed", reason: "offline" });
  watched.socket.plug();
  await watched.until("online");
  assert.deepEqual(watched.seen, ["online"]);
});

Deno.test("LineKeeper opens the line again after it was gone", async () => {
  await using watched = new Watched([1], true);
  await watched.until("online");
  const reading = watched.keeper.use(readOne);
  await watched.socket.unplug();
  assert.deepEqual(await reading, { kind: "failed", reason: "offline" });
  assert.equal(watched.keeper.condition, "offline");
  assert.match(watched.keeper.trouble ?? "", /socket/);
  const device = watched.socket.plug();
  await watched.until("online");
  await device.write(Uint8Array.of(9), { timeoutMs: TIMEOUT_MS });
  assert.deepEqual(await watched.keeper.use(readOne), { kind: "done", value: 9 });
  assert.deepEqual(watched.seen, ["online", "offline", "online"]);
});

Deno.test("LineKeeper keeps a line that was only late or whose work was cancelled", async () => {
  await using watched = new Watched([1], true);
  const { keeper } = watched;
  await watched.until("online");
  assert.deepEqual(await keeper.use(() => fail("late")), { kind: "failed", reason: "timeout" });
  const cancelled = { kind: "failed", reason: "cancelled" };
  assert.deepEqual(await keeper.use(() => fail("cancelled")), cancelled);
  assert.equal(keeper.condition, "online");
  assert.equal(watched.socket.opened, 1);
});

Deno.test("LineKeeper gives way to the first work before it starts the next", async () => {
  await using watched = new Watched([1], true);
  await watched.until("online");
  const stop = new AbortController();
  const steps: string[] = [];
  const first = watched.keeper.use(async (line) => {
    const completion = await readOne(line, stop.signal).finally(() => steps.push("first ended"));
    return completion;
  });
  const second = watched.keeper.use<null, never>(() => {
    steps.push("second began");
    return Promise.resolve({ kind: "done", value: null });
  });
  stop.abort();
  assert.deepEqual(await first, { kind: "failed", reason: "cancelled" });
  assert.deepEqual(await second, { kind: "done", value: null });
  assert.deepEqual(steps, ["first ended", "second began"]);
});

Deno.test("LineKeeper takes a bounded number of works", async () => {
  await using watched = new Watched([1], true);
  await watched.until("online");
  const stop = new AbortController();
  const works = Array.from(
    { length: 17 },
    () => watched.keeper.use((line) => readOne(line, stop.signal)),
  );
  assert.deepEqual(await works[16], { kind: "failed", reason: "busy" });
  stop.abort();
  const reasons = await Promise.all(works.slice(0, 16));
  assert.ok(reasons.every((reason) => reason.kind === "failed" && reason.reason === "cancelled"));
});

Deno.test("LineKeeper passes on what work throws by mistake, and goes on", async () => {
  await using watched = new Watched([1], true);
  await watched.until("online");
  const mistake = watched.keeper.use(() => Promise.reject(new TypeError("a mistake")));
  await assert.rejects(mistake, TypeError);
  assert.equal(watched.keeper.condition, "online");
  const stop = AbortSignal.abort();
  const next = await watched.keeper.use((line) => readOne(line, stop));
  assert.deepEqual(next, { kind: "failed", reason: "cancelled" });
});

Deno.test("LineKeeper pauses longer when a line opens and is gone each time", async () => {
  const watched = new Watched([1, 1_000_000], true);
  await watched.until("online");
  await watched.socket.unplug();
  await watched.keeper.use(readOne);
  watched.socket.plug();
  await watched.until("online");
  await watched.socket.unplug();
  await watched.keeper.use(readOne);
  watched.socket.plug();
  // The pause is a long one now; the end of the keeper ends it.
  await watched[Symbol.asyncDispose]();
  assert.equal(watched.socket.tried, 2);
});

Deno.test("LineKeeper pauses shortly again once a line has done its work", async () => {
  await using watched = new Watched([1, 1_000_000], false);
  for (const value of [1, 2, 3]) {
    const device = watched.socket.plug();
    await watched.until("online");
    await device.write(Uint8Array.of(value), { timeoutMs: TIMEOUT_MS });
    assert.deepEqual(await watched.keeper.use(readOne), { kind: "done", value });
    await watched.socket.unplug();
    assert.deepEqual(await watched.keeper.use(readOne), { kind: "failed", reason: "offline" });
  }
});

Deno.test("LineKeeper ends with its line closed and work on it offline", async () => {
  const watched = new Watched([1], true);
  await watched.until("online");
  const reading = watched.keeper.use(readOne);
  await watched[Symbol.asyncDispose]();
  assert.equal(watched.keeper.condition, "offline");
  assert.equal(watched.socket.tried, 1);
  await watched.socket.unplug();
  assert.deepEqual(await reading, { kind: "failed", reason: "offline" });
});
