import assert from "node:assert/strict";
import { SILENT_LOG } from "../../server/platform/log.ts";
import { TemporaryFolder } from "../../tests/temporary_folder.ts";
import type { Connection, DeviceState } from "../contract.ts";
import { proveRelease } from "./prove_release.ts";

Deno.test("proveRelease() asks to stay once devices, line and screens are there, and once", async () => {
  using folder = new TemporaryFolder();
  const scene = { scanner: "offline" as DeviceState, connection: "connecting" as Connection };
  let isServing = false;
  const asked = () => Deno.readTextFile(folder.file("request.json")).catch(() => null);
  await Deno.writeTextFile(folder.file("probation"), "1.3.0 1999999999\n");
  const steps = [
    () => void (scene.scanner = "online"),
    () => void (scene.connection = "connected"),
    async () => {
      assert.equal(await asked(), null);
      isServing = true;
    },
    async () => {
      assert.match(await asked() ?? "", /"act":"commit".*"version":"1\.3\.0"/);
      await Deno.remove(folder.file("request.json"));
    },
    async () => assert.equal(await asked(), null),
  ];
  await prove(folder, {
    steps,
    offlineBefore: [],
    isServing: () => Promise.resolve(isServing),
    scene,
  });
});

Deno.test("proveRelease() forgives what was offline before, and asks nothing off probation", async () => {
  using folder = new TemporaryFolder();
  const scene = { scanner: "offline" as DeviceState, connection: "connected" as Connection };
  const isServing = () => Promise.resolve(true);
  await prove(folder, { steps: [], offlineBefore: ["scanner"], isServing, scene });
  assert.deepEqual(await Array.fromAsync(Deno.readDir(folder.path)), []);
  await Deno.writeTextFile(folder.file("probation"), "1.3.0 1999999999\n");
  await prove(folder, { steps: [], offlineBefore: ["scanner"], isServing, scene });
  assert.ok(await Deno.stat(folder.file("request.json")));
});

async function prove(folder: TemporaryFolder, { steps, offlineBefore, isServing, scene }: {
  readonly steps: (() => void | Promise<void>)[];
  readonly offlineBefore: readonly string[];
  readonly isServing: () => Promise<boolean>;
  readonly scene: { scanner: DeviceState; connection: Connection };
}): Promise<void> {
  const stop = new AbortController();
  const left = [...steps];
  const proving = proveRelease({
    releases: folder.path,
    requests: folder.path,
    version: "1.3.0",
    offlineBefore: new Set(offlineBefore),
    supervisor: {
      get statuses() {
        return [{ device: "scanner" as const, state: scene.scanner, mediaPresent: false }];
      },
    },
    client: {
      get connection() {
        return scene.connection;
      },
    },
    isServing,
    async pause() {
      const step = left.shift();
      if (step) await step();
      else stop.abort();
    },
    note: () => {},
    log: SILENT_LOG,
  }, stop.signal);
  // Off probation it waits for the end.
  const probation = await Deno.stat(folder.file("probation")).catch(() => null);
  if (!probation) stop.abort();
  await proving;
}
