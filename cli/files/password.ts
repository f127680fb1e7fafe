import { wipe } from "../../crypto/bytes.ts";
import { complain, StartError, UsageError } from "../command.ts";
import { readSmallFile } from "./input.ts";
import { askHidden } from "./hidden_prompt.ts";

/**
 * Passwords come from a file or are typed unseen, never from the command line, which every user of
 * the machine can read in `ps` and the shell writes into its history.
 */
export interface PasswordOptions {
  readonly file: string | undefined;
  /** As the prompt says: 私钥 "key.pem" 的口令. */
  readonly what: string;
  /** A new password is typed twice and must not be short. */
  readonly isNew: boolean;
  /** Which option gives its file; `--password-file` if none is told. */
  readonly option?: string;
}

const PASSWORD_BYTES_MAX = 1_024;
const NEW_PASSWORD_CHARACTERS_MIN = 8;
const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;

/** The caller wipes it. */
export async function readPassword(options: PasswordOptions): Promise<Uint8Array> {
  const { file } = options;
  if (file === undefined) return await typePassword(options);
  const password = await readPasswordFile(file);
  if (options.isNew) requireLong(password, `口令文件 "${file}" 里的口令`);
  return password;
}

/** One line; an editor's line end is no part of it. */
async function readPasswordFile(path: string): Promise<Uint8Array> {
  await warnIfReadable(path);
  const content = await readSmallFile(path, PASSWORD_BYTES_MAX + 2);
  let length = content.length;
  if (content[length - 1] === LINE_FEED) length--;
  if (content[length - 1] === CARRIAGE_RETURN) length--;
  const password = content.slice(0, length);
  wipe(content);
  if (length === 0) throw new StartError(`口令文件 "${path}" 是空的`);
  if (length > PASSWORD_BYTES_MAX || password.includes(LINE_FEED)) {
    wipe(password);
    throw new StartError(
      `口令文件 "${path}" 应只有一行，最多 ${PASSWORD_BYTES_MAX} 字节：是不是指错了文件？`,
    );
  }
  return password;
}

async function typePassword(
  { what, isNew, option = "--password-file" }: PasswordOptions,
): Promise<Uint8Array> {
  const password = await askHidden(`${what}：`);
  if (password === null) {
    throw new UsageError(
      `要有${what}，这里没有键盘可问：请加 ${option} <文件>`,
    );
  }
  if (password.length === 0) throw new StartError("口令不能为空");
  if (!isNew) return password;
  requireLong(password, "口令");
  await askAgain(password);
  return password;
}

async function askAgain(password: Uint8Array): Promise<void> {
  const again = await askHidden("再输入一次：");
  const isSame = again !== null && again.length === password.length &&
    again.every((byte, at) => byte === password[at]);
  if (again) wipe(again);
  if (isSame) return;
  wipe(password);
  throw new StartError("两次输入的口令不同，请重做");
}

function requireLong(password: Uint8Array, what: string): void {
  const { length } = new TextDecoder().decode(password);
  if (length >= NEW_PASSWORD_CHARACTERS_MIN) return;
  wipe(password);
  throw new StartError(`${what}太短：至少 ${NEW_PASSWORD_CHARACTERS_MIN} 个字符`);
}

async function warnIfReadable(path: string): Promise<void> {
  const info = await Deno.stat(path).catch(() => null);
  if (!info?.isFile || ((info.mode ?? 0) & 0o077) === 0) return;
  complain(`注意：其他用户也能读口令文件 "${path}"，请执行 chmod 600 ${path}`);
}
