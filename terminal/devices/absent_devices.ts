import type {
  CardReader,
  Completion,
  IdCardReader,
  ReceiptPrinter,
  Scanner,
} from "../../ffi/contract.ts";

/** Stand-ins for what every visit may ask for and this kiosk has not: never there, always answering. */

const NOTHING_HAPPENS = (): () => void => () => {};

function offline(): Promise<Completion<never>> {
  return Promise.resolve({ kind: "failed", reason: "offline" });
}

export function absentCardReader(): CardReader {
  return {
    capabilities: { contact: false, contactless: false, eject: false, retain: false },
    status: () => Promise.resolve({ device: "offline", media: "not_present" }),
    subscribe: NOTHING_HAPPENS,
    reset: offline,
    read: offline,
    eject: offline,
    retain: offline,
  };
}

export function absentIdCardReader(): IdCardReader {
  return {
    capabilities: { documents: [] },
    status: () => Promise.resolve({ device: "offline" }),
    subscribe: NOTHING_HAPPENS,
    reset: offline,
    read: offline,
  };
}

export function absentScanner(): Scanner {
  return {
    capabilities: { charactersMax: 0 },
    status: () => Promise.resolve({ device: "offline", armed: false }),
    subscribe: NOTHING_HAPPENS,
    reset: offline,
    scan: offline,
  };
}

export function absentReceiptPrinter(): ReceiptPrinter {
  return {
    capabilities: { columns: 48, cutter: false, bytesMax: 0 },
    status: () => Promise.resolve({ device: "offline", paper: "out", cover: "closed" }),
    subscribe: NOTHING_HAPPENS,
    reset: offline,
    print: offline,
    realTimeStatus: offline,
  };
}
