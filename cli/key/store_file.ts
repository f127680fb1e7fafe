import { dirname } from "node:path";
import { wipe } from "../../crypto/bytes.ts";
import { CryptoError } from "../../crypto/errors.ts";
import { openKeyStore, sealKeyStore, type StoredKey } from "../../crypto/key_store.ts";
import { StartError } from "../command.ts";
import { readSmallFile, requireOneStandardInput } from "../files/input.ts";
import {
  openOutput,
  type Output,
  removePartial,
  requireFolder,
  requireNoLink,
} from "../files/output.ts";
import { readPassword } from "../files/password.ts";
import { fileTrouble } from "../files/trouble.ts";

/**
 * The key store as a file: replaced whole (a torn one would lose every key), readable by its owner
 * alone unless it was given to a group, changed by one command at a time.
 */

const STORE_BYTES_MAX = 1 << 21;

/** The caller wipes what it gets. */
export async function readStore(
  path: string,
  passwordFile: string | undefined,
): Promise<StoredKey[]> {
  requireOneStandardInput(path, passwordFile);
  const file = await readSmallFile(path, STORE_BYTES_MAX);
  const password = await readPassword({
    file: passwordFile,
    what: `密钥库 "${path}" 的口令`,
    isNew: false,
  });
  try {
    return open(path, file, password);
  } finally {
    wipe(password);
  }
}

/** A new one; an existing file is never replaced. */
export async function createStore(
  path: string,
  passwordFile: string | undefined,
  keys: readonly StoredKey[],
): Promise<void> {
  await requireFolder(path);
  using _lock = await lockStore(path);
  await requireAbsent(path);
  using output = await replaceStore(path, { force: false });
  const password = await readPassword({
    file: passwordFile,
    what: `密钥库 "${path}" 的口令`,
    isNew: true,
  });
  try {
    await output.fill([sealKeyStore(keys, password)]);
    await output.finish();
  } finally {
    wipe(password);
  }
}

/** The same keys under a new password. */
export async function changePassword(
  link: string,
  passwordFile: string | undefined,
  newPasswordFile: string | undefined,
): Promise<void> {
  requireOneStandardInput(passwordFile, newPasswordFile);
  const path = await findStore(link);
  using _lock = await lockStore(path);
  using output = await replaceStore(path, { force: true });
  const keys = await readStore(path, passwordFile);
  const password = await readPassword({
    file: newPasswordFile,
    what: `密钥库 "${path}" 的新口令`,
    isNew: true,
    option: "--new-password-file",
  });
  try {
    await output.fill([sealKeyStore(keys, password)]);
    await output.finish();
  } finally {
    wipe(password, ...keys.map(({ bytes }) => bytes));
  }
}

/** `change` gives all keys that are to be there; nothing is written when it throws. */
export async function changeStore(
  link: string,
  passwordFile: string | undefined,
  change: (keys: readonly StoredKey[]) => readonly StoredKey[],
): Promise<void> {
  const path = await findStore(link);
  using _lock = await lockStore(path);
  using output = await replaceStore(path, { force: true });
  const file = await readSmallFile(path, STORE_BYTES_MAX);
  const password = await readPassword({
    file: passwordFile,
    what: `密钥库 "${path}" 的口令`,
    isNew: false,
  });
  try {
    const keys = change(open(path, file, password));
    await output.fill([sealKeyStore(keys, password)]);
    await output.finish();
    wipe(...keys.map(({ bytes }) => bytes));
  } finally {
    wipe(password);
  }
}

/** One store has one lock, by whatever links it is reached. */
async function findStore(path: string): Promise<string> {
  try {
    return await Deno.realPath(path);
  } catch (thrown) {
    throw fileTrouble("不能读取", path, thrown);
  }
}

function open(path: string, file: Uint8Array, password: Uint8Array): StoredKey[] {
  try {
    return openKeyStore(file, password);
  } catch (thrown) {
    if (!(thrown instanceof CryptoError)) throw thrown;
    const reason = thrown.code === "wrong_password"
      ? "口令不对，或文件被改动过"
      : `不是密钥库，或已损坏（${thrown.message}）`;
    throw new StartError(`密钥库 "${path}" 打不开：${reason}`, { cause: thrown });
  }
}

/**
 * The store's folder, because the store itself is replaced, and a lock file that root made would
 * shut the service's user out. Freed when the process ends, however.
 */
export async function lockStore(path: string): Promise<Disposable> {
  const lock = await openFolder(path);
  if (await lock.tryLock(true)) return lock;
  lock.close();
  throw new StartError(`密钥库 "${path}" 正被另一个命令修改，请等它结束后重做`);
}

async function openFolder(path: string): Promise<Deno.FsFile> {
  try {
    return await Deno.open(dirname(path));
  } catch (thrown) {
    throw fileTrouble("不能写入", path, thrown);
  }
}

async function requireAbsent(path: string): Promise<void> {
  await requireNoLink(path);
  const found = await Deno.lstat(path).catch(() => null);
  if (!found) return;
  throw new StartError(`"${path}" 已存在：密钥库不能覆盖，丢了密钥就读不出数据`);
}

/** Its partial file from before is removed; nothing is there under its name before `finish`. */
export async function replaceStore(path: string, { force }: { force: boolean }): Promise<Output> {
  // Under the lock nobody writes it: what is there was left by a power cut.
  removePartial(path);
  return await openOutput({ path, force, isPrivate: true, isBinary: true });
}
