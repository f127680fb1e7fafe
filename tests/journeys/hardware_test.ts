/**
 * The kiosk with every device behind a serial port or a compiled library: pulling any one of them
 * in the middle of a visit ends in the right screen, with no money and no card lost.
 */
import assert from "node:assert/strict";
import type { SimulatedHardware } from "../../sandbox/devices/simulated_hardware.ts";
import { type Journey, openJourneys } from "./journey.ts";
import {
  confirmFigures,
  openBills,
  openTenders,
  payShownCode,
  seeReceipt,
  showCode,
  takeCardAndGo,
} from "./pay.ts";
import { until } from "./until.ts";

const journey = openJourneys({ devices: "hardware" });

journey("a bill is paid with every device on its driver (R-DEV-06, R-DEV-21)", async (at) => {
  await openTenders(at, "two_bills");
  await at.visitor.press("tender-show_code");
  await payShownCode(at);
  await seeReceipt(at);
  assert.match(await at.hand.paper(), /自付/);
  await takeCardAndGo(at);
});

journey("ID card and a scanned code over their lines (R-DEV-04, R-DEV-13)", async (at) => {
  const { visitor, hand } = at;
  await visitor.press("service-register");
  await visitor.sees("identify.waiting");
  await hand.device({ do: "tap_id_card", personId: "two_bills" });
  await visitor.sees("register.departments");
  await visitor.press("exit");
  await visitor.goesHome();
  await visitor.press("service-pay");
  await visitor.sees("identify.waiting");
  await hand.device({ do: "scan_code", personId: "two_bills", medium: "insurance_voucher" });
  await visitor.seesOneOf("bills.list", "bills.empty");
});

journey(
  "the card reader is pulled while money moves: paid, and the card comes back",
  async (at) => {
    const { visitor, hand } = at;
    await openTenders(at, "two_bills");
    await showCode(at);
    await hand.device({ do: "set_device", device: "card_reader", online: false });
    await payShownCode(at);
    await seeReceipt(at);
    await visitor.press("finish");
    await visitor.sees("home");
    await hand.device({ do: "set_device", device: "card_reader", online: true });
    await until("a card at the slot", () => hardwareOf(at).cardPlace, (place) => place === "slot");
    await visitor.sees("take_card");
    await hand.device({ do: "pull_card" });
    await visitor.sees("home");
  },
);

journey(
  "the printer is pulled before the receipt: said, and printed when it is back",
  async (at) => {
    const { visitor, hand } = at;
    await openTenders(at, "two_bills");
    await showCode(at);
    await hand.device({ do: "set_device", device: "receipt_printer", online: false });
    await payShownCode(at);
    await visitor.sees("order.completed");
    await visitor.finds("slip-not-printed");
    await hand.device({ do: "set_device", device: "receipt_printer", online: true });
    await until("a printer that is back", () => printerState(at), (state) => state === "online");
    await visitor.press("slip-print");
    await visitor.finds("slip-printed");
  },
);

journey(
  "the scanner is pulled while a payment code is awaited: another way is left",
  async (at) => {
    const { visitor, hand } = at;
    await openTenders(at, "two_bills");
    await visitor.press("tender-scan_code");
    await visitor.sees("order.scan");
    await hand.device({ do: "set_device", device: "scanner", online: false });
    try {
      await visitor.finds("scanner-down");
      await visitor.press("back");
      await visitor.sees("order.choose_tender");
      assert.ok(await visitor.page.locator("[data-testid=tender-scan_code]").isDisabled());
      await visitor.press("tender-show_code");
      await payShownCode(at);
      await seeReceipt(at);
    } finally {
      await hand.device({ do: "set_device", device: "scanner", online: true });
    }
  },
);

journey(
  "the card library crashes mid-read: said, the card is out, the next read works",
  async (at) => {
    const { visitor, hand } = at;
    await visitor.press("service-pay");
    await visitor.sees("identify.waiting");
    await hand.device({ do: "set_library", library: "crash" });
    await hand.device({ do: "insert_card", personId: "two_bills" });
    await visitor.sees("identify.read_failed");
    await visitor.readsText("机器刚才没有读成");
    await hand.device({ do: "set_library", library: "sound" });
    await hand.device({ do: "pull_card" });
    await visitor.press("try-again");
    await visitor.sees("identify.waiting");
    await until("a reader that is back", () => readerState(at), (state) => state === "online");
    await hand.device({ do: "insert_card", personId: "two_bills" });
    await visitor.seesOneOf("bills.list", "bills.empty");
  },
);

journey(
  "the PIN pad is tampered with mid-visit: told, and the visit goes on (R-DEV-10)",
  async (at) => {
    await openBills(at, "two_bills");
    await at.hand.device({ do: "set_tamper", tampered: true });
    await confirmFigures(at);
    await at.visitor.press("tender-show_code");
    await payShownCode(at);
    await seeReceipt(at);
    await until(
      "a pad that says so",
      () => stateOf(at, "pin_pad"),
      (state) => state === "tampered",
    );
  },
);

function hardwareOf({ stack }: Journey): SimulatedHardware {
  assert.ok(stack.hardware, "the stack has hardware");
  return stack.hardware;
}

function printerState(at: Journey): Promise<string> {
  return stateOf(at, "receipt_printer");
}

function readerState(at: Journey): Promise<string> {
  return stateOf(at, "card_reader");
}

async function stateOf({ hand }: Journey, device: string): Promise<string> {
  const { devices } = await hand.state();
  return devices.find((each) => each.device === device)?.state ?? "absent";
}
