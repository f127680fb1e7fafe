import type { JSX } from "preact";
import type { Schedule } from "../../../server/modules/registration/contract.ts";
import { dayWords } from "../../i18n/format.ts";
import { ZH } from "../../i18n/zh.ts";
import { AmountText } from "../../ui/AmountText.tsx";
import { useKiosk } from "../../ui/kiosk_context.ts";
import { pageOf, Pager, pagesOf } from "../../ui/Pager.tsx";
import { Screen } from "../../ui/Screen.tsx";
import {
  DAYS_MAX,
  daysOf,
  type DoctorRow,
  DOCTORS_PER_PAGE,
  doctorsOf,
  type RegisterFlow,
  type SchedulesStep,
} from "./model.ts";

interface ScheduleListProps {
  readonly flow: RegisterFlow;
  readonly step: SchedulesStep;
}

export function ScheduleList({ flow, step }: ScheduleListProps): JSX.Element {
  const rows = doctorsOf(step.schedules, step.day);
  return (
    <Screen
      step="register.schedules"
      title={ZH.register.schedules.title(step.department.name)}
      progress={1}
      actions={{ back: "back" }}
    >
      <div class="list-screen">
        <DayTabs flow={flow} step={step} />
        <ul class="doctors">
          {pageOf(rows, step.page, DOCTORS_PER_PAGE).map((row) => (
            <Doctor key={row.doctorName} flow={flow} row={row} />
          ))}
        </ul>
        <Pager
          page={step.page}
          pages={pagesOf(rows, DOCTORS_PER_PAGE)}
          onTurn={(page) => flow.turnTo(page)}
        />
      </div>
    </Screen>
  );
}

function DayTabs({ flow, step }: ScheduleListProps): JSX.Element {
  const { now } = useKiosk();
  return (
    <div class="days" role="radiogroup" aria-label={ZH.register.slots.title}>
      {daysOf(step.schedules).slice(0, DAYS_MAX).map((day) => {
        const { name, date } = dayWords(day, now.value);
        const shown = day === step.day;
        return (
          <button
            key={day}
            type="button"
            role="radio"
            aria-checked={shown}
            class={shown ? "day day-chosen" : "day"}
            data-testid="day"
            data-day={day}
            onClick={() => flow.chooseDay(day)}
          >
            <span class="day-name">{name}</span>
            <span>{date}</span>
          </button>
        );
      })}
    </div>
  );
}

interface DoctorProps {
  readonly flow: RegisterFlow;
  readonly row: DoctorRow;
}

function Doctor({ flow, row }: DoctorProps): JSX.Element {
  return (
    <li class="doctor" data-testid="doctor">
      <div class="doctor-words">
        <p class="doctor-name">{row.doctorName}</p>
        <p class="doctor-title">{row.doctorTitle}</p>
        <p class="doctor-fee">
          {ZH.register.fee} <AmountText fen={row.feeFen} />
        </p>
      </div>
      <Half flow={flow} schedule={row.morning} half="morning" />
      <Half flow={flow} schedule={row.afternoon} half="afternoon" />
    </li>
  );
}

interface HalfProps {
  readonly flow: RegisterFlow;
  readonly schedule: Schedule | null;
  readonly half: Schedule["half"];
}

function Half({ flow, schedule, half }: HalfProps): JSX.Element {
  const words = ZH.register;
  if (schedule === null) return <span class="half-none" aria-hidden="true">—</span>;
  const full = schedule.openSlots === 0;
  return (
    <button
      type="button"
      class="half"
      data-testid={`half-${half}`}
      data-schedule={schedule.id}
      disabled={full}
      onClick={() => void flow.chooseSchedule(schedule)}
    >
      <span class="half-name">{words.half[half]}</span>
      <span>{full ? words.schedules.full : words.left(schedule.openSlots)}</span>
    </button>
  );
}
