import type { JSX } from "preact";
import type { RelativeConsent } from "../../../server/modules/insurance/relatives/console/contract.ts";
import { momentText } from "../../i18n/format.ts";
import { ZH } from "../../i18n/zh.ts";
import { Button } from "../../ui/library.ts";
import { Name } from "../../ui/Name.tsx";
import type { Column } from "../../ui/PagedTable.tsx";
import { Tag } from "../../ui/Tag.tsx";
import type { RelativeConsentsModelInstance } from "./model.ts";

const WORDS = ZH.relativeConsents;
const TONES = { in_force: "good", withdrawn: "still", expired: "still" } as const;
const MEDIA: Readonly<Record<string, string>> = ZH.persons.medium;

export function consentColumns(
  flow: RelativeConsentsModelInstance,
): readonly Column<RelativeConsent>[] {
  const columns: readonly Column<RelativeConsent>[] = [
    {
      title: WORDS.columns.givenAt,
      role: "head",
      class: "moment",
      cell: ({ givenAt }) => momentText(givenAt),
    },
    {
      title: WORDS.columns.patient,
      cell: ({ maskedPatientName, maskedPatientIdNumber }) => (
        <Two first={maskedPatientName} second={maskedPatientIdNumber} isNumber />
      ),
    },
    {
      title: WORDS.columns.relative,
      cell: (consent) => (
        <Two
          first={relativeText(consent)}
          second={WORDS.shown(MEDIA[consent.credential] ?? consent.credential)}
        />
      ),
    },
    {
      title: WORDS.columns.where,
      cell: ({ institutionName, terminalNumber }) => (
        <Two
          first={institutionName}
          second={terminalNumber === null ? "" : WORDS.terminal(terminalNumber)}
        />
      ),
    },
    { title: WORDS.columns.until, class: "moment", cell: ({ until }) => momentText(until) },
    { title: WORDS.columns.state, cell: (consent) => <State consent={consent} /> },
  ];
  if (!flow.mayWithdraw()) return columns;
  return [...columns, {
    title: WORDS.columns.deed,
    cell: (consent) =>
      consent.state === "in_force" && (
        <Button
          size="sm"
          onClick={() => flow.ask(consent)}
          data-testid="withdraw"
        >
          {WORDS.withdraw}
        </Button>
      ),
  }];
}

export function relativeText({ maskedRelativeName, relation }: RelativeConsent): string {
  return WORDS.relative(maskedRelativeName, WORDS.relation[relation]);
}

function State({ consent }: { readonly consent: RelativeConsent }): JSX.Element {
  const { state, withdrawnAt, withdrawnBy, withdrawnByName } = consent;
  const at = withdrawnAt === null ? "" : momentText(withdrawnAt);
  return (
    <>
      <Tag tone={TONES[state]}>{WORDS.state[state]}</Tag>
      {withdrawnBy !== null && (
        <div class="soft">
          <Name>
            {withdrawnBy === "people"
              ? WORDS.withdrawnBy.people(at)
              : WORDS.withdrawnBy.staff(at, withdrawnByName ?? WORDS.another)}
          </Name>
        </div>
      )}
    </>
  );
}

interface TwoProps {
  readonly first: string;
  readonly second: string;
  /** Never broken over lines. */
  readonly isNumber?: boolean;
}

function Two({ first, second, isNumber = false }: TwoProps): JSX.Element {
  return (
    <>
      <div>
        <Name>{first}</Name>
      </div>
      {second !== "" && (
        <div class={isNumber ? "soft moment" : "soft"}>
          <Name>{second}</Name>
        </div>
      )}
    </>
  );
}
