import type { ChainView } from "../../../server/modules/audit/archive/contract.ts";
import { momentText } from "../../i18n/format.ts";
import { ZH } from "../../i18n/zh.ts";
import type { Fact } from "../../ui/Facts.tsx";
import { Tag } from "../../ui/Tag.tsx";

const WORDS = ZH.chain.verification;

/** What the platform's own daily check said last, and where it found the chain broken. */
export function lastVerificationFacts(last: ChainView["lastVerification"]): Fact[] {
  if (!last) return [[WORDS.title, <Tag key="tag" tone="wait">{WORDS.none}</Tag>]];
  const isIntact = last.verdict === "intact";
  return [
    [
      WORDS.title,
      <Tag key="tag" tone={isIntact ? "good" : "bad"}>
        {isIntact ? WORDS.intact : WORDS.notIntact}
      </Tag>,
    ],
    [WORDS.at, momentText(last.at)],
    ...(last.broken === null ? [] : [[WORDS.broken, last.broken] satisfies Fact]),
  ];
}
