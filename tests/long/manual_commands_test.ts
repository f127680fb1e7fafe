/**
 * The manuals, followed from the first page: every block that is marked `run`, in its order; with
 * `TEST_PROGRAM=dist/…/bin/yikatong` by a built release.
 */
import assert from "node:assert/strict";
import { type Block, readManual } from "../manuals/blocks.ts";
import { ScratchMachine } from "../manuals/scratch_machine.ts";

const MANUALS = ["docs/部署手册.md", "docs/运维手册.md"];

/** What a block must say, by a command of its own; the others need only succeed. */
const SAYS: readonly (readonly [RegExp, RegExp])[] = [
  [/yikatong doctor --config/, /结论：/],
  [/\/readyz/, /ready/],
  [/import-terminals/, /0001/],
  [/restore --drill/, /通过/],
  [/ledger trial-balance/, /合计/],
];

Deno.test("the manuals' commands do what the manuals say", async (t) => {
  await using machine = await ScratchMachine.open();
  for (const manual of MANUALS) {
    const { blocks } = await readManual(manual);
    for (const block of blocks) await followBlock(t, machine, block);
  }
});

async function followBlock(t: Deno.TestContext, machine: ScratchMachine, block: Block) {
  const { language, mark, text, place } = block;
  if (language !== "sh") {
    if (mark !== "") await machine.place(block);
    return;
  }
  if (mark !== "run") return;
  await t.step(place, async () => {
    const { code, text: said } = await machine.follow(block);
    assert.equal(code, 0, said);
    for (const [command, words] of SAYS) {
      if (command.test(text)) assert.match(said, words);
    }
  });
}
