import type { JSX } from "preact";
import type { RightsExplanation } from "../../../server/modules/access/rights/contract.ts";
import { momentText } from "../../i18n/format.ts";
import { ZH } from "../../i18n/zh.ts";
import { Name } from "../../ui/Name.tsx";
import { NothingBox } from "../../ui/StateBox.tsx";
import { Tag } from "../../ui/Tag.tsx";

const WORDS = ZH.explanation;

type Grants = RightsExplanation["grants"];

/** Who asked for what, who approved it, and whether it counts at this node. */
export function GrantChain({ grants }: { readonly grants: Grants }): JSX.Element {
  const { chainColumns: columns } = WORDS;
  return (
    <section aria-labelledby="chain-title" data-testid="chain">
      <h2 class="panel-title" id="chain-title">{WORDS.chain}</h2>
      {grants.length === 0
        ? <NothingBox title={WORDS.noGrants} testId="no-grants" />
        : (
          <div class="listing">
            <div class="table-frame" tabIndex={0} role="group" aria-labelledby="chain-title">
              <table class="table">
                <thead>
                  <tr>
                    <th scope="col">{columns.role}</th>
                    <th scope="col">{columns.place}</th>
                    <th scope="col">{columns.asked}</th>
                    <th scope="col">{columns.approved}</th>
                    <th scope="col">{columns.expiresAt}</th>
                    <th scope="col">{columns.state}</th>
                  </tr>
                </thead>
                <tbody>{grants.map((grant) => <GrantRow key={grant.id} grant={grant} />)}</tbody>
              </table>
            </div>
          </div>
        )}
    </section>
  );
}

function GrantRow({ grant }: { readonly grant: Grants[number] }): JSX.Element {
  const { role, organisation, requestedBy, approvedBy, approvedAt, expiresAt, trouble } = grant;
  return (
    <tr>
      <th scope="row">
        <Name>{role.name}</Name>
      </th>
      <td>
        <Name>{organisation.name}</Name>
      </td>
      <td>{requestedBy?.login ?? WORDS.shell}</td>
      <td>
        {approvedBy?.login ?? WORDS.shell} <span class="moment soft">{momentText(approvedAt)}</span>
      </td>
      <td class="moment">{expiresAt === null ? ZH.accounts.forGood : momentText(expiresAt)}</td>
      <td>
        {trouble === null
          ? <Tag tone="good">{WORDS.works}</Tag>
          : <Tag tone="wait">{WORDS.trouble[trouble]}</Tag>}
      </td>
    </tr>
  );
}
