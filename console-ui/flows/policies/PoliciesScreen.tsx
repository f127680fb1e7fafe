import type { JSX } from "preact";
import type { PolicyView } from "../../../server/modules/access/policy/contract.ts";
import { momentText } from "../../i18n/format.ts";
import { ZH } from "../../i18n/zh.ts";
import { LoadedBox } from "../../ui/LoadedBox.tsx";
import { Message } from "../../ui/library.ts";
import { Page } from "../../ui/Page.tsx";
import { Views } from "../../ui/Views.tsx";
import type { PoliciesModelInstance } from "./model.ts";
import { PolicyForm } from "./PolicyForm.tsx";
import { PolicyReview } from "./PolicyReview.tsx";

const WORDS = ZH.policies;
const KINDS = ["person", "program"] as const;

export function PoliciesScreen({ flow }: { readonly flow: PoliciesModelInstance }): JSX.Element {
  const kind = flow.kind.value;
  const review = flow.review.value;
  return (
    <Page title={WORDS.title} lead={WORDS.lead} testId="policies">
      <Views
        label={WORDS.kindsLabel}
        current={kind}
        views={KINDS.map((name) => ({
          name,
          title: WORDS.kinds[name],
          to: { section: "policies", id: name },
        }))}
      />
      <LoadedBox of={flow.policies}>
        {(policies) => {
          const view = policies.find((each) => each.kind === kind);
          return view && <Policy flow={flow} view={view} />;
        }}
      </LoadedBox>
      {review && <PolicyReview flow={flow} review={review} />}
    </Page>
  );
}

interface PolicyProps {
  readonly flow: PoliciesModelInstance;
  readonly view: PolicyView;
}

/** The key begins the form anew when another version is shown. */
function Policy({ flow, view }: PolicyProps): JSX.Element {
  const { kind, version, changedAt, changedBy, broken } = view;
  return (
    <>
      {broken && <Message type="error" showIcon data-testid="policy-broken">{WORDS.broken}
      </Message>}
      <p class="list-lead soft">
        {changedAt === null
          ? WORDS.defaults
          : WORDS.changed(momentText(changedAt), changedBy ?? "")}
      </p>
      <PolicyForm key={`${kind} ${version}`} flow={flow} view={view} />
    </>
  );
}
