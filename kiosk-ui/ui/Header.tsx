import type { JSX } from "preact";
import type { DeviceState } from "../../terminal/contract.ts";
import type { DeviceBoard } from "../flows/kiosk/board.ts";
import type { KioskStep } from "../flows/kiosk/step.ts";
import { clockTime, longDay } from "../i18n/format.ts";
import { ZH } from "../i18n/zh.ts";
import { Button } from "./Button.tsx";
import { useKiosk } from "./kiosk_context.ts";
import { Logo } from "./Logo.tsx";

export function Header(): JSX.Element {
  const { settings, now, board, step } = useKiosk();
  const known = settings.value;
  return (
    <header class="header" data-testid="header">
      <Logo svg={known?.brand.logoSvg ?? null} />
      <div class="header-names">
        <p class="header-institution" data-testid="institution">{known?.institution.name ?? ""}</p>
        <p class="header-product">
          {known && `${known.brand.product} · ${ZH.header.terminal(known.terminal.number)}`}
          <Status board={board.value} />
        </p>
      </div>
      <div class="header-time">
        <p class="header-clock" data-testid="clock">{clockTime(now.value)}</p>
        <p class="header-day">{longDay(now.value)}</p>
      </div>
      <PatientStrip step={step.value} />
    </header>
  );
}

function Status({ board }: { readonly board: DeviceBoard }): JSX.Element {
  const { tone, text } = statusOf(board);
  return (
    <span class={`status status-${tone}`} data-testid="status" data-tone={tone}>
      <span class="status-dot" aria-hidden="true" />
      {text}
    </span>
  );
}

/** Those that a patient misses; what is inside the cabinet is the technician's affair. */
const PATIENT_DEVICES = ["card_reader", "id_card_reader", "scanner", "receipt_printer"] as const;

/** The worst thing there is to say, in the patient's words. */
export function statusOf(
  board: DeviceBoard,
): { readonly tone: "good" | "wait" | "bad"; readonly text: string } {
  const words = ZH.header;
  if (board.connection === "unreachable") return { tone: "bad", text: words.offline };
  if (board.connection === "refused") return { tone: "bad", text: words.refused };
  if (board.connection === "connecting") return { tone: "wait", text: words.connecting };
  const states = board.devices.map((each) => each.state);
  if (states.includes("battery_low")) return { tone: "bad", text: words.batteryLow };
  const down = PATIENT_DEVICES.find((device) =>
    board.devices.some((each) => each.device === device && isDown(each.state))
  );
  if (down) return { tone: "wait", text: words.deviceDown[down] };
  if (states.includes("paper_out")) return { tone: "wait", text: words.paperOut };
  if (states.includes("paper_low")) return { tone: "wait", text: words.paperLow };
  return { tone: "good", text: words.good };
}

function isDown(state: DeviceState): boolean {
  return state === "offline" || state === "hardware_error";
}

/** Who is served, masked, and the way out, which is the same on every screen. */
function PatientStrip({ step }: { readonly step: KioskStep }): JSX.Element | null {
  const kiosk = useKiosk();
  if (!("session" in step)) return null;
  const { patient, insurance } = step.session;
  const cover = insurance.status === "covered" ? insurance.schemeName : ZH.session.selfPay;
  return (
    <div class="patient" data-testid="patient">
      <p>
        <strong>{patient.maskedName}</strong>
        <span>{patient.maskedIdNumber}</span>
        <span class="tag">{cover}</span>
      </p>
      <Button kind="quiet" testId="exit" onPress={() => kiosk.leave()}>{ZH.action.leave}</Button>
    </div>
  );
}
