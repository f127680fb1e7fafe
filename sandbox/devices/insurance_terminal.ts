import { CommandSlot } from "../../ffi/command_slot.ts";
import type { CommandOptions, Completion, StatusChanged } from "../../ffi/contract.ts";
import type {
  EcFace,
  EcFailure,
  EcIdentity,
  EcSettlement,
  EcTransaction,
  InsuranceTerminal,
  InsuranceTerminalStatus,
} from "../../ffi/insurance_terminal/contract.ts";
import { Listeners } from "../../ffi/listeners.ts";
import type { Pause } from "../../server/platform/pause.ts";

/** Who stands before the camera or owns the code; the token is made for each call. */
export interface EcPerson {
  readonly idNumber: string;
  readonly name: string;
  readonly region: string;
}

interface Options {
  readonly pause: Pause;
  /** How long the terminal's windows take. */
  readonly callTakesMs: number;
  /** Decodes a voucher's code; null: nobody's. */
  readonly findPerson: (code: string) => EcPerson | null;
  /** The token that insurance takes for a person; one that nobody takes when absent. */
  readonly issueToken?: (person: EcPerson) => Promise<string>;
}

/** The insurance terminal without a library; the methods below `reset` are the patient and the world. */
export class SimulatedInsuranceTerminal implements InsuranceTerminal {
  readonly capabilities = { voucher: true, face: true };
  /** Outcomes it was told, oldest first. */
  readonly told: (EcSettlement & { readonly callId: string })[] = [];
  readonly #options: Options;
  readonly #slot = new CommandSlot();
  readonly #listeners = new Listeners<StatusChanged>();
  #online = true;
  #failure: EcFailure | null = null;
  #present: EcPerson | null = null;
  #calls = 0;

  constructor(options: Options) {
    this.#options = options;
  }

  status(): Promise<InsuranceTerminalStatus> {
    return Promise.resolve({ device: this.#online ? "online" : "offline" });
  }

  subscribe(listener: (event: StatusChanged) => void): () => void {
    return this.#listeners.add(listener);
  }

  decodeVoucher(
    request: EcTransaction & { readonly code: string | null },
    options: CommandOptions,
  ): Promise<Completion<EcIdentity, EcFailure>> {
    return this.#call<EcIdentity>(options, async () => {
      const person = request.code === null ? this.#present : this.#options.findPerson(request.code);
      return person ? { kind: "done", value: await this.#identity(person) } : failed("refused");
    });
  }

  authoriseFace(
    request: EcTransaction,
    options: CommandOptions,
  ): Promise<Completion<EcFace, EcFailure>> {
    return this.#call<EcFace>(options, async () => {
      if (!this.#present) return failed("patient_cancelled");
      const authorisation = `SIMAUTH-${request.callId}`;
      return { kind: "done", value: { ...await this.#identity(this.#present), authorisation } };
    });
  }

  checkSecret(
    request: EcTransaction & { readonly token: string; readonly amountFen: bigint },
    options: CommandOptions,
  ): Promise<Completion<{ readonly paymentToken: string }, EcFailure>> {
    return this.#call(options, () =>
      Promise.resolve({
        kind: "done",
        value: { paymentToken: `SIMPAY-${++this.#calls}-${request.callId}` },
      }));
  }

  notifySettlement(
    { callId, settlement }: EcTransaction & { readonly settlement: EcSettlement },
    options: CommandOptions,
  ): Promise<Completion<null, EcFailure>> {
    return this.#call<null>(options, () => {
      this.told.push({ ...settlement, callId });
      return Promise.resolve({ kind: "done", value: null });
    });
  }

  reset(_options: CommandOptions): Promise<Completion<null>> {
    if (!this.#online) return Promise.resolve({ kind: "failed", reason: "offline" });
    this.#slot.end("cancelled");
    return Promise.resolve({ kind: "done", value: null });
  }

  /** Who stands before the camera from now on and holds a code before the terminal's own scanner. */
  stand(person: EcPerson | null): void {
    this.#present = person;
  }

  /** Ends the next calls so, till told otherwise. */
  fail(failure: EcFailure | null): void {
    this.#failure = failure;
  }

  setOnline(online: boolean): void {
    this.#online = online;
    if (!online) this.#slot.end("offline");
    this.#listeners.tell({ kind: "status_changed" });
  }

  async #call<Value>(
    options: CommandOptions,
    answer: () => Promise<Completion<Value, EcFailure>>,
  ): Promise<Completion<Value, EcFailure>> {
    if (!this.#online) return { kind: "failed", reason: "offline" };
    return await this.#slot.run<Value, EcFailure>(options, async (signal) => {
      await this.#options.pause(this.#options.callTakesMs, signal);
      return this.#failure ? failed(this.#failure) : await answer();
    });
  }

  async #identity(person: EcPerson): Promise<EcIdentity> {
    const token = await this.#options.issueToken?.(person) ?? `SIMEC-${++this.#calls}`;
    return { ...person, token };
  }
}

function failed(reason: EcFailure): Completion<never, EcFailure> {
  return { kind: "failed", reason };
}
