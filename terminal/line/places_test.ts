import assert from "node:assert/strict";
import { Places } from "./places.ts";

Deno.test("Places lets so many in, the others in order, and forgets who gave up", async () => {
  const places = new Places(2);
  const signal = new AbortController().signal;
  const [first, second] = [await places.take(signal), await places.take(signal)];
  const impatient = new AbortController();
  const given = places.take(impatient.signal);
  const entered: string[] = [];
  const third = places.take(signal).then((place) => (entered.push("third"), place));
  const fourth = places.take(signal).then((place) => (entered.push("fourth"), place));
  impatient.abort(new Error("no patience"));
  await assert.rejects(given, /no patience/);
  assert.deepEqual(entered, []);
  first[Symbol.dispose]();
  second[Symbol.dispose]();
  for (const place of await Promise.all([third, fourth])) place[Symbol.dispose]();
  assert.deepEqual(entered, ["third", "fourth"]);
  await Promise.all([places.take(signal), places.take(signal)]);
});
