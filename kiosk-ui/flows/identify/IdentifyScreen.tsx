import type { JSX } from "preact";
import { problemText } from "../../i18n/problems.ts";
import { ZH } from "../../i18n/zh.ts";
import { Button } from "../../ui/Button.tsx";
import { useKiosk } from "../../ui/kiosk_context.ts";
import { Message } from "../../ui/Message.tsx";
import { AttentionPicture, PersonPicture } from "../../ui/Pictograms.tsx";
import { Screen } from "../../ui/Screen.tsx";
import { cardInside } from "../kiosk/board.ts";
import type { IdentifyFlow, IdentifyStep, Way } from "./model.ts";
import { FaceNumber } from "./FaceNumber.tsx";
import { pictureOf, waysOf, WayTiles } from "./WayTiles.tsx";
import { Waiting } from "../../ui/Waiting.tsx";

interface IdentifyScreenProps {
  readonly flow: IdentifyFlow;
  /** Null for a patient who comes. */
  readonly again: ShownAgain | null;
}

/** A medium that is asked for in the middle of a visit. */
export interface ShownAgain {
  readonly isStranger: boolean;
  /** The patient's own, or a relative's. */
  readonly whose?: "relative";
}

export function IdentifyScreen({ flow, again }: IdentifyScreenProps): JSX.Element {
  const step = flow.step.value;
  switch (step.kind) {
    case "waiting":
      return step.way === null
        ? <AllWays flow={flow} again={again} />
        : <Guide flow={flow} way={step.way} />;
    case "reading":
      return (
        <Waiting
          step="identify.reading"
          picture={pictureOf(step.way)}
          title={ZH.identify.reading[step.way]}
          lead={step.way === "face" ? ZH.identify.readingFace : ZH.identify.readingLead}
          progress={0}
          until={step.until}
          isLeavable
        />
      );
    case "face_number":
      return <FaceNumber flow={flow} step={step} />;
    case "no_record":
      return (
        <Message
          step="identify.no_record"
          tone="wait"
          picture={<PersonPicture />}
          title={ZH.identify.noRecord.title}
          lead={ZH.identify.noRecord.lead}
          progress={0}
          actions={{
            back: "back",
            primary: {
              testId: "use-id-card",
              onPress: () => flow.showWay("id_card"),
              children: ZH.identify.noRecord.useIdCard,
            },
          }}
        />
      );
    default:
      return <Trouble flow={flow} step={step} isAgain={again !== null} />;
  }
}

function AllWays({ flow, again }: IdentifyScreenProps): JSX.Element {
  const words = again?.whose === "relative"
    ? ZH.relatives.medium
    : again
    ? ZH.identify.again
    : ZH.identify;
  return (
    <Screen
      step="identify.waiting"
      title={words.title}
      lead={words.lead}
      progress={again ? 2 : 0}
      actions={{ back: "back" }}
    >
      {again?.isStranger && (
        <p class="banner banner-bad" role="alert" data-testid="stranger">
          {ZH.identify.again.stranger}
        </p>
      )}
      <WayTiles onChoose={(way) => flow.showWay(way)} />
    </Screen>
  );
}

function Guide({ flow, way }: { readonly flow: IdentifyFlow; readonly way: Way }): JSX.Element {
  const { board } = useKiosk();
  const words = ZH.identify.guide[way];
  return (
    <Message
      step={`identify.guide_${way}`}
      picture={pictureOf(way)}
      title={words.title}
      lead={words.lead}
      progress={0}
      actions={{ back: { name: ZH.action.back, onPress: () => flow.again() } }}
    >
      <div class="other-ways">
        {waysOf(board.value).filter((each) => each !== way).map((each) => (
          <Button
            key={each}
            testId={`way-${each}`}
            picture={pictureOf(each)}
            onPress={() => flow.showWay(each)}
          >
            {ZH.identify.way[each].name}
          </Button>
        ))}
      </div>
    </Message>
  );
}

type TroubleStep = Exclude<
  IdentifyStep,
  { kind: "waiting" | "reading" | "no_record" | "face_number" }
>;

interface TroubleProps {
  readonly flow: IdentifyFlow;
  readonly step: TroubleStep;
  readonly isAgain: boolean;
}

function Trouble({ flow, step, isAgain }: TroubleProps): JSX.Element {
  const { board } = useKiosk();
  const { title, lead } = wordsOf(step);
  const takeCard = cardInside(board.value) ? ZH.farewell.takeCard.title : null;
  return (
    <Message
      step={`identify.${step.kind}`}
      tone="wait"
      picture={pictureIn(step)}
      title={title}
      lead={lead}
      progress={isAgain ? 2 : 0}
      actions={{
        back: isAgain ? "back" : "leave",
        primary: {
          testId: "try-again",
          onPress: () => step.kind === "face_failed" ? void flow.showFace() : flow.again(),
          children: ZH.action.again,
        },
      }}
    >
      {takeCard && step.kind !== "refused" && <p class="banner banner-wait">{takeCard}</p>}
    </Message>
  );
}

function pictureIn(step: TroubleStep): JSX.Element {
  if (step.kind === "face_failed") return pictureOf("face");
  return step.kind === "read_failed" ? pictureOf(step.way) : <AttentionPicture />;
}

function wordsOf(step: TroubleStep): { readonly title: string; readonly lead: string } {
  switch (step.kind) {
    case "read_failed": {
      const ofIdCard = step.way === "id_card" && step.reason !== "timeout";
      return ofIdCard ? ZH.identify.failedIdCard : ZH.identify.failed[step.reason];
    }
    case "face_failed":
      return ZH.identify.faceFailed[step.reason];
    case "not_recognised":
      return ZH.identify.notRecognised[step.reason];
    case "unavailable":
      return { title: ZH.identify.unavailable.title, lead: ZH.identify.unavailable[step.party] };
    case "refused":
      return { title: ZH.identify.refusedTitle, lead: problemText(step.code) };
  }
}
