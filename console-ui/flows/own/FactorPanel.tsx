import type { JSX } from "preact";
import type { SecondFactorState } from "../../../server/modules/access/sign_in/contract.ts";
import { momentText } from "../../i18n/format.ts";
import { ZH } from "../../i18n/zh.ts";
import { type Fact, Facts } from "../../ui/Facts.tsx";
import { Button } from "../../ui/library.ts";
import { LoadedBox } from "../../ui/LoadedBox.tsx";
import { Tag } from "../../ui/Tag.tsx";
import type { OwnModelInstance } from "./model.ts";

const WORDS = ZH.own.factor;
/** Of ten. */
const CODES_LOW = 3;

export function FactorPanel({ flow }: { readonly flow: OwnModelInstance }): JSX.Element {
  const { deeds, sending } = flow;
  return (
    <section class="panel" aria-labelledby="own-factor">
      <h2 class="panel-title" id="own-factor">{WORDS.title}</h2>
      <LoadedBox of={flow.factor}>
        {(factor) => (
          <>
            <p class="panel-lead">{factor.required ? WORDS.required : WORDS.optional}</p>
            <Facts facts={factsOf(factor)} />
            <div class="panel-actions">
              <Button
                loading={sending.busy.value && flow.dialog.value === null}
                onClick={() => void deeds.openTotp()}
                data-testid="enrol-totp"
              >
                {factor.totpEnrolledAt === null ? WORDS.enrol : WORDS.enrolAgain}
              </Button>
              {factor.totpEnrolledAt !== null && (
                <Button onClick={() => deeds.openNewCodes()} data-testid="new-codes">
                  {WORDS.newCodes}
                </Button>
              )}
            </div>
          </>
        )}
      </LoadedBox>
    </section>
  );
}

function factsOf(factor: SecondFactorState): Fact[] {
  const { totpEnrolledAt, recoveryCodesLeft, certificates } = factor;
  const isLow = totpEnrolledAt !== null && recoveryCodesLeft < CODES_LOW;
  return [
    [
      WORDS.totp,
      totpEnrolledAt === null
        ? <Tag key="totp" tone="wait">{WORDS.notEnrolled}</Tag>
        : WORDS.enrolled(momentText(totpEnrolledAt)),
    ],
    [
      WORDS.codes,
      <span key="codes" class="row">
        <span>{WORDS.codesLeft(recoveryCodesLeft)}</span>
        {isLow && <Tag tone="wait">{WORDS.codesLow}</Tag>}
      </span>,
    ],
    [WORDS.certificates, WORDS.certificateCount(certificates)],
  ];
}
