import { createModel, effect, type Model, signal } from "@preact/signals";
import type { ReadonlySignal } from "@preact/signals";
import type {
  Department,
  Habit,
  Schedule,
  Slot,
} from "../../../server/modules/registration/contract.ts";
import type { Answer } from "../../devices.ts";
import type { FlowContext, PatientSession } from "../flow.ts";
import { usualFee } from "../bills/model.ts";
import type { FeeCategory } from "../order/step.ts";

export const DEPARTMENTS_PER_PAGE = 8;
export const DOCTORS_PER_PAGE = 4;
export const SLOTS_PER_PAGE = 12;
/** Days that fit beside each other as large buttons. */
export const DAYS_MAX = 5;
export const LOAD_MS_MAX = 30_000;

export interface SlotChoice extends FeeCategory {
  readonly schedule: Schedule;
  readonly slot: Slot;
}

export type RegisterStep =
  | {
    readonly kind: "loading";
    readonly what: "departments" | "schedules" | "slots";
    readonly until: number;
  }
  | { readonly kind: "refused"; readonly code: string; readonly retry: () => void }
  | DepartmentsStep
  | SchedulesStep
  | SlotsStep;

export interface DepartmentsStep {
  readonly kind: "departments";
  readonly departments: readonly Department[];
  readonly habit: Habit | null;
  readonly page: number;
}

export interface SchedulesStep {
  readonly kind: "schedules";
  readonly department: Department;
  readonly schedules: readonly Schedule[];
  /** Business day shown. */
  readonly day: string;
  readonly page: number;
}

export interface SlotsStep {
  readonly kind: "slots";
  readonly schedule: Schedule;
  readonly slots: readonly Slot[];
  readonly page: number;
  /** Someone else was faster; nothing was charged. */
  readonly taken: boolean;
}

export interface RegisterFlow {
  readonly step: ReadonlySignal<RegisterStep>;
  readonly fee: ReadonlySignal<FeeCategory>;
  load(): Promise<void>;
  takeHabit(): void;
  chooseDepartment(department: Department): Promise<void>;
  chooseDay(day: string): void;
  chooseSchedule(schedule: Schedule): Promise<void>;
  /** Back at the slot list after the chosen slot went to somebody else. */
  resume(schedule: Schedule): Promise<void>;
  chooseSlot(slot: Slot): void;
  settleBy(fee: FeeCategory): void;
  turnTo(page: number): void;
  /** False at the first list: there is nothing before it in this flow. */
  back(): boolean;
}

export const RegisterModel = createModel(
  function register(
    context: FlowContext,
    session: PatientSession,
    chosen: (choice: SlotChoice) => void,
  ): RegisterFlow {
    const step = signal<RegisterStep>(loading("departments"));
    const fee = signal(usualFee(session));
    let departments: DepartmentsStep | null = null;
    let schedules: SchedulesStep | null = null;
    let attempt = 0;
    effect(() => () => {
      attempt++;
    });

    function loading(what: "departments" | "schedules" | "slots"): RegisterStep {
      return { kind: "loading", what, until: context.now() + LOAD_MS_MAX };
    }

    async function ask<Value>(question: {
      readonly what: "departments" | "schedules" | "slots";
      readonly ask: () => Promise<Answer<Value>>;
      readonly show: (value: Value) => RegisterStep;
    }): Promise<void> {
      const mine = ++attempt;
      step.value = loading(question.what);
      const answer = await question.ask();
      if (mine !== attempt) return;
      step.value = answer.ok
        ? question.show(answer.value)
        : { kind: "refused", code: answer.code, retry: () => void ask(question) };
    }

    function load(): Promise<void> {
      return ask({
        what: "departments",
        ask: () => context.port.departments(session.identificationId),
        show: (list) => departments = { kind: "departments", ...list, page: 0 },
      });
    }

    function loadSlots(schedule: Schedule, taken: boolean): Promise<void> {
      return ask({
        what: "slots",
        ask: () => context.port.slots(session.identificationId, schedule.id),
        show: ({ slots }) => ({
          kind: "slots",
          schedule,
          slots: slots.filter((slot) => slot.open),
          page: 0,
          taken,
        }),
      });
    }

    function chooseDepartment(department: Department): Promise<void> {
      return ask({
        what: "schedules",
        ask: () => context.port.schedules(session.identificationId, department.code),
        show: (list) =>
          schedules = {
            kind: "schedules",
            department,
            schedules: list.schedules,
            day: firstOpenDay(list.schedules),
            page: 0,
          },
      });
    }

    return {
      step,
      fee,
      load,
      chooseDepartment,
      takeHabit(): void {
        if (step.value.kind !== "departments" || step.value.habit === null) return;
        chosen({ ...step.value.habit, ...fee.value });
      },
      chooseDay(day: string): void {
        if (step.value.kind === "schedules") step.value = { ...step.value, day, page: 0 };
      },
      chooseSchedule(schedule: Schedule): Promise<void> {
        if (step.value.kind === "schedules") schedules = step.value;
        return loadSlots(schedule, false);
      },
      resume: (schedule: Schedule) => loadSlots(schedule, true),
      chooseSlot(slot: Slot): void {
        if (step.value.kind !== "slots") return;
        chosen({ schedule: step.value.schedule, slot, ...fee.value });
      },
      settleBy(choice: FeeCategory): void {
        fee.value = choice;
      },
      turnTo(page: number): void {
        const shown = step.value;
        if (shown.kind !== "loading" && shown.kind !== "refused") step.value = { ...shown, page };
      },
      back(): boolean {
        attempt++;
        const shown = step.value;
        const inSlots = shown.kind === "slots" ||
          (shown.kind === "loading" && shown.what === "slots");
        if (inSlots && schedules) step.value = schedules;
        else if (shown.kind !== "departments" && departments) step.value = departments;
        else if (shown.kind === "slots") void load();
        else return false;
        return true;
      },
    };
  },
);

export type RegisterModelInstance = Model<RegisterFlow>;

export function daysOf(schedules: readonly Schedule[]): readonly string[] {
  return [...new Set(schedules.map((schedule) => schedule.day))].sort();
}

/** In the evening today's are all gone: the first day with something left is what helps. */
function firstOpenDay(schedules: readonly Schedule[]): string {
  const open = daysOf(schedules.filter((schedule) => schedule.openSlots > 0));
  return open[0] ?? daysOf(schedules)[0] ?? "";
}

export interface DoctorRow {
  readonly doctorName: string;
  readonly doctorTitle: string;
  readonly feeFen: string;
  readonly morning: Schedule | null;
  readonly afternoon: Schedule | null;
}

/** One row per doctor of the day, with both half-days. */
export function doctorsOf(schedules: readonly Schedule[], day: string): readonly DoctorRow[] {
  const rows = new Map<string, DoctorRow>();
  for (const schedule of schedules) {
    if (schedule.day !== day) continue;
    const key = `${schedule.doctorName}|${schedule.doctorTitle}|${schedule.feeFen}`;
    const { doctorName, doctorTitle, feeFen } = schedule;
    const row = rows.get(key) ??
      { doctorName, doctorTitle, feeFen, morning: null, afternoon: null };
    rows.set(key, { ...row, [schedule.half]: schedule });
  }
  return [...rows.values()];
}
