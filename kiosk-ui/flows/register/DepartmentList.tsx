import type { JSX } from "preact";
import type { Habit } from "../../../server/modules/registration/contract.ts";
import { dayWords } from "../../i18n/format.ts";
import { ZH } from "../../i18n/zh.ts";
import { AmountText } from "../../ui/AmountText.tsx";
import { Button } from "../../ui/Button.tsx";
import { useKiosk } from "../../ui/kiosk_context.ts";
import { pageOf, Pager, pagesOf } from "../../ui/Pager.tsx";
import { Screen } from "../../ui/Screen.tsx";
import { DEPARTMENTS_PER_PAGE, type DepartmentsStep, type RegisterFlow } from "./model.ts";

interface DepartmentListProps {
  readonly flow: RegisterFlow;
  readonly step: DepartmentsStep;
}

export function DepartmentList({ flow, step }: DepartmentListProps): JSX.Element {
  const words = ZH.register.departments;
  return (
    <Screen
      step="register.departments"
      title={words.title}
      progress={1}
      actions={{ back: "back" }}
    >
      <div class="list-screen">
        {step.habit && step.page === 0 && <HabitCard flow={flow} habit={step.habit} />}
        <ul class="departments">
          {pageOf(step.departments, step.page, DEPARTMENTS_PER_PAGE).map((department) => (
            <li key={department.code}>
              <button
                type="button"
                class="department"
                data-testid="department"
                data-department={department.code}
                disabled={department.openSlots === 0}
                onClick={() =>
                  void flow.chooseDepartment(department)}
              >
                <span class="department-name">{department.name}</span>
                <span class="department-place">{department.location}</span>
                <span class="tag">
                  {department.openSlots === 0 ? words.full : words.open(department.openSlots)}
                </span>
              </button>
            </li>
          ))}
        </ul>
        <Pager
          page={step.page}
          pages={pagesOf(step.departments, DEPARTMENTS_PER_PAGE)}
          onTurn={(page) => flow.turnTo(page)}
        />
      </div>
    </Screen>
  );
}

interface HabitCardProps {
  readonly flow: RegisterFlow;
  readonly habit: Habit;
}

/** Where the patient usually goes: one tap from here to the fee (R-REG-06). */
function HabitCard({ flow, habit }: HabitCardProps): JSX.Element {
  const { now } = useKiosk();
  const { schedule, slot, visits } = habit;
  const day = dayWords(schedule.day, now.value);
  const words = ZH.register;
  return (
    <section class="habit" data-testid="habit">
      <div class="habit-words">
        <p class="habit-kicker">{words.habit.title} · {words.habit.visits(visits)}</p>
        <p class="habit-who">
          {schedule.departmentName} <strong>{schedule.doctorName}</strong> {schedule.doctorTitle}
        </p>
        <p class="habit-when">
          {day.name} {day.date} {words.half[schedule.half]} {slot.startsAt}
          <AmountText fen={schedule.feeFen} size="large" />
        </p>
      </div>
      <Button kind="primary" testId="habit-take" onPress={() => flow.takeHabit()}>
        {words.habit.take}
      </Button>
    </section>
  );
}
