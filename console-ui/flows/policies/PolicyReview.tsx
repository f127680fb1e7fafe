import type { JSX } from "preact";
import { ZH } from "../../i18n/zh.ts";
import { Dialog } from "../../ui/Dialog.tsx";
import { Button } from "../../ui/library.ts";
import { Name } from "../../ui/Name.tsx";
import { RefusalNote } from "../../ui/RefusalNote.tsx";
import type { PoliciesModelInstance, Review } from "./model.ts";

const WORDS = ZH.policies;

interface PolicyReviewProps {
  readonly flow: PoliciesModelInstance;
  readonly review: Review;
}

/** Before and after, so that nobody saves a slip of the hand. */
export function PolicyReview({ flow, review: { changes } }: PolicyReviewProps): JSX.Element {
  return (
    <Dialog
      title={WORDS.reviewTitle}
      size="sm"
      testId="policy-review"
      onClose={() => flow.back()}
    >
      <div class="form">
        <p>{WORDS.reviewLead(WORDS.kinds[flow.kind.value])}</p>
        <RefusalNote refusal={flow.sending.refusal.value} />
        <table class="table" data-testid="policy-changes">
          <thead>
            <tr>
              <th scope="col">{WORDS.columns.field}</th>
              <th scope="col">{WORDS.columns.before}</th>
              <th scope="col">{WORDS.columns.after}</th>
            </tr>
          </thead>
          <tbody>
            {changes.map(({ name, before, after }) => (
              <tr key={name}>
                <th scope="row">{WORDS.field[name]}</th>
                <td class="was">
                  <Name>{before}</Name>
                </td>
                <td class="is">
                  <Name>{after}</Name>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
        <div class="dialog-actions">
          <Button onClick={() => flow.back()} data-testid="review-back">{WORDS.back}</Button>
          <Button
            appearance="primary"
            loading={flow.sending.busy.value}
            onClick={() => void flow.save()}
            data-testid="save-policy"
          >
            {WORDS.save}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
