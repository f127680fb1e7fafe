import assert from "node:assert/strict";
import { ROOT } from "../source_files.ts";
import { refusedOptions } from "./kernel.ts";
import { isProven, proofTable, readChecks } from "./proof_table.ts";
import { readCheck } from "./run_checks.ts";

Deno.test("readCheck() reads what checks.sh says, also over a serial console", () => {
  assert.deepEqual(readCheck("ok 12 starts\r"), { went: true, seconds: 12, what: "starts" });
  assert.deepEqual(readCheck("FAILED 3 a card is read"), {
    went: false,
    seconds: 3,
    what: "a card is read",
  });
  assert.equal(readCheck("正常  自检 SM3"), null);
  assert.equal(readCheck("ok then"), null);
});

Deno.test("a run that ended early, or failed, has proven nothing", () => {
  const [starts, pays] = ["starts", "pays"];
  const ok = (what: string) => ({ went: true, seconds: 2, what });
  const failed = { went: false, seconds: 9, what: pays };
  const runs = [
    { about: "a53", results: [ok(starts), ok(pays)] },
    { about: "a72", results: [ok(starts)] },
    { about: "n1", results: [ok(starts), failed] },
  ];
  assert.deepEqual(runs.map((run) => isProven(run, [starts, pays])), [true, false, false]);
  assert.equal(
    proofTable(runs, [starts, pays]),
    [
      "|  | a53 | a72 | n1 |",
      "| --- | --- | --- | --- |",
      "| starts | 2 s | 2 s | 2 s |",
      "| pays | 2 s | not run | **failed** |",
    ].join("\n"),
  );
});

Deno.test("the checks that both proofs make are those that the issue asks for", async () => {
  const checks = (await readChecks("hardware")).join("\n");
  const all = [/^starts$/m, /known answers of libcrypto/, /database.* hardware devices/, /paid/];
  for (const wanted of all) {
    assert.match(checks, wanted);
  }
});

Deno.test("the scripts of the proofs are scripts of any shell", async () => {
  for (const name of ["checks.sh", "machine_init.sh", "stand_in_compiler.sh"]) {
    const { success, stderr } = await new Deno.Command("sh", {
      args: ["-n", new URL(`tools/arm64/${name}`, ROOT).pathname],
    }).output();
    assert.ok(success, new TextDecoder().decode(stderr));
  }
});

Deno.test("refusedOptions() names what a kernel's configuration did not take", () => {
  const wanted = "# why\nCONFIG_A=y\nCONFIG_B=4\n# CONFIG_C is not set\n# CONFIG_D is not set\n";
  assert.deepEqual(refusedOptions(wanted, "CONFIG_A=y\nCONFIG_B=4\n"), []);
  assert.deepEqual(refusedOptions(wanted, "CONFIG_B=2\nCONFIG_C=y\n"), [
    "CONFIG_A=y",
    "CONFIG_B=4",
    "no CONFIG_C",
  ]);
});
