import type { JSX } from "preact";
import type { PackView } from "../../../server/modules/compliance/contract.ts";
import { ZH } from "../../i18n/zh.ts";
import { Link } from "../../ui/Link.tsx";
import { Tag } from "../../ui/Tag.tsx";

const WORDS = ZH.packs;

const VERDICTS = [
  ["met", "good"],
  ["partly", "wait"],
  ["unmet", "bad"],
  ["notApplicable", "still"],
] as const;

/** How many clauses came out how, and the way to each of them. */
export function PackVerdicts({ pack }: { readonly pack: PackView }): JSX.Element | null {
  const { id, verdicts, from, to } = pack;
  if (verdicts === null) return null;
  return (
    <div class="cell-stack">
      <ul class="tags">
        {VERDICTS.map(([name, tone]) => (
          <li key={name}>
            <Tag tone={tone}>{WORDS.verdictCount(WORDS.verdict[name], verdicts[name])}</Tag>
          </li>
        ))}
      </ul>
      <Link
        to={{ section: "evidence-packs", id }}
        label={WORDS.clausesOf(WORDS.span(from, to))}
        testId="show-clauses"
      >
        {WORDS.clauses}
      </Link>
    </div>
  );
}
