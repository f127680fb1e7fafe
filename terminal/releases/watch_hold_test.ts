import assert from "node:assert/strict";
import { SYSTEM_CLOCK } from "../../server/platform/clock.ts";
import { SILENT_LOG } from "../../server/platform/log.ts";
import { TemporaryFolder } from "../../tests/temporary_folder.ts";
import type { DeviceStatus } from "../contract.ts";
import type { OrderProgress } from "../journal.ts";
import { readWords } from "./layout.ts";
import { type HoldDeps, watchHold } from "./watch_hold.ts";

const IN_A_MINUTE = Math.floor(Date.now() / 1_000) + 60;

Deno.test("watchHold() closes when the patient is gone and the order is done, and says so", async () => {
  using folder = new TemporaryFolder();
  const scene = sceneIn(folder);
  scene.isHeld = true;
  scene.orders = ["following"];
  scene.card = true;
  await scene.hold("a1", IN_A_MINUTE);
  await scene.run([
    () => assert.deepEqual(scene.closings, []),
    () => void (scene.isHeld = false),
    () => void (scene.orders = ["attention"]),
    () => assert.deepEqual(scene.closings, []),
    () => void (scene.card = false),
    async () => {
      assert.deepEqual(scene.closings, [true]);
      assert.deepEqual(await scene.drained(), ["a1", "scanner"]);
    },
  ]);
});

Deno.test("watchHold() opens again when the hold is gone, over, or another one", async () => {
  using folder = new TemporaryFolder();
  const scene = sceneIn(folder);
  await scene.hold("a1", IN_A_MINUTE);
  await scene.run([
    () => scene.hold("b2", IN_A_MINUTE),
    async () => {
      assert.deepEqual(scene.closings, [true, false, true]);
      assert.equal((await scene.drained())?.[0], "b2");
      await scene.hold("b2", 1);
    },
    async () => {
      assert.deepEqual(scene.closings, [true, false, true, false]);
      assert.equal(await scene.drained(), null);
    },
  ]);
});

Deno.test("watchHold() forgets what it said before it was started anew", async () => {
  using folder = new TemporaryFolder();
  const scene = sceneIn(folder);
  await Deno.writeTextFile(`${folder.path}/drained`, "a1\n");
  await scene.run([async () => assert.equal(await scene.drained(), null)]);
  assert.deepEqual(scene.closings, []);
});

function sceneIn({ path }: TemporaryFolder) {
  const stop = new AbortController();
  const steps: (() => void | Promise<void>)[] = [];
  const scene = {
    isHeld: false,
    card: false,
    orders: [] as OrderProgress[],
    closings: [] as boolean[],
    hold: (id: string, until: number) => Deno.writeTextFile(`${path}/hold`, `${id} ${until}\n`),
    drained: () => readWords(`${path}/drained`),
    /** One step after each look. */
    async run(of: readonly (() => void | Promise<void>)[]) {
      steps.push(...of);
      await watchHold(deps, stop.signal);
    },
  };
  const deps: HoldDeps = {
    releases: path,
    requests: path,
    session: {
      get isHeld() {
        return scene.isHeld;
      },
    },
    journal: { openOrders: () => scene.orders.map((progress) => ({ progress })) },
    supervisor: {
      get statuses(): readonly DeviceStatus[] {
        return [
          { device: "card_reader", state: "online", mediaPresent: scene.card },
          { device: "scanner", state: "offline", mediaPresent: false },
        ];
      },
    },
    settings: { close: (isClosed) => void scene.closings.push(isClosed) },
    clock: SYSTEM_CLOCK,
    async pause() {
      const step = steps.shift();
      if (step) await step();
      else stop.abort();
    },
    log: SILENT_LOG,
  };
  return scene;
}
