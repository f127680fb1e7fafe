import { OffsetClock } from "../../server/platform/clock.ts";
import type { TerminalConfig } from "../../terminal/config.ts";
import { Journal } from "../../terminal/journal.ts";
import { enrolledOf, type EnrolledTerminal } from "../../terminal/line/line_memory.ts";
import type { LineKeys } from "../../terminal/line/line_keys.ts";
import type { LineRoute } from "../../terminal/line/line_http.ts";
import { JOURNAL_FILE } from "../../terminal/start.ts";
import { StartError } from "../command.ts";
import { fileTrouble } from "../files/trouble.ts";
import { makeTerminalKeys, openTerminalKeys } from "./key_file.ts";
import { openRoute } from "./line_route.ts";

/** What every command about this terminal begins with. */
export interface OpenedTerminal extends AsyncDisposable {
  readonly clock: OffsetClock;
  readonly journal: Journal;
  readonly keys: LineKeys;
  readonly route: LineRoute;
  /** Null before it is enrolled, and when the key file is another one than was enrolled. */
  readonly enrolled: EnrolledTerminal | null;
}

/** Journal and keys of the data folder, made where there are none. */
export async function openTerminal(config: TerminalConfig): Promise<OpenedTerminal> {
  await using stack = new AsyncDisposableStack();
  await makeDataFolder(config);
  const clock = new OffsetClock();
  const journal = stack.use(openJournal(config.data_dir, clock));
  const { keys } = stack.use(await openOrMakeKeys(config));
  const route = stack.use(await openRoute(config.platform));
  const enrolment = journal.line.enrolment();
  const fits = enrolment?.signKey === keys.signPublicKey &&
    enrolment.terminalNumber === config.number;
  const opened = stack.move();
  return {
    clock,
    journal,
    keys,
    route,
    enrolled: fits ? enrolledOf(enrolment) : null,
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

export function openJournal(dataDir: string, clock: OffsetClock): Journal {
  const path = `${dataDir}/${JOURNAL_FILE}`;
  try {
    return new Journal(path, clock);
  } catch (thrown) {
    throw new StartError(
      `日志文件 "${path}" 打不开：检查目录的权限和磁盘空间；文件损坏时先保存一份，再联系维护人员`,
      { cause: thrown },
    );
  }
}

async function openOrMakeKeys(config: TerminalConfig) {
  const known = await openTerminalKeys(config);
  if (known) return known;
  await makeTerminalKeys(config);
  const made = await openTerminalKeys(config);
  if (!made) throw new StartError("密钥文件写好后又不见了：检查数据目录");
  return made;
}

const PRIVATE_FOLDER = 0o700;

/** Owner-only, before anything is put there. */
export async function makeDataFolder({ data_dir: path }: TerminalConfig): Promise<void> {
  try {
    await Deno.mkdir(path, { recursive: true, mode: PRIVATE_FOLDER });
  } catch (thrown) {
    throw fileTrouble("不能建立数据目录", path, thrown);
  }
}
