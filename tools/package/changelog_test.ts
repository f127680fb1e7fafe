import assert from "node:assert/strict";
import project from "../../deno.json" with { type: "json" };
import { debianChangelog, readChangelog, rpmChangelog } from "./changelog.ts";
import { readDeploy } from "./deploy_files.ts";

const NOTES = readChangelog(`
[[release]]
version = "1.3.0-rc1"
at = "2026-11-24T00:30:00+08:00"
changes = ["退费先问医保", "${"长".repeat(80)}"]

[[release]]
version = "1.2.0"
at = "2026-10-05T09:00:00+08:00"
changes = ["第一版"]
`);

Deno.test("debianChangelog() is in Beijing's time, and breaks long lines", () => {
  assert.equal(
    debianChangelog("yikatong-server", NOTES, "A <a@example.org>"),
    `yikatong-server (1.3.0~rc1) stable; urgency=medium

  * 退费先问医保
  * ${"长".repeat(72)}
    ${"长".repeat(8)}

 -- A <a@example.org>  Tue, 24 Nov 2026 00:30:00 +0800

yikatong-server (1.2.0) stable; urgency=medium

  * 第一版

 -- A <a@example.org>  Mon, 05 Oct 2026 09:00:00 +0800
`,
  );
});

Deno.test("rpmChangelog() says the same in rpm's words", () => {
  const [first] = rpmChangelog(NOTES, "A <a@example.org>").split("\n");
  assert.equal(first, "* Tue Nov 24 2026 A <a@example.org> - 1.3.0~rc1-1");
});

Deno.test("changelog.toml begins with this version", async () => {
  const [latest] = readChangelog(await readDeploy("common/changelog.toml"));
  assert.equal(latest?.version, project.version);
});
