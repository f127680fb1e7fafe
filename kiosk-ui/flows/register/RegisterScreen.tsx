import type { JSX } from "preact";
import { problemText } from "../../i18n/problems.ts";
import { ZH } from "../../i18n/zh.ts";
import { CountdownRing } from "../../ui/CountdownRing.tsx";
import { Message } from "../../ui/Message.tsx";
import { AttentionPicture, EmptyPicture, RegisterPicture } from "../../ui/Pictograms.tsx";
import type { PatientSession } from "../flow.ts";
import { DepartmentList } from "./DepartmentList.tsx";
import type { RegisterFlow } from "./model.ts";
import { ScheduleList } from "./ScheduleList.tsx";
import { SlotList } from "./SlotList.tsx";

interface RegisterScreenProps {
  readonly flow: RegisterFlow;
  readonly session: PatientSession;
}

export function RegisterScreen({ flow, session }: RegisterScreenProps): JSX.Element {
  const step = flow.step.value;
  const words = ZH.register;
  switch (step.kind) {
    case "loading":
      return (
        <Message
          step={`register.loading_${step.what}`}
          picture={
            <span class="busy-picture">
              <RegisterPicture />
            </span>
          }
          title={words.loading[step.what]}
          lead={ZH.starting.lead}
          progress={1}
          actions={{ back: "back" }}
          live
        >
          <CountdownRing until={step.until} />
        </Message>
      );
    case "refused":
      return (
        <Message
          step="register.refused"
          tone="wait"
          picture={<AttentionPicture />}
          title={words.refusedTitle}
          lead={problemText(step.code)}
          progress={1}
          actions={{
            back: "back",
            primary: { testId: "try-again", onPress: step.retry, children: ZH.action.again },
          }}
        />
      );
    case "departments":
      if (step.departments.length === 0) {
        return <Nothing step="register.no_departments" words={words.noDepartments} />;
      }
      return <DepartmentList flow={flow} step={step} />;
    case "schedules":
      if (step.schedules.length === 0) {
        return <Nothing step="register.no_schedules" words={words.noSchedules} />;
      }
      return <ScheduleList flow={flow} step={step} />;
    case "slots":
      if (step.slots.length === 0) {
        return <Nothing step="register.no_slots" words={words.noSlots} />;
      }
      return <SlotList flow={flow} step={step} insurance={session.insurance} />;
  }
}

interface NothingProps {
  readonly step: string;
  readonly words: { readonly title: string; readonly lead: string };
}

function Nothing({ step, words }: NothingProps): JSX.Element {
  return (
    <Message
      step={step}
      tone="wait"
      picture={<EmptyPicture />}
      title={words.title}
      lead={words.lead}
      progress={1}
      actions={{ back: "back" }}
    />
  );
}
