import type {
  DevDeviceCommand,
  DevPaper,
  DevPhoneReply,
  DevState,
} from "../../terminal/dev_contract.ts";
import type { Fault, SandboxParty } from "../../sandbox/faults.ts";
import { type Books, readBooks } from "./books.ts";
import { until } from "./until.ts";

/** Where the process under test listens; the token is its page's. */
export interface Addresses {
  readonly kioskUrl: string;
  readonly sandboxUrl: string;
  readonly token: string;
}

/** What people do around the screen: cards, phones, paper, and trouble at the outside parties. */
export interface Hand {
  device(command: DevDeviceCommand): Promise<void>;
  phone(act: "pay" | "refuse", codeText: string): Promise<void>;
  network(on: boolean): Promise<void>;
  state(): Promise<DevState>;
  /** The text of all that was printed and not taken yet. */
  paper(): Promise<string>;
  plan(party: SandboxParty, call: string, fault: Fault, times?: number): Promise<void>;
  /** The doctor writes bills; their numbers. */
  prescribe(idNumber: string, body: PrescribeBody): Promise<string[]>;
  /** The in-patient desk settles the stay of whoever lies in hospital. */
  settleStay(idNumber: string, cost: string): Promise<void>;
  books(): Promise<Books>;
  /** Everything back as it was before a visit. */
  tidy(): Promise<void>;
}

export interface PrescribeBody {
  readonly institutionCode?: string;
  readonly prescription?: string;
  readonly count?: number;
}

export function handOf(at: Addresses): Hand {
  const local = <Reply>(path: string, body?: unknown) =>
    send<Reply>(at.kioskUrl + path, at.token, body);
  const outside = <Reply>(path: string, body?: unknown) =>
    send<Reply>(at.sandboxUrl + path, null, body);
  const hand: Hand = {
    async device(command) {
      const wants = wantedBy(command);
      if (wants) await until("a scanner that waits", () => hand.state(), wants);
      await local("/dev/devices", command);
    },
    async phone(act, codeText) {
      const reply = await local<DevPhoneReply>("/dev/phone", { do: act, codeText });
      if (reply.kind !== "done") throw new Error(`Cannot ${act} by phone: ${reply.reason}`);
    },
    async network(on) {
      await local("/dev/network", { on });
    },
    state: () => local<DevState>("/dev/state"),
    paper: async () => textOf(await local<DevPaper>("/dev/paper")),
    async plan(party, call, fault, times = 1) {
      await outside("sandbox/faults", { party, call, fault, times });
    },
    prescribe: async (idNumber, body) =>
      (await outside<{ billIds: string[] }>(`his/sandbox/persons/${idNumber}/bills`, body)).billIds,
    async settleStay(idNumber, cost) {
      await outside(`his/sandbox/persons/${idNumber}/settle-stay`, { cost });
    },
    books: () => readBooks(outside),
    async tidy() {
      await fetch(`${at.sandboxUrl}sandbox/faults`, { method: "DELETE" });
      await hand.network(true);
      if ((await hand.state()).card) await hand.device({ do: "pull_card" });
      await hand.device({ do: "set_paper", paper: "full" });
      await hand.device({ do: "set_cover", open: false });
      await hand.device({ do: "take_paper" });
      await mendCabinet(hand);
      await fetch(`${at.kioskUrl}/local/v1/sessions/end`, {
        method: "POST",
        headers: { "x-kiosk-token": at.token },
      });
    },
  };
  return hand;
}

/** A code held before a scanner that does not look yet is not read; nor is one it does not want. */
function wantedBy(command: DevDeviceCommand): ((state: DevState) => boolean) | null {
  if (command.do === "scan_text") return ({ scanner }) => scanner.armed;
  if (command.do !== "scan_code") return null;
  const pays = command.medium === "payment_code" || command.medium === "consumption_code";
  const want = pays ? "payment_code" : "credential";
  return ({ scanner }) => scanner.armed && scanner.want === want;
}

/** Keys that a pad lost stay gone. */
async function mendCabinet(hand: Hand): Promise<void> {
  const { cabinet } = await hand.state();
  if (cabinet.doorOpen) await hand.device({ do: "set_door", open: false });
  if (cabinet.supply !== "mains") await hand.device({ do: "set_supply", supply: "mains" });
  if (cabinet.padTampered) await hand.device({ do: "set_tamper", tampered: false });
  if (cabinet.jam) await hand.device({ do: "set_jam", jam: null });
  if (cabinet.binFull) await hand.device({ do: "set_bin", full: false });
  if (cabinet.library) await hand.device({ do: "set_library", library: "sound" });
}

/** The caller says what it expects; a wrong shape fails its test. */
async function send<Reply>(url: string, token: string | null, body?: unknown): Promise<Reply> {
  const response = await fetch(url, {
    method: body === undefined ? "GET" : "POST",
    headers: {
      "content-type": "application/json",
      ...(token !== null && { "x-kiosk-token": token }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`Cannot ask "${url}": ${response.status} ${text}`);
  return JSON.parse(text === "" ? "null" : text);
}

function textOf(paper: DevPaper): string {
  return paper.sheets.flatMap((sheet) => sheet.lines)
    .map((line) => line.kind === "text" ? line.runs.map((run) => run.text).join("") : line.text)
    .join("\n");
}
