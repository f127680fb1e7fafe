import type { JSX } from "preact";
import { problemText } from "../../i18n/problems.ts";
import { ZH } from "../../i18n/zh.ts";
import { Message } from "../../ui/library.ts";
import { LoadingBox } from "../../ui/StateBox.tsx";
import { Tag } from "../../ui/Tag.tsx";
import type { Looked } from "./decision.ts";

const WORDS = ZH.requests;
const TONE = { gain: "good", has: "still", lose: "bad", keeps: "still" } as const;

/** What approving would change. */
export function DiffTable({ looked }: { readonly looked: Looked }): JSX.Element | null {
  const { diff, request } = looked;
  if (diff.kind === "none") return null;
  if (diff.kind === "loading") return <LoadingBox />;
  if (diff.kind === "failed") {
    return <Message type="warning" showIcon role="alert">{problemText(diff.refusal)}</Message>;
  }
  if (diff.changes.length === 0) return <p>{WORDS.nothing}</p>;
  return (
    <section aria-labelledby="diff-title" data-testid="diff">
      <h3 class="panel-title" id="diff-title">{WORDS.diff}</h3>
      <p>
        <bdi>{WORDS.diffLead(request.account.login, request.organisation.name)}</bdi>
      </p>
      <table class="table table-small">
        <thead>
          <tr>
            <th scope="col">{WORDS.diffColumns.permission}</th>
            <th scope="col">{WORDS.diffColumns.change}</th>
          </tr>
        </thead>
        <tbody>
          {diff.changes.map(({ permission, title, change }) => (
            <tr key={permission}>
              <th scope="row">{title}</th>
              <td>
                <Tag tone={TONE[change]}>{WORDS.change[change]}</Tag>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
