import assert from "node:assert/strict";
import { readArguments, readOptions, UsageError } from "./command.ts";

const COMMAND = {
  help: "",
  filesMax: 2,
  options: { key: { type: "string" }, force: { type: "boolean" } },
} as const;

Deno.test("readArguments() takes files among options, - for standard input, anything behind --", () => {
  assert.deepEqual(readArguments(["a", "--key", "k", "-"], COMMAND)?.files, ["a", "-"]);
  assert.deepEqual(readArguments(["--force", "--", "--key"], COMMAND)?.files, ["--key"]);
  assert.deepEqual(readArguments(["a", "help"], COMMAND)?.files, ["a", "help"]);
  assert.equal(readArguments(["--key=-x"], COMMAND)?.values.key, "-x");
});

Deno.test("readArguments() names what is wrong in the operator's language", () => {
  const cases: [string[], string][] = [
    [["--kye", "k"], '没有选项 "--kye"。加 --help 看说明。'],
    [["-k"], '没有选项 "-k"。加 --help 看说明。'],
    [["--key"], '选项 "--key" 缺少值。加 --help 看说明。'],
    [["--key", "--force"], '选项 "--key" 缺少值。加 --help 看说明。'],
    [["--force=yes"], '选项 "--force" 不带值。加 --help 看说明。'],
    [["--key", "a", "--force", "--key=b"], '选项 "--key" 写了两次。加 --help 看说明。'],
    [["a", "b", "c"], '多余的参数 "c"。加 --help 看说明。'],
  ];
  for (const [args, message] of cases) {
    assert.throws(() => readArguments(args, COMMAND), new UsageError(message), args.join(" "));
  }
});

Deno.test("readOptions() takes no files", () => {
  const { help, options } = COMMAND;
  assert.throws(() => readOptions(["a"], { help, options }), { message: /^多余的参数 "a"/ });
});
