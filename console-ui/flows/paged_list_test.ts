import assert from "node:assert/strict";
import { type Answer, refusalOf } from "../api/answer.ts";
import { type Page, pagedList } from "./paged_list.ts";

const PAGES: Readonly<Record<string, Page<string>>> = {
  first: { rows: ["a", "b"], next: "b" },
  b: { rows: ["c", "d"], next: "d" },
  d: { rows: ["e"], next: null },
};

function stored(after: string | null): Promise<Answer<Page<string>>> {
  return Promise.resolve({ ok: true, value: PAGES[after ?? "first"] ?? { rows: [], next: null } });
}

function rowsOf(list: ReturnType<typeof pagedList<string>>): string {
  const state = list.state.value;
  return state.kind === "listed" ? `${state.number}: ${state.page.rows.join("")}` : state.kind;
}

Deno.test("pagedList() goes forth and back by where the pages began", async () => {
  const list = pagedList(stored);
  assert.equal(rowsOf(list), "loading");
  await list.reload();
  const seen = [rowsOf(list)];
  for (
    const turn of ["next", "next", "next", "previous", "refresh", "previous", "previous"] as const
  ) {
    await list[turn]();
    seen.push(rowsOf(list));
  }
  assert.deepEqual(seen, ["1: ab", "2: cd", "3: e", "3: e", "2: cd", "2: cd", "1: ab", "1: ab"]);
});

Deno.test("pagedList() keeps the rows when a page cannot be had", async () => {
  let isDown = false;
  const down = { ok: false, refusal: refusalOf("console.no_answer") } as const;
  const list = pagedList((after) => isDown ? Promise.resolve(down) : stored(after));
  await list.reload();
  isDown = true;
  await list.next();
  const state = list.state.value;
  assert.ok(state.kind === "listed" && state.refusal?.code === "console.no_answer" && !state.busy);
  assert.equal(rowsOf(list), "1: ab");
  isDown = false;
  await list.next();
  assert.equal(rowsOf(list), "2: cd");
});

Deno.test("pagedList() says why there is nothing when the first page fails", async () => {
  const refusal = refusalOf("access.forbidden");
  const list = pagedList<string>(() => Promise.resolve({ ok: false, refusal }));
  await list.reload();
  assert.deepEqual(list.state.value, { kind: "failed", refusal });
});

Deno.test("pagedList() drops an answer that comes after a later question", async () => {
  const waiting: ((page: Page<string>) => void)[] = [];
  const list = pagedList<string>(() =>
    new Promise((resolve) => waiting.push((value) => resolve({ ok: true, value })))
  );
  const old = list.reload();
  const fresh = list.reload();
  waiting[1]?.({ rows: ["new"], next: null });
  await fresh;
  waiting[0]?.({ rows: ["old"], next: null });
  await old;
  assert.equal(rowsOf(list), "1: new");
});
