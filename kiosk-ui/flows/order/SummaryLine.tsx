import type { JSX } from "preact";
import { dayWords } from "../../i18n/format.ts";
import { ZH } from "../../i18n/zh.ts";
import { useKiosk } from "../../ui/kiosk_context.ts";
import { PayPicture, RegisterPicture, WardPicture } from "../../ui/Pictograms.tsx";
import type { OrderSummary } from "../kiosk/step.ts";

/** What is being paid, in one line. */
export function SummaryLine(
  { summary, title }: { readonly summary: OrderSummary; readonly title: string },
): JSX.Element {
  const { now } = useKiosk();
  if (summary.kind === "bills") {
    return (
      <p class="summary" data-testid="summary">
        <PayPicture />
        <span>
          <strong>{title}</strong>
          {ZH.order.confirm.bills(summary.count)}
        </span>
      </p>
    );
  }
  if (summary.kind === "deposit") {
    return (
      <p class="summary" data-testid="summary">
        <WardPicture />
        <span>
          <strong>{title}</strong>
          {summary.place}
        </span>
      </p>
    );
  }
  const { schedule, slot } = summary;
  const day = dayWords(schedule.day, now.value);
  return (
    <p class="summary" data-testid="summary">
      <RegisterPicture />
      <span>
        <strong>{schedule.departmentName} {schedule.doctorName}</strong>
        {`${day.name} ${day.date} ${ZH.register.half[schedule.half]} ${slot.startsAt}，`}
        {ZH.register.number(slot.number)}
      </span>
    </p>
  );
}
