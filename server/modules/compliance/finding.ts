import type { Verdict } from "./contract.ts";
import { EVIDENCE, type EvidenceId, LATER_SOURCES } from "./evidence_list.ts";
import type { FactName, KnownFacts } from "./facts.ts";

/** What one question to the facts came to, with its reason in Chinese. */
export interface Finding {
  readonly verdict: Verdict;
  readonly reason: string;
  /** Nothing in this pack bears on it. */
  readonly isElsewhere?: true;
}

/** One question of a clause. */
export interface Check {
  readonly source: EvidenceId;
  judge(facts: KnownFacts): Finding;
}

/**
 * Good when nobody is counted; 部分符合 while there are some `of` who are not; of none at all there
 * is nothing to say.
 */
export function none(
  source: EvidenceId,
  { count, of, good, bad, isGrave = false }: {
    readonly count: FactName;
    readonly of?: FactName;
    /** One is enough for 不符合. */
    readonly isGrave?: boolean;
    readonly good: string;
    /** After "3" or "20 中 3": what is wrong with them. */
    readonly bad: string;
  },
): Check {
  return checkOf(source, of ? [count, of] : [count], ([bads = 0, all]) => {
    if (bads === 0 && all === 0) {
      const reason = `没有可核查的对象（${source} ${EVIDENCE[source].title}）`;
      return { verdict: "not_applicable", reason };
    }
    if (bads === 0) return { verdict: "met", reason: good };
    const isPart = !isGrave && all !== undefined && bads < all;
    return {
      verdict: isPart ? "partly" : "unmet",
      reason: all === undefined ? `${bads} ${bad}` : `共 ${all}，其中 ${bads} ${bad}`,
    };
  });
}

/** Good when the count lies within what is wanted. */
export function within(
  source: EvidenceId,
  { count, min, max, what }: {
    readonly count: FactName;
    readonly min?: number;
    readonly max?: number;
    /** Before the figure: "口令最短长度". */
    readonly what: string;
  },
): Check {
  return checkOf(source, [count], ([value = 0]) => {
    const isGood = value >= (min ?? -Infinity) && value <= (max ?? Infinity);
    const wanted = [
      ...(min === undefined ? [] : [`不低于 ${min}`]),
      ...(max === undefined ? [] : [`不高于 ${max}`]),
    ].join("、");
    const reason = `${what} ${value}${isGood ? "" : `，要求${wanted}`}`;
    return { verdict: isGood ? "met" : "unmet", reason };
  });
}

/** Evidence that is there for an assessor to look through; where there is none it says nothing. */
export function shown(source: EvidenceId, count: FactName, what: string): Check {
  return checkOf(
    source,
    [count],
    ([value = 0]) =>
      value > 0
        ? { verdict: "met", reason: `${what} ${value}` }
        : { verdict: "not_applicable", reason: `${what} 0，没有可核查的记录` },
  );
}

/** How the product is made, which evidence goes with but only the assessor's own test can prove. */
export function untested(source: EvidenceId, count: FactName, reason: string): Check {
  return checkOf(source, [count], () => ({ verdict: "partly", reason }));
}

/** Figures an assessor has to hold against what he finds: told as they are, never judged. */
export function counted(
  source: EvidenceId,
  counts: readonly FactName[],
  tell: (values: readonly number[]) => string,
): Check {
  return checkOf(source, counts, (values) => ({ verdict: "partly", reason: tell(values) }));
}

/** What the application cannot show: whoever can is named. */
export function elsewhere(source: EvidenceId, reason: string): Check {
  return { source, judge: () => ({ verdict: "not_applicable", reason, isElsewhere: true }) };
}

/** What the product does not have, said plainly. */
export function lacking(source: EvidenceId, reason: string): Check {
  return { source, judge: () => ({ verdict: "unmet", reason }) };
}

function checkOf(
  source: EvidenceId,
  names: readonly FactName[],
  judge: (values: readonly number[]) => Finding,
): Check {
  return {
    source,
    judge(facts) {
      const values = names.map((name) => facts[name]);
      const known = values.filter((value) => value !== undefined);
      if (known.length === names.length) return judge(known);
      const record = names.map((name) => RECORDS[name]).find((title) => title !== undefined);
      return sourceMissing(source, record);
    },
  };
}

/** What is missing where the evidence itself is there. */
const RECORDS: Readonly<Partial<Record<FactName, string>>> = {
  vulnerabilityScans: "漏洞扫描和修补记录",
  standbys: "异地实时备份和热备的状态",
  backups: "数据库备份记录",
  programFiles: "可信的发布清单",
  hostPorts: "平台主机的监听端口",
  hostClocks: "平台主机的时间同步状态",
  checkedRows: "期内的完整性检查记录",
  brokenRows: "期内的完整性检查记录",
};

function sourceMissing(source: EvidenceId, record: string | undefined): Finding {
  const what = record ?? EVIDENCE[source].title;
  const later = LATER_SOURCES[source];
  const reason = `缺少数据来源（source missing）：${source} ${what}`;
  return { verdict: "unmet", reason: later === undefined ? reason : `${reason}；${later}` };
}
