import type { JSX } from "preact";
import type { RoleView } from "../../../server/modules/access/rights/contract.ts";
import { momentText } from "../../i18n/format.ts";
import { ZH } from "../../i18n/zh.ts";
import { type Fact, Facts } from "../../ui/Facts.tsx";
import { Button } from "../../ui/library.ts";
import { Link } from "../../ui/Link.tsx";
import { Page } from "../../ui/Page.tsx";
import { NothingBox } from "../../ui/StateBox.tsx";
import { Tag } from "../../ui/Tag.tsx";
import type { PermissionView, RolesModelInstance } from "./model.ts";

const WORDS = ZH.roles;

interface RoleDetailProps {
  readonly flow: RolesModelInstance;
  /** Null when there is none of this address. */
  readonly role: RoleView | null;
  readonly permissions: readonly PermissionView[];
}

export function RoleDetail({ flow, role, permissions }: RoleDetailProps): JSX.Element {
  const back = <Link to={{ section: "roles" }} class="rs-btn rs-btn-subtle">{WORDS.back}</Link>;
  return (
    <Page title={role?.name ?? WORDS.title} testId="role" actions={back}>
      {role === null && <NothingBox title={ZH.page.none} testId="nothing" />}
      {role && (
        <div class="stack">
          <section class="panel">
            <Facts facts={factsOf(role)} />
            {flow.mayChange.value && <Actions flow={flow} role={role} />}
          </section>
          <Matrix role={role} permissions={permissions} />
        </div>
      )}
    </Page>
  );
}

function factsOf({ duty, addresses, changedAt, builtin }: RoleView): Fact[] {
  return [
    [
      WORDS.columns.duty,
      <span key="duty" class="row">
        <span>{ZH.duty[duty]}</span>
        {builtin && <Tag tone="still">{WORDS.builtin}</Tag>}
      </span>,
    ],
    [WORDS.columns.addresses, addresses?.join("、") ?? WORDS.everywhere],
    [WORDS.columns.changedAt, momentText(changedAt)],
  ];
}

function Actions(
  { flow, role }: { readonly flow: RolesModelInstance; readonly role: RoleView },
): JSX.Element {
  return (
    <div class="panel-actions">
      <Button onClick={() => flow.open("change", role)} data-testid="change">
        {role.builtin ? WORDS.changeAddresses : WORDS.change}
      </Button>
      {!role.builtin && (
        <Button
          appearance="ghost"
          color="red"
          onClick={() => flow.open("remove", role)}
          data-testid="remove"
        >
          {WORDS.remove}
        </Button>
      )}
    </div>
  );
}

/** Every permission the duty may hold, and whether this role has it. */
function Matrix(
  { role, permissions }: {
    readonly role: RoleView;
    readonly permissions: readonly PermissionView[];
  },
): JSX.Element {
  const held = new Set(role.permissions);
  const columns = WORDS.matrixColumns;
  return (
    <section class="listing" data-testid="matrix">
      <div class="table-frame" tabIndex={0} role="group" aria-label={WORDS.matrix}>
        <table class="table">
          <caption class="unseen">{WORDS.matrix}</caption>
          <thead>
            <tr>
              <th scope="col">{columns.permission}</th>
              <th scope="col">{columns.code}</th>
              <th scope="col">{columns.state}</th>
            </tr>
          </thead>
          <tbody>
            {permissions.filter(({ duties }) => duties.includes(role.duty)).map((each) => (
              <tr key={each.permission}>
                <th scope="row">{each.title}</th>
                <td class="figures soft">{each.permission}</td>
                <td>
                  {held.has(each.permission)
                    ? <Tag tone="good">{WORDS.has}</Tag>
                    : <Tag tone="still">{WORDS.hasNot}</Tag>}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
