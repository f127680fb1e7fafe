import type { JSX } from "preact";
import type { RightsExplanation } from "../../../server/modules/access/rights/contract.ts";
import { ZH } from "../../i18n/zh.ts";
import { Message } from "../../ui/library.ts";
import { Name } from "../../ui/Name.tsx";
import { SelectField } from "../../ui/SelectField.tsx";
import { Tag } from "../../ui/Tag.tsx";
import { GrantChain } from "./GrantChain.tsx";
import type { ExplanationModelInstance } from "./model.ts";
import { whyText } from "./why.ts";

const WORDS = ZH.explanation;

interface ExplanationViewProps {
  readonly flow: ExplanationModelInstance;
  readonly explanation: RightsExplanation;
}

export function ExplanationView({ flow, explanation }: ExplanationViewProps): JSX.Element {
  const { account, organisation, accountTrouble, permissions } = explanation;
  const title = WORDS.subject(account.login, ZH.duty[account.duty], organisation.name);
  return (
    <div class="stack" data-testid="explanation">
      <div class="section-head">
        <h2 class="panel-title">
          <Name>{title}</Name>
        </h2>
        <SelectField
          name="permission"
          label={WORDS.field.permission}
          value={flow.permission.value}
          choices={[
            ["", WORDS.everything],
            ...permissions.map(({ permission, title }) => [permission, title] as const),
          ]}
          onChange={(chosen) => flow.choosePermission(chosen)}
        />
      </div>
      {accountTrouble !== null && (
        <Message type="warning" showIcon role="presentation">
          {WORDS.accountTrouble[accountTrouble]}
        </Message>
      )}
      <Answers explanation={explanation} wanted={flow.permission.value} />
      <GrantChain grants={explanation.grants} />
    </div>
  );
}

function Answers(
  { explanation, wanted }: { readonly explanation: RightsExplanation; readonly wanted: string },
): JSX.Element {
  const rows = explanation.permissions
    .filter(({ permission }) => wanted === "" || permission === wanted)
    .sort((left, right) => Number(right.held) - Number(left.held));
  const { columns } = WORDS;
  return (
    <section class="listing" data-testid="answers">
      <div class="table-frame" tabIndex={0} role="group" aria-label={columns.permission}>
        <table class="table">
          <caption class="unseen">{WORDS.title}</caption>
          <thead>
            <tr>
              <th scope="col">{columns.permission}</th>
              <th scope="col">{columns.can}</th>
              <th scope="col">{columns.why}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.permission} data-permission={row.permission}>
                <th scope="row">{row.title}</th>
                <td>
                  <Tag tone={row.held ? "good" : "still"}>
                    {row.held ? WORDS.can : WORDS.cannot}
                  </Tag>
                </td>
                <td>
                  {whyText(row, explanation).map((text) => (
                    <p key={text}>
                      <Name>{text}</Name>
                    </p>
                  ))}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
