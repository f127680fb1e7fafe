import type { ByteLine } from "../../ffi/line.ts";

/** What can go wrong with an answer on its way to the host. */
export type AnswerFault =
  /** It never comes. */
  | "silence"
  /** One bit of its last byte is another one. */
  | "bad_checksum"
  /** The end is missing. */
  | "cut"
  /** Other bytes come first. */
  | "garbage_before";

const WRITE_WAIT_MS_MAX = 10_000;
const GARBAGE = Uint8Array.of(0xff, 0x00, 0xaa, 0xaa, 0x28, 0x13);

/** The wire between a simulated device and its host, with its faults. */
export class FaultyWire {
  #pieceBytes = Number.POSITIVE_INFINITY;
  #fault: AnswerFault | null = null;
  #faultyAnswers = 0;

  /** Answers arrive in pieces of so many bytes from now on. */
  splitInto(pieceBytes: number): void {
    this.#pieceBytes = pieceBytes;
  }

  /** The next answers have this fault. */
  spoil(fault: AnswerFault, answers = Number.POSITIVE_INFINITY): void {
    this.#fault = fault;
    this.#faultyAnswers = answers;
  }

  heal(): void {
    this.#faultyAnswers = 0;
    this.#pieceBytes = Number.POSITIVE_INFINITY;
  }

  async send(line: ByteLine, answer: Uint8Array): Promise<void> {
    const bytes = this.#spoiled(answer);
    for (let at = 0; at < bytes.length; at += this.#pieceBytes) {
      const piece = bytes.subarray(at, Math.min(bytes.length, at + this.#pieceBytes));
      await line.write(piece, { timeoutMs: WRITE_WAIT_MS_MAX });
    }
  }

  #spoiled(answer: Uint8Array): Uint8Array {
    if (this.#faultyAnswers === 0) return answer;
    this.#faultyAnswers--;
    switch (this.#fault) {
      case "silence":
        return new Uint8Array(0);
      case "bad_checksum":
        return Uint8Array.from(answer, (byte, at) => at === answer.length - 1 ? byte ^ 1 : byte);
      case "cut":
        return answer.subarray(0, Math.floor(answer.length / 2));
      case "garbage_before":
        return new Uint8Array([...GARBAGE, ...answer]);
      case null:
        return answer;
    }
  }
}
