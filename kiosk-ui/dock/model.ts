import { createModel, type Model, signal } from "@preact/signals";
import type { ReadonlySignal } from "@preact/signals";
import type {
  DevDeviceCommand,
  DevMedium,
  DevPaper,
  DevPerson,
  DevPhoneBody,
  DevState,
} from "../../terminal/dev_contract.ts";
import type { DockPort } from "./dock_port.ts";
import { WORDS } from "./words.ts";

export type DockPage = "persons" | "devices" | "paper" | "tour";

export interface Dock {
  readonly open: ReadonlySignal<boolean>;
  readonly page: ReadonlySignal<DockPage>;
  readonly state: ReadonlySignal<DevState | null>;
  readonly persons: ReadonlySignal<readonly DevPerson[]>;
  readonly person: ReadonlySignal<string | null>;
  readonly paper: ReadonlySignal<DevPaper | null>;
  /** What the last press came to, for whoever demonstrates. */
  readonly note: ReadonlySignal<string>;
  start(): Promise<void>;
  refresh(): Promise<void>;
  toggle(): void;
  show(page: DockPage): void;
  choose(personId: string): void;
  device(command: DevDeviceCommand): Promise<void>;
  present(personId: string, medium: DevMedium): Promise<void>;
  network(on: boolean): Promise<void>;
  jump(byMs: number): Promise<void>;
  phone(what: DevPhoneBody["do"]): Promise<void>;
}

interface DockDeps {
  readonly port: DockPort;
  readonly openAtStart: boolean;
  /** Text of the QR that the screen shows now. */
  readonly codeOnScreen: () => string | null;
}

export const DockModel = createModel(function dock(deps: DockDeps): Dock {
  const { port, codeOnScreen } = deps;
  const open = signal(deps.openAtStart);
  const page = signal<DockPage>("persons");
  const state = signal<DevState | null>(null);
  const persons = signal<readonly DevPerson[]>([]);
  const person = signal<string | null>(null);
  const paper = signal<DevPaper | null>(null);
  const note = signal("");

  async function refresh(): Promise<void> {
    state.value = await port.state() ?? state.value;
    paper.value = await port.paper() ?? paper.value;
  }

  function settle(next: DevState | null): void {
    note.value = next ? "" : WORDS.notDone;
    if (next) state.value = next;
  }

  async function device(command: DevDeviceCommand): Promise<void> {
    settle(await port.device(command));
    paper.value = await port.paper() ?? paper.value;
  }

  return {
    open,
    page,
    state,
    persons,
    person,
    paper,
    note,
    refresh,
    device,
    async start(): Promise<void> {
      persons.value = (await port.persons())?.persons ?? [];
      await refresh();
      port.listen(() => void refresh());
    },
    toggle(): void {
      open.value = !open.value;
    },
    show(next: DockPage): void {
      page.value = next;
    },
    choose(personId: string): void {
      person.value = person.value === personId ? null : personId;
    },
    async present(personId: string, medium: DevMedium): Promise<void> {
      if (medium === "social_security_card") await device({ do: "insert_card", personId });
      else if (medium === "id_card") await device({ do: "tap_id_card", personId });
      else if (medium === "bank_card") await device({ do: "insert_bank_card", personId });
      else if (medium === "face") await device({ do: "show_face", personId });
      else await device({ do: "scan_code", personId, medium });
    },
    async network(on: boolean): Promise<void> {
      settle(await port.network(on));
    },
    async jump(byMs: number): Promise<void> {
      settle(await port.clock(byMs));
    },
    async phone(what: DevPhoneBody["do"]): Promise<void> {
      const codeText = codeOnScreen();
      if (codeText === null) {
        note.value = WORDS.noCode;
        return;
      }
      const reply = await port.phone({ do: what, codeText });
      note.value = reply?.kind === "done" ? WORDS.phoneDone[what] : WORDS.notDone;
    },
  };
});

export type DockModelInstance = Model<Dock>;
