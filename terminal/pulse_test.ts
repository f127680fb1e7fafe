import assert from "node:assert/strict";
import { SILENT_LOG } from "../server/platform/log.ts";
import type { Connection } from "./contract.ts";
import { PlatformClient, type PlatformLine } from "./platform_client.ts";
import { watchPulse } from "./pulse.ts";

Deno.test("a pulse that is not answered tells that the line is gone, and its return that it is back", async () => {
  await using rig = openRig();
  await rig.told("connected");
  rig.line.isThere = false;
  await rig.told("unreachable");
  rig.line.isThere = true;
  await rig.told("connected");
});

Deno.test("what was in flight is caught up with before the screen hears of the line", async () => {
  const order: string[] = [];
  const begun = Promise.withResolvers<void>();
  const caughtUp = Promise.withResolvers<void>();
  await using rig = openRig(async () => {
    order.push("catching up");
    begun.resolve();
    await caughtUp.promise;
    order.push("caught up");
  });
  await begun.promise;
  assert.ok(!rig.heard.includes("connected"));
  caughtUp.resolve();
  await rig.told("connected");
  assert.deepEqual(order, ["catching up", "caught up"]);
});

Deno.test("a line that goes while it is caught up with is not told as back", async () => {
  const begun = Promise.withResolvers<void>();
  const end = Promise.withResolvers<void>();
  await using rig = openRig(() => {
    begun.resolve();
    return end.promise;
  });
  await begun.promise;
  rig.line.isThere = false;
  await rig.told("unreachable");
  end.resolve();
  await end.promise;
  assert.ok(!rig.heard.includes("connected"));
});

/** The pulse asks whenever the terminal would rest; no time passes. */
function openRig(catchUp: () => Promise<void> = () => Promise.resolve()) {
  const heard: Connection[] = [];
  const line: PlatformLine & { isThere: boolean } = {
    isThere: true,
    send() {
      if (line.isThere) return Promise.resolve({ status: 204, body: new Uint8Array(0) });
      return Promise.reject(new Error("cable pulled"));
    },
  };
  const breath = () => new Promise<void>((resolve) => setTimeout(resolve));
  const client = new PlatformClient({
    options: { kind: "line", line },
    pause: breath,
    log: SILENT_LOG,
    tell: (connection) => heard.push(connection),
    catchUp,
  });
  const stop = new AbortController();
  const silent = {
    call: client.call.bind(client),
    /** As if two seconds had passed since. */
    get silentMs() {
      return 2_000;
    },
  };
  const watching = watchPulse({ client: silent, pause: breath }, stop.signal);
  return {
    heard,
    line,
    async told(connection: Connection) {
      while (heard.at(-1) !== connection) await breath();
    },
    async [Symbol.asyncDispose]() {
      stop.abort();
      client.close();
      await watching;
    },
  };
}
