import type { JSX } from "preact";
import type { DischargeOffer, DischargeView } from "../../../server/modules/inpatient/contract.ts";
import { yuanText } from "../../i18n/format.ts";
import { ZH } from "../../i18n/zh.ts";
import { Facts } from "../../ui/Facts.tsx";
import { Button } from "../../ui/library.ts";
import { Link } from "../../ui/Link.tsx";
import { LoadedBox } from "../../ui/LoadedBox.tsx";
import { RefusalNote } from "../../ui/RefusalNote.tsx";
import type { DischargeFlow } from "./discharge.ts";

const WORDS = ZH.refunds.discharge;

interface DischargeDeskProps {
  readonly flow: DischargeFlow;
}

/** 出院退费: what HIS says is due, how it goes back, and what stays for the window's own till. */
export function DischargeDesk({ flow }: DischargeDeskProps): JSX.Element {
  const done = flow.done.value;
  if (done) return <Given view={done} />;
  return (
    <LoadedBox of={flow.offer}>
      {(offer) => <Offered flow={flow} offer={offer} />}
    </LoadedBox>
  );
}

interface OfferedProps extends DischargeDeskProps {
  readonly offer: DischargeOffer;
}

function Offered({ flow, offer }: OfferedProps): JSX.Element {
  const { sending } = flow;
  return (
    <>
      <Facts
        facts={[
          [WORDS.due, yuanText(offer.dueFen)],
          [WORDS.here, yuanText(offer.hereFen)],
          [WORDS.elsewhere, yuanText(offer.elsewhereFen)],
          ...offer.parts.map(({ amountFen, paidOn, to }) =>
            [WORDS.part(paidOn, to), yuanText(amountFen)] as const
          ),
        ]}
      />
      {offer.needsApproval && <p data-testid="discharge-approval">{WORDS.needsApproval}</p>}
      <RefusalNote refusal={sending.refusal.value} />
      {offer.bars.length > 0
        ? (
          <p role="alert" data-testid="discharge-bars">
            {WORDS.bars + offer.bars.map((bar) => WORDS.bar[bar]).join("；")}
          </p>
        )
        : (
          <div class="dialog-actions">
            <Button
              appearance="primary"
              loading={sending.busy.value}
              data-testid="discharge-send"
              onClick={() => void flow.send()}
            >
              {WORDS.send}
            </Button>
          </div>
        )}
    </>
  );
}

function Given({ view }: { readonly view: DischargeView }): JSX.Element {
  const isAsked = view.refunds.some(({ state }) => state === "asked");
  return (
    <div data-testid="discharge-given">
      <p role="status">{isAsked ? WORDS.asked : WORDS.state[view.state]}</p>
      <Facts
        facts={[
          [WORDS.due, yuanText(view.dueFen)],
          [WORDS.here, yuanText(view.hereFen)],
          [WORDS.elsewhere, yuanText(view.elsewhereFen)],
        ]}
      />
      <ul>
        {view.refunds.map(({ id, number, valueFen }) => (
          <li key={id}>
            <Link to={{ section: "refunds", id }}>{number ?? id}</Link>
            {`　${yuanText(valueFen)} 元`}
          </li>
        ))}
      </ul>
    </div>
  );
}
