import { CommandSlot } from "../command_slot.ts";
import type { CommandOptions, CommonFailure, Completion, StatusChanged } from "../contract.ts";
import { Listeners } from "../listeners.ts";
import type { VendorLibrary } from "../vendor/contract.ts";
import { failureOfLoss } from "../vendor/lost_call.ts";
import { requireFunctions } from "../vendor/required_functions.ts";
import type {
  EcFace,
  EcFailure,
  EcIdentity,
  EcSettlement,
  EcTransaction,
  InsuranceTerminal,
  InsuranceTerminalCapabilities,
  InsuranceTerminalStatus,
} from "./contract.ts";
import {
  type EcAnswer,
  parseAuthNo,
  parseEcAnswer,
  parseIdentity,
  parsePaymentToken,
} from "./ec_answer.ts";
import { EC_DIALECT, type EcDialect } from "./ec_dialect.ts";
import {
  buildEcRequest,
  type EcCall,
  faceCall,
  faceResultCall,
  isVoucherCode,
  secretCall,
  settlementCall,
  voucherCall,
} from "./ec_request.ts";

export interface InsuranceTerminalOptions {
  /** Its profile names the function `NationEcTrans` with `url`, `request` and `response`. */
  readonly library: VendorLibrary;
  /** Of the gateway: "https://…/localcfc/api/hsecfc/localQrCodeQuery". */
  readonly url: string;
  readonly capabilities?: InsuranceTerminalCapabilities;
  readonly dialect?: EcDialect;
}

interface EcCommand {
  readonly options: CommandOptions;
  readonly signal: AbortSignal;
  readonly request: EcTransaction;
}

/**
 * The insurance terminal behind `NationEcTrans(url, json, out)`. A call that ended without an
 * answer moved no money, so all of its ends are plain failures; tokens go to the caller alone.
 * Throws when the library's profile has no such function.
 */
export function openInsuranceTerminal(
  options: InsuranceTerminalOptions,
): InsuranceTerminal & AsyncDisposable {
  requireFunctions(options.library, ["NationEcTrans"]);
  return new LibraryInsuranceTerminal(options);
}

class LibraryInsuranceTerminal implements InsuranceTerminal, AsyncDisposable {
  readonly capabilities: InsuranceTerminalCapabilities;
  readonly #library: VendorLibrary;
  readonly #url: string;
  readonly #dialect: EcDialect;
  readonly #slot = new CommandSlot();
  readonly #listeners = new Listeners<StatusChanged>();
  readonly #unsubscribe: () => void;

  constructor(options: InsuranceTerminalOptions) {
    this.capabilities = options.capabilities ?? { voucher: true, face: true };
    this.#library = options.library;
    this.#url = options.url;
    this.#dialect = options.dialect ?? EC_DIALECT;
    this.#unsubscribe = this.#library.subscribe(() =>
      this.#listeners.tell({ kind: "status_changed" })
    );
  }

  status(): Promise<InsuranceTerminalStatus> {
    return Promise.resolve({ device: this.#library.condition });
  }

  subscribe(listener: (event: StatusChanged) => void): () => void {
    return this.#listeners.add(listener);
  }

  async decodeVoucher(
    request: EcTransaction & { readonly code: string | null },
    options: CommandOptions,
  ): Promise<Completion<EcIdentity, EcFailure>> {
    const { code } = request;
    if (code !== null && !isVoucherCode(code)) return { kind: "failed", reason: "unreadable" };
    return await this.#run(request, options, async (command) => {
      const answer = await this.#ask(command, voucherCall(code, this.#dialect));
      return completed(answer, (data) => parseIdentity(data, null));
    });
  }

  async authoriseFace(
    request: EcTransaction,
    options: CommandOptions,
  ): Promise<Completion<EcFace, EcFailure>> {
    return await this.#run(request, options, async (command) => {
      const { callId } = request;
      const authorised = completed(
        await this.#ask(command, faceCall(callId, this.#dialect)),
        (data) => parseAuthNo(data, callId),
      );
      if (authorised.kind === "failed") return authorised;
      if (command.signal.aborted) return { kind: "failed", reason: "cancelled" };
      const authNo = authorised.value;
      const answer = await this.#ask(command, faceResultCall(callId, authNo, this.#dialect));
      return completed(answer, (data) => {
        const identity = parseIdentity(data, authNo);
        return identity && { ...identity, authorisation: authNo };
      });
    });
  }

  async checkSecret(
    request: EcTransaction & { readonly token: string; readonly amountFen: bigint },
    options: CommandOptions,
  ): Promise<Completion<{ readonly paymentToken: string }, EcFailure>> {
    return await this.#run(request, options, async (command) => {
      const answer = await this.#ask(command, secretCall(request, this.#dialect));
      return completed(answer, (data) => {
        const paymentToken = parsePaymentToken(data, this.#dialect);
        return paymentToken === null ? null : { paymentToken };
      });
    });
  }

  async notifySettlement(
    request: EcTransaction & { readonly settlement: EcSettlement },
    options: CommandOptions,
  ): Promise<Completion<null, EcFailure>> {
    return await this.#run(request, options, async (command) => {
      const answer = await this.#ask(command, settlementCall(request, this.#dialect));
      if (typeof answer === "string") return { kind: "failed", reason: answer };
      // What stands in an acknowledgement no text tells.
      if (answer.kind === "accepted") return { kind: "done", value: null };
      return {
        kind: "failed",
        reason: answer.kind === "cancelled" ? "patient_cancelled" : answer.kind,
      };
    });
  }

  reset(_options: CommandOptions): Promise<Completion<null>> {
    this.#slot.end("cancelled");
    return Promise.resolve(
      this.#library.condition === "online"
        ? { kind: "done", value: null }
        : { kind: "failed", reason: "offline" },
    );
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#unsubscribe();
    this.#slot.end("offline");
    return Promise.resolve();
  }

  async #run<Value>(
    request: EcTransaction,
    options: CommandOptions,
    work: (command: EcCommand) => Promise<Completion<Value, EcFailure>>,
  ): Promise<Completion<Value, EcFailure>> {
    if (this.#library.condition === "offline") return { kind: "failed", reason: "offline" };
    return await this.#slot.run(options, (signal) => work({ options, signal, request }));
  }

  async #ask(command: EcCommand, call: EcCall): Promise<EcAnswer | CommonFailure> {
    const { signal, options: { timeoutMs } } = command;
    const reply = await this.#library.call("NationEcTrans", {
      url: this.#url,
      request: buildEcRequest(command.request, call),
    }, { signal, timeoutMs });
    if (reply.kind === "lost") return failureOfLoss(reply.reason);
    // Anything but "0000" says that the library itself did not work, whatever the patient did.
    if (!reply.succeeded) return "hardware_error";
    return parseEcAnswer(String(reply.outputs.response ?? ""), this.#dialect);
  }
}

function completed<Value>(
  answer: EcAnswer | CommonFailure,
  parse: (data: unknown) => Value | null,
): Completion<Value, EcFailure> {
  if (typeof answer === "string") return { kind: "failed", reason: answer };
  switch (answer.kind) {
    case "accepted": {
      const value = parse(answer.data);
      return value === null ? { kind: "failed", reason: "unreadable" } : { kind: "done", value };
    }
    case "cancelled":
      return { kind: "failed", reason: "patient_cancelled" };
    case "refused":
    case "unreadable":
      return { kind: "failed", reason: answer.kind };
  }
}
