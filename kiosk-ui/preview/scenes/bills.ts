import { billOf, INSURED_TWICE, KNOWN } from "../../testing/people.ts";
import { no, yes } from "../../testing/scripted_terminal.ts";
import { identified } from "./ways_there.ts";
import type { Scene } from "../stage.ts";

export const BILLS_SCENES: Readonly<Record<string, Scene>> = {
  "bills": (stage) => identified(stage, KNOWN),
  "bills-many": (stage) => {
    const bills = Array.from({ length: 23 }, (_, index) => billOf(index));
    stage.terminal.script({ bills: [yes({ bills })] });
    return identified(stage, KNOWN);
  },
  "bills-barred": (stage) => {
    const bills = Array.from({ length: 5 }, (_, index) => billOf(index))
      .map((bill) => bill.id === "B1" ? { ...bill, mobilePayable: false as const } : bill);
    stage.terminal.script({ bills: [yes({ bills })] });
    return identified(stage, KNOWN);
  },
  "bills-loading": (stage) => {
    stage.terminal.script({ bills: ["never"] });
    return identified(stage, KNOWN);
  },
  "bills-empty": (stage) => {
    stage.terminal.script({ bills: [yes({ bills: [] })] });
    return identified(stage, KNOWN);
  },
  "bills-refused": (stage) => {
    stage.terminal.script({ bills: [no("billing.his_unavailable")] });
    return identified(stage, KNOWN);
  },
  "bills-detail": async (stage) => {
    await identified(stage, KNOWN);
    const step = stage.kiosk.step.value;
    if (step.kind === "bills") step.flow.open("B0");
  },
  "bills-schemes": (stage) => identified(stage, INSURED_TWICE),
};
