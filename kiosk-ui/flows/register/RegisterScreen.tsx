import type { JSX } from "preact";
import { ZH } from "../../i18n/zh.ts";
import { Message } from "../../ui/Message.tsx";
import { EmptyPicture, RegisterPicture } from "../../ui/Pictograms.tsx";
import type { PatientSession } from "../flow.ts";
import { DepartmentList } from "./DepartmentList.tsx";
import type { RegisterFlow } from "./model.ts";
import { ScheduleList } from "./ScheduleList.tsx";
import { SlotList } from "./SlotList.tsx";
import { Waiting } from "../../ui/Waiting.tsx";
import { Refused } from "../../ui/Refused.tsx";

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
        <Waiting
          step={`register.loading_${step.what}`}
          picture={<RegisterPicture />}
          title={words.loading[step.what]}
          lead={ZH.starting.lead}
          progress={1}
          until={step.until}
          isLeavable
        />
      );
    case "refused":
      return (
        <Refused
          step="register.refused"
          title={words.refusedTitle}
          code={step.code}
          progress={1}
          again={step.retry}
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
