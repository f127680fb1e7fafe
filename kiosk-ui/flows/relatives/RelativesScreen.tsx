import type { JSX } from "preact";
import type { RelativeView } from "../../../server/modules/insurance/relatives/contract.ts";
import { dayTime } from "../../i18n/format.ts";
import { ZH } from "../../i18n/zh.ts";
import { Button } from "../../ui/Button.tsx";
import { Message } from "../../ui/Message.tsx";
import { PagedList } from "../../ui/PagedList.tsx";
import { type PlainWay, PlainWays } from "../../ui/PlainWays.tsx";
import { PersonPicture } from "../../ui/Pictograms.tsx";
import { Screen } from "../../ui/Screen.tsx";
import { feeWays } from "../../ui/SettlementChoice.tsx";
import type { OrderStage } from "../kiosk/step.ts";
import { IdentifyScreen } from "../identify/IdentifyScreen.tsx";
import {
  CONSENT_DAYS,
  RELATIVES_PER_PAGE,
  type RelativesFlow,
  type RelativesListStep,
} from "./model.ts";
import { Waiting } from "../../ui/Waiting.tsx";
import { Refused } from "../../ui/Refused.tsx";

const RELATIONS = ["spouse", "parent", "child", "grandparent", "grandchild", "sibling"] as const;

interface RelativesScreenProps {
  readonly flow: RelativesFlow;
  readonly held: OrderStage;
}

/** Whose account pays too: a list, or a notice, a relation, a time and the relative's own medium. */
export function RelativesScreen({ flow, held }: RelativesScreenProps): JSX.Element {
  const step = flow.step.value;
  const words = ZH.relatives;
  switch (step.kind) {
    case "ways":
      return (
        <Choice
          step="relatives.ways"
          title={words.waysTitle}
          lead={words.waysLead}
          choices={waysOf(flow, held)}
        />
      );
    case "loading":
      return (
        <Waiting
          step="relatives.loading"
          picture={<PersonPicture />}
          title={words.loading}
          lead={ZH.starting.lead}
          progress={2}
          until={step.until}
          isLeavable
        />
      );
    case "list":
      return <RelativesList flow={flow} list={step} />;
    case "notice":
      return <Notice flow={flow} />;
    case "relation":
      return (
        <Choice
          step="relatives.relation"
          title={words.relationTitle}
          lead={words.relationLead}
          choices={RELATIONS.map((relation) => ({
            testId: `relation-${relation}`,
            name: words.relation[relation],
            onPress: () => flow.isOf(relation),
          }))}
        />
      );
    case "days":
      return (
        <Choice
          step="relatives.days"
          title={words.daysTitle}
          lead={words.daysLead}
          choices={CONSENT_DAYS.map((days) => ({
            testId: `days-${days}`,
            name: words.days[days],
            onPress: () => flow.holds(days),
          }))}
        />
      );
    case "medium":
      return (
        <IdentifyScreen flow={step.identify} again={{ isStranger: false, whose: "relative" }} />
      );
    case "withdraw":
      return (
        <Message
          step="relatives.withdraw"
          tone="wait"
          picture={<PersonPicture />}
          title={words.withdrawTitle(step.relative.maskedName)}
          lead={words.withdrawLead}
          progress={2}
          actions={{
            back: "back",
            primary: {
              testId: "withdraw-yes",
              onPress: () => void flow.withdraw(),
              children: words.withdrawYes,
            },
          }}
        />
      );
    case "refused":
      return (
        <Refused
          step="relatives.refused"
          title={words.refusedTitle}
          code={step.code}
          progress={2}
          again={() => void flow.load()}
        />
      );
  }
}

interface RelativesListProps {
  readonly flow: RelativesFlow;
  readonly list: RelativesListStep;
}

function RelativesList({ flow, list }: RelativesListProps): JSX.Element {
  const words = ZH.relatives;
  const { relatives, page } = list;
  return (
    <Screen
      step="relatives.list"
      title={words.title}
      lead={words.lead}
      progress={2}
      actions={{
        back: "back",
        primary: { testId: "relative-add", onPress: () => flow.add(), children: words.add },
      }}
    >
      <div class="list-screen">
        <PagedList
          items={relatives}
          page={page}
          perPage={RELATIVES_PER_PAGE}
          keyOf={({ consentId }) => consentId}
          draw={(relative) => <RelativeCard flow={flow} relative={relative} />}
          onTurn={(next) => flow.turnTo(next)}
        />
      </div>
    </Screen>
  );
}

interface RelativeCardProps {
  readonly flow: RelativesFlow;
  readonly relative: RelativeView;
}

function RelativeCard({ flow, relative }: RelativeCardProps): JSX.Element {
  const words = ZH.relatives;
  return (
    <>
      <button
        type="button"
        class="bill-choose"
        data-testid="relative"
        onClick={() => flow.choose(relative)}
      >
        <span class="bill-words">
          <span class="bill-title">
            {`${relative.maskedName}（${words.relation[relative.relation]}）`}
          </span>
          <span class="bill-from">{words.until(dayTime(relative.until))}</span>
        </span>
      </button>
      <Button kind="quiet" testId="relative-withdraw" onPress={() => flow.askWithdraw(relative)}>
        {words.withdraw}
      </Button>
    </>
  );
}

function Notice({ flow }: { readonly flow: RelativesFlow }): JSX.Element {
  const { title, lead, points, agree } = ZH.relatives.notice;
  return (
    <Screen
      step="relatives.notice"
      title={title}
      lead={lead}
      progress={2}
      actions={{
        back: "back",
        primary: { testId: "notice-agree", onPress: () => flow.agree(), children: agree },
      }}
    >
      <ol class="notice-points">
        {points.map((point) => <li key={point}>{point}</li>)}
      </ol>
    </Screen>
  );
}

interface ChoiceProps {
  readonly step: string;
  readonly title: string;
  readonly lead: string;
  readonly choices: readonly PlainWay[];
}

/** Everything but what the order is already. */
function waysOf(flow: RelativesFlow, { session, settlement, scheme, payer }: OrderStage) {
  const ways: PlainWay[] = feeWays(session.insurance)
    .filter(({ fee }) => fee.settlement !== settlement || fee.scheme !== (scheme ?? null))
    .map(({ testId, name, fee }) => ({
      testId,
      name,
      onPress: () => flow.change({ kind: "settlement", ...fee }),
    }));
  const words = ZH.relatives;
  if (session.insurance.status === "covered" && settlement === "insurance") {
    ways.push({ testId: "relative-account", name: words.lend, onPress: () => void flow.load() });
  }
  if (payer) {
    const onPress = () => flow.change({ kind: "payer", payer: null });
    ways.push({ testId: "no-relative", name: words.lendNot, onPress });
  }
  const onPress = () => flow.change({ kind: "medium" });
  return [...ways, { testId: "other-medium", name: ZH.order.confirm.otherMedium, onPress }];
}

function Choice({ step, title, lead, choices }: ChoiceProps): JSX.Element {
  return (
    <Screen step={step} title={title} lead={lead} progress={2} actions={{ back: "back" }}>
      <PlainWays ways={choices} dense />
    </Screen>
  );
}
