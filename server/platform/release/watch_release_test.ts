import assert from "node:assert/strict";
import { createLog } from "../log.ts";
import type { OwnCheck } from "./own_release.ts";
import { logRelease, watchRelease, type WatchReleaseDeps } from "./watch_release.ts";

const GOOD: OwnCheck = { verification: "enforce", manifest: null, signers: [], troubles: [] };
const BAD: OwnCheck = { ...GOOD, troubles: [{ kind: "no_manifest" }] };
const DAY_MS = 86_400_000;

Deno.test("watchRelease() looks at once, then daily, and tells each time", async () => {
  const seen = watching([GOOD, GOOD, GOOD]);
  await seen.after(3);
  assert.deepEqual(seen.recorded, [GOOD, GOOD, GOOD]);
  assert.deepEqual(seen.pauses.slice(0, 2), [DAY_MS, DAY_MS]);
  await seen.watch[Symbol.asyncDispose]();
});

Deno.test("watchRelease() ends a program whose first look finds what was not released", async () => {
  const seen = watching([BAD]);
  await seen.watch.refused;
  assert.deepEqual(seen.recorded, [BAD]);
  await seen.watch[Symbol.asyncDispose]();
});

Deno.test("watchRelease() only tells where troubles do not count, or come while it serves", async () => {
  const tolerant = watching([{ ...BAD, verification: "warn" }, GOOD]);
  await tolerant.after(2);
  assert.equal(await isSettled(tolerant.watch.refused), false);
  await tolerant.watch[Symbol.asyncDispose]();

  const later = watching([GOOD, BAD, BAD]);
  await later.after(3);
  assert.equal(await isSettled(later.watch.refused), false);
  assert.deepEqual(later.recorded, [GOOD, BAD]);
  await later.watch[Symbol.asyncDispose]();
});

Deno.test("watchRelease() looks twice before it tells of an upgrade that was under way", async () => {
  const seen = watching([GOOD, BAD, GOOD]);
  await seen.after(3);
  assert.deepEqual(seen.recorded, [GOOD, GOOD]);
  assert.deepEqual(seen.pauses.slice(0, 2), [DAY_MS, 120_000]);
  await seen.watch[Symbol.asyncDispose]();
});

Deno.test("watchRelease() takes a first look that failed for no licence to serve", async () => {
  const strict = watching([new Error("broken")]);
  await strict.watch.refused;
  await strict.watch[Symbol.asyncDispose]();
  const tolerant = watching([new Error("broken"), GOOD], "warn");
  await tolerant.after(2);
  assert.equal(await isSettled(tolerant.watch.refused), false);
  assert.match(tolerant.lines[0] ?? "", /"level":"error".*"why":"broken"/);
  await tolerant.watch[Symbol.asyncDispose]();
});

Deno.test("watchRelease() gives up a look that is under way when it is to stop", async () => {
  const lines: string[] = [];
  const watch = watchRelease({
    ...quiet(lines),
    check: (signal) =>
      new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason))),
    record: () => Promise.reject(new Error("Nothing to tell")),
    pause: () => Promise.resolve(),
  });
  await watch[Symbol.asyncDispose]();
  assert.deepEqual(lines, []);
});

Deno.test("logRelease() says what is wrong as loudly as it counts", () => {
  const lines: string[] = [];
  const { log } = quiet(lines);
  logRelease(log, GOOD);
  logRelease(log, { ...BAD, verification: "warn" });
  logRelease(log, BAD);
  const told = lines.map((line) => JSON.parse(line));
  assert.deepEqual(told.map(({ level }) => level), ["info", "warn", "error"]);
  assert.match(told[2].why, /manifest\.json/);
});

/** What a watch finds, one after the other; afterwards it waits. */
function watching(
  finds: readonly (OwnCheck | Error)[],
  verification: OwnCheck["verification"] = "enforce",
) {
  const recorded: OwnCheck[] = [];
  const pauses: number[] = [];
  const lines: string[] = [];
  const looked = finds.map(() => Promise.withResolvers<void>());
  let looks = 0;
  const watch = watchRelease({
    ...quiet(lines),
    verification,
    check: (signal) => {
      const found = finds[looks];
      looked[looks++]?.resolve();
      if (found === undefined) {
        return new Promise((_, reject) =>
          signal.addEventListener("abort", () => reject(signal.reason))
        );
      }
      return found instanceof Error ? Promise.reject(found) : Promise.resolve(found);
    },
    record: (found) => Promise.resolve(void recorded.push(found)),
    pause: (ms) => Promise.resolve(void pauses.push(ms)),
  });
  return {
    watch,
    recorded,
    pauses,
    lines,
    async after(count: number): Promise<void> {
      await looked[count - 1]?.promise;
      // What follows a look is done by the turn after it.
      await new Promise((resolve) => setTimeout(resolve));
    },
  };
}

function quiet(lines: string[]): Pick<WatchReleaseDeps, "log" | "verification"> {
  const write = (line: string) => void lines.push(line);
  return {
    log: createLog({ level: "info", write, now: () => new Date(0) }),
    verification: "enforce",
  };
}

async function isSettled(promise: Promise<void>): Promise<boolean> {
  return await Promise.race([promise.then(() => true), Promise.resolve(false)]);
}
