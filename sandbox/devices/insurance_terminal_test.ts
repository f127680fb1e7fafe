import {
  INSURANCE_TERMINAL_CHECKS,
  type InsuranceTerminalRig,
} from "../../ffi/conformance/insurance_terminal.ts";
import { type EcPerson, SimulatedInsuranceTerminal } from "./insurance_terminal.ts";
import { ManualPause } from "./manual_pause.ts";

const PERSON: EcPerson = { idNumber: "441900199001010011", name: "样例甲", region: "441900" };

for (const [behaviour, check] of Object.entries(INSURANCE_TERMINAL_CHECKS)) {
  Deno.test(`simulated insurance terminal: ${behaviour}`, () => check(simulatedRig()));
}

function simulatedRig(): InsuranceTerminalRig {
  const manual = new ManualPause();
  let hangs = false;
  const terminal = new SimulatedInsuranceTerminal({
    pause: (ms, signal) => hangs ? manual.pause(ms, signal) : Promise.resolve(),
    callTakesMs: 1,
    findPerson: () => PERSON,
  });
  terminal.stand(PERSON);
  return {
    terminal,
    behave: (behaviour) => {
      hangs = behaviour === "hang";
      const failures = {
        ok: null,
        hang: null,
        refuse: "refused",
        cancel: "patient_cancelled",
        rubbish: "unreadable",
      } as const;
      terminal.fail(failures[behaviour]);
    },
    hanging: () => manual.reached(),
    recovered: () => Promise.resolve(),
  };
}
