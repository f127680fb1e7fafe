import assert from "node:assert/strict";
import { judgeClause, verdictOf } from "./clause.ts";
import { CLAUSES } from "./clauses.ts";
import type { Verdict } from "./contract.ts";
import { EVIDENCE, isEvidenceId } from "./evidence_list.ts";
import { none, shown, untested, within } from "./finding.ts";

const all = CLAUSES.mlps3;
const withFactor = all.find(({ id }) => id === "L3-CES1-04");

Deno.test("the profile of level 3 answers every unit of 8.1.4 and every clause of 8.1.5 (R-SEC-02)", () => {
  const units = all.map(({ id }) => id).filter((id) => id.startsWith("L3-"));
  // GB/T 28448-2019 has no unit 16.
  const wanted = Array.from({ length: 35 }, (_, at) => at + 1).filter((number) => number !== 16)
    .map((number) => `L3-CES1-${String(number).padStart(2, "0")}`);
  assert.deepEqual(units, wanted);
  const centre = all.map(({ number }) => number).filter((number) => number.startsWith("8.1.5."));
  assert.equal(centre.length, 12);
  assert.equal(new Set(all.map(({ id }) => id)).size, all.length);
});

Deno.test("every clause names evidence of the list, and every evidence serves a clause", () => {
  const named = new Set(all.flatMap(({ checks }) => checks.map(({ source }) => source)));
  assert.deepEqual(
    [...named].sort(),
    Object.keys(EVIDENCE).filter(isEvidenceId).sort(),
  );
  for (const { id, checks, reproduce } of all) {
    assert.ok(checks.length > 0 && reproduce !== "", id);
  }
});

Deno.test("without data no clause is met, and the reason names the missing source", () => {
  for (const clause of all) {
    const { verdict, findings } = judgeClause(clause, {});
    assert.ok(verdict === "unmet" || verdict === "not_applicable", clause.id);
    for (const { verdict, reason, source } of findings) {
      if (verdict !== "unmet" || reason.includes("没有") || reason.includes("不能")) continue;
      assert.match(reason, new RegExp(`缺少数据来源（source missing）：${source}`));
    }
  }
});

Deno.test("a clause follows the data: all, some, none have a second factor (R-SEC-07)", () => {
  assert.ok(withFactor);
  const verdicts = [0, 3, 20].map((administratorsWithoutFactor) =>
    judgeClause(withFactor, { administrators: 20, administratorsWithoutFactor, factorDuties: 3 })
  );
  assert.deepEqual(verdicts.map(({ verdict }) => verdict), ["met", "partly", "partly"]);
  assert.equal(verdicts[1]?.findings[0]?.reason, "共 20，其中 3 名管理员没有第二因素");
  assert.equal(verdicts[2]?.findings[0]?.verdict, "unmet");
});

Deno.test("a grave fault is not partly met, and nothing to judge is not met", () => {
  const check = none("E-05", {
    count: "brokenLinks",
    of: "links",
    isGrave: true,
    good: "good",
    bad: "断点",
  });
  assert.equal(check.judge({ links: 100, brokenLinks: 1 }).verdict, "unmet");
  assert.equal(check.judge({ links: 100, brokenLinks: 0 }).verdict, "met");
  assert.equal(check.judge({ links: 0, brokenLinks: 0 }).verdict, "not_applicable");
  assert.equal(check.judge({ links: 0, brokenLinks: 1 }).verdict, "unmet");
});

Deno.test("within() takes the bounds for good, and says what was wanted beyond them", () => {
  const check = within("E-03", { count: "passwordLengthMin", min: 8, max: 64, what: "长度" });
  const judged = [7, 8, 64, 65].map((passwordLengthMin) => check.judge({ passwordLengthMin }));
  assert.deepEqual(judged.map(({ verdict }) => verdict), ["unmet", "met", "met", "unmet"]);
  assert.equal(judged[0]?.reason, "长度 7，要求不低于 8、不高于 64");
});

Deno.test("verdictOf() of every mixture", () => {
  const cases: [Verdict[], Verdict][] = [
    [[], "not_applicable"],
    [["not_applicable"], "not_applicable"],
    [["met", "not_applicable"], "met"],
    [["unmet", "not_applicable"], "unmet"],
    [["met", "unmet"], "partly"],
    [["partly", "partly"], "partly"],
    [["met", "partly"], "partly"],
    [["unmet", "partly"], "partly"],
  ];
  for (const [verdicts, wanted] of cases) {
    const findings = verdicts.map((verdict) => ({ verdict, reason: "" }));
    assert.equal(verdictOf(findings), wanted, verdicts.join());
  }
});

Deno.test("shown() says nothing of what is not there, untested() is never more than partly met", () => {
  const events = shown("E-17", "alarms", "告警");
  assert.deepEqual([0, 3].map((alarms) => events.judge({ alarms }).verdict), [
    "not_applicable",
    "met",
  ]);
  const claim = untested("E-17", "alarms", "须实测");
  assert.equal(claim.judge({ alarms: 3 }).verdict, "partly");
  assert.equal(claim.judge({}).verdict, "unmet");
});
