import type { JSX } from "preact";
import type { PackView } from "../../../server/modules/compliance/contract.ts";
import { ZH } from "../../i18n/zh.ts";
import { Tag } from "../../ui/Tag.tsx";

const WORDS = ZH.packs;

const VERDICTS = [
  ["met", "good"],
  ["partly", "wait"],
  ["unmet", "bad"],
  ["notApplicable", "still"],
] as const;

/** How many clauses came out how. */
export function PackVerdicts({ verdicts }: Pick<PackView, "verdicts">): JSX.Element | null {
  if (verdicts === null) return null;
  return (
    <ul class="tags">
      {VERDICTS.map(([name, tone]) => (
        <li key={name}>
          <Tag tone={tone}>{WORDS.verdictCount(WORDS.verdict[name], verdicts[name])}</Tag>
        </li>
      ))}
    </ul>
  );
}
