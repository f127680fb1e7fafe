import assert from "node:assert/strict";
import { TemporaryFolder } from "../tests/temporary_folder.ts";
import { dealOut, writeBatches } from "./test_batches.ts";
import { ROOT } from "./source_files.ts";

Deno.test("dealOut() gives each batch its share of the longest, and loses none", () => {
  const files = Array.from({ length: 81 }, (_, at) => `${at}_test.ts`);
  const batches = dealOut(files);
  assert.deepEqual(batches.map(([first]) => first), files.slice(0, batches.length));
  assert.ok(batches.every(({ length }) => length === 7 || length === 8));
  assert.deepEqual(batches.flat().sort(), files.sort());
  assert.deepEqual(dealOut([]), []);
});

Deno.test("writeBatches() imports the files from wherever they are written to", async () => {
  using folder = new TemporaryFolder();
  const [path = ""] = await writeBatches(["tools/a_test.ts", "tools/b_test.ts"], folder.path);
  assert.ok(path.startsWith(folder.path));
  const text = await Deno.readTextFile(path);
  assert.equal(
    text,
    `import "${ROOT.href}tools/a_test.ts";\nimport "${ROOT.href}tools/b_test.ts";\n`,
  );
});
