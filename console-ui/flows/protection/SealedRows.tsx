import type { JSX } from "preact";
import type { SealsReply } from "../../../server/protection/contract.ts";
import { countText } from "../../i18n/count.ts";
import { ZH } from "../../i18n/zh.ts";
import { Facts } from "../../ui/Facts.tsx";
import { Tag } from "../../ui/Tag.tsx";

const WORDS = ZH.protection;

/** Under which versions of the keys personal data lies. */
export function SealedRows({ seals }: { readonly seals: SealsReply }): JSX.Element {
  const { newestVersion, older } = seals;
  return (
    <div class="upkeep">
      <Facts
        facts={[
          [WORDS.newest, WORDS.version(newestVersion)],
          [
            WORDS.older,
            older.length === 0
              ? <Tag key="tag" tone="good">{WORDS.noOlder}</Tag>
              : (
                <ul key="tables">
                  {older.map(({ table, rows }) => (
                    <li key={table}>
                      <code>{table}</code> {WORDS.rowCount(countText(rows))}
                    </li>
                  ))}
                </ul>
              ),
          ],
        ]}
      />
    </div>
  );
}
