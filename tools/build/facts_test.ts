import assert from "node:assert/strict";
import { TemporaryFolder } from "../../tests/temporary_folder.ts";
import { sourceFacts } from "./facts.ts";
import { runTool } from "./run_tool.ts";

const WHO = ["-c", "user.name=Tester", "-c", "user.email=tester@example.com"];
const DATE = "2026-11-20T08:00:00Z";

function git(cwd: string, ...args: string[]): Promise<string> {
  const env = { GIT_COMMITTER_DATE: DATE, GIT_AUTHOR_DATE: DATE, GIT_CONFIG_GLOBAL: "/dev/null" };
  return runTool(["git", ...WHO, ...args], { cwd, env });
}

async function commitIn(folder: string, text: string): Promise<void> {
  await Deno.writeTextFile(`${folder}/file`, text);
  await git(folder, "add", "file");
  await git(folder, "commit", "--quiet", `--message=${text}`);
}

Deno.test("sourceFacts() counts and dates commits, and marks every change to their files", async () => {
  using folder = new TemporaryFolder();
  const tree = folder.file("a tree: 一卡通");
  await Deno.mkdir(tree);
  await git(tree, "init", "--quiet");
  await commitIn(tree, "one");
  await commitIn(tree, "two");
  const facts = await sourceFacts(tree);
  assert.match(facts.commit, /^[0-9a-f]{40}$/);
  assert.deepEqual([facts.counter, facts.created], [2, new Date(DATE)]);

  // Who hides new files from himself does not hide them from the release.
  await git(tree, "config", "status.showUntrackedFiles", "no");
  await Deno.writeTextFile(`${tree}/another`, "");
  assert.equal((await sourceFacts(tree)).commit, `${facts.commit}-changed`);
  await Deno.remove(`${tree}/another`);
  await Deno.writeTextFile(`${tree}/file`, "three");
  assert.equal((await sourceFacts(tree)).commit, `${facts.commit}-changed`);
});

Deno.test("sourceFacts() refuses a tree that does not have all commits, and one that has none", async () => {
  using folder = new TemporaryFolder();
  const tree = folder.file("tree");
  await Deno.mkdir(tree);
  await assert.rejects(sourceFacts(tree), { name: "BuildError", message: /not a git repository/ });
  await git(tree, "init", "--quiet");
  await commitIn(tree, "one");
  await commitIn(tree, "two");
  await git(folder.path, "clone", "--quiet", "--depth=1", `file://${tree}`, "shallow");
  await assert.rejects(sourceFacts(folder.file("shallow")), {
    name: "BuildError",
    message: /git fetch --unshallow/,
  });
});

Deno.test("runTool() says what is not installed, and what was ended", async () => {
  await assert.rejects(runTool(["no-such-program"], { cwd: "/" }), {
    name: "BuildError",
    message: 'Cannot start "no-such-program": expected it to be installed',
  });
  await assert.rejects(runTool(["sh", "-c", "kill -TERM $$"], { cwd: "/" }), {
    name: "BuildError",
    message: /ended by SIGTERM/,
  });
});
