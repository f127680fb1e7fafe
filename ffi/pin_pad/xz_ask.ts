import type { PinPadAlgorithm } from "./contract.ts";
import type { AskOptions, PadTalk } from "./pad_talk.ts";
import { encodeXzCommand } from "./xz_frame.ts";
import { XZ_ALGORITHM, XZ_COMMAND } from "./xz_profile.ts";

const REPEATABLE: AskOptions = { repeatable: true };

/** Throws as `PadTalk.ask` does. */
export async function askXz(
  talk: PadTalk,
  command: string,
  data: Uint8Array,
  options: AskOptions = {},
): Promise<Uint8Array> {
  return await talk.ask(encodeXzCommand(command, data), options);
}

/** Which of the two the next key commands mean. */
export async function useXzAlgorithm(talk: PadTalk, algorithm: PinPadAlgorithm): Promise<void> {
  await askXz(talk, XZ_COMMAND.algorithm, Uint8Array.of(XZ_ALGORITHM[algorithm]), REPEATABLE);
}

/** Two bytes, the high one first, as all numbers of this make. */
export function xzWord(value: number): Uint8Array {
  return Uint8Array.of(value >> 8, value & 0xff);
}
