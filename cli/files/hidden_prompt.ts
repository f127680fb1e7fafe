import { StartError } from "../command.ts";
import { onInterrupt } from "./interrupt.ts";

const TERMINAL = "/dev/tty";
const CTRL_C = 3;
const CTRL_D = 4;
const BACKSPACE = 8;
const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
const CTRL_U = 21;
const ESCAPE = 27;
const SPACE = 32;
const DELETE = 127;

/**
 * A line typed without being shown, from the terminal itself: standard input may be the data. Null
 * when there is no terminal.
 */
export async function askHidden(question: string): Promise<Uint8Array | null> {
  const terminal = await openTerminal();
  if (!terminal) return null;
  using _closing = terminal;
  using _restoring = onInterrupt(() => terminal.setRaw(false));
  // Before the question: who answers it at once must not see the answer.
  terminal.setRaw(true);
  try {
    await terminal.write(new TextEncoder().encode(question));
    return await readLine(terminal);
  } finally {
    terminal.setRaw(false);
    await terminal.write(new TextEncoder().encode("\n"));
  }
}

type Terminal = Pick<Deno.FsFile, "read" | "write" | "setRaw"> & Disposable;

async function openTerminal(): Promise<Terminal | null> {
  try {
    return await Deno.open(TERMINAL, { read: true, write: true });
  } catch (thrown) {
    return thrown instanceof Deno.errors.NotCapable ? standardTerminal() : null;
  }
}

/** What a program with few rights has instead of the terminal itself, unless the data comes in there. */
function standardTerminal(): Terminal | null {
  if (!Deno.stdin.isTerminal()) return null;
  return {
    read: (buffer) => Deno.stdin.read(buffer),
    write: (bytes) => Deno.stderr.write(bytes),
    setRaw: (mode) => Deno.stdin.setRaw(mode),
    [Symbol.dispose]: () => {},
  };
}

async function readLine(terminal: Terminal): Promise<Uint8Array> {
  const buffer = new Uint8Array(256);
  const line: number[] = [];
  while (true) {
    const length = await terminal.read(buffer) ?? 0;
    if (length === 0) return Uint8Array.from(line);
    for (const byte of withoutKeySequences(buffer.subarray(0, length))) {
      switch (byte) {
        case CARRIAGE_RETURN:
        case LINE_FEED:
        case CTRL_D:
          return finish(buffer, line);
        case CTRL_C:
          // A raw terminal sends no signal for it.
          throw new StartError("已中断");
        case CTRL_U:
          line.length = 0;
          break;
        case BACKSPACE:
        case DELETE:
          dropCharacter(line);
          break;
        default:
          // What is not seen is not typed on purpose: Tab, Ctrl-V and the like.
          if (byte >= SPACE) line.push(byte);
      }
    }
  }
}

/** An arrow or function key, ESC [ … or ESC O …, comes in one read; it is no part of a password. */
function* withoutKeySequences(typed: Uint8Array): Generator<number> {
  for (let at = 0; at < typed.length; at++) {
    const byte = typed[at] ?? 0;
    if (byte !== ESCAPE) {
      yield byte;
      continue;
    }
    const kind = typed[at + 1];
    if (kind !== 0x5b && kind !== 0x4f) continue;
    at += 2;
    while (kind === 0x5b && at < typed.length && (typed[at] ?? 0) < 0x40) at++;
  }
}

function finish(buffer: Uint8Array, line: number[]): Uint8Array {
  const typed = Uint8Array.from(line);
  buffer.fill(0);
  line.fill(0);
  return typed;
}

/** The last character in UTF-8: its last byte and what continues before. */
function dropCharacter(line: number[]): void {
  while (((line.pop() ?? 0) & 0xc0) === 0x80);
}
