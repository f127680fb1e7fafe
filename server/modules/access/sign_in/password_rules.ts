import { DomainError } from "../../../platform/errors.ts";
import type { SecurityPolicy } from "../policy/contract.ts";
import type { PasswordFlaw, PasswordRules } from "./contract.ts";
import { WEAK_PASSWORDS } from "./weak_passwords.ts";

/** What a new password must be like (R-SEC-06, GB/T 22239-2019 8.1.4.1 a), but for the history. */

interface Of {
  readonly policy: SecurityPolicy["password"];
  readonly login: string;
  /** The person's. */
  readonly name: string;
}

/** So much has to be left of a password without its weak words. */
const OWN_LENGTH_MIN = 6;
const PART_LENGTH_MIN = 3;
const WEAK_WORD_LENGTH_MIN = 4;
const RUN_LENGTH = 5;
const REPEATS_MAX = 3;

const CLASSES = [/[a-z]/, /[A-Z]/, /[0-9]/, /[^a-zA-Z0-9]/];

/** Read along rows and, where fingers slip downwards, along columns. */
const RUNS = [
  "01234567890",
  "abcdefghijklmnopqrstuvwxyz",
  "qwertyuiop",
  "asdfghjkl",
  "zxcvbnm",
  "1qaz2wsx3edc4rfv5tgb6yhn7ujm",
  "!qaz@wsx#edc$rfv%tgb",
  "!@#$%^&*()",
  "qazwsxedcrfvtgb",
];

/** What letters are written with to look clever. */
const DISGUISES: Readonly<Record<string, string>> = {
  "0": "o",
  "1": "l",
  "3": "e",
  "4": "a",
  "5": "s",
  "7": "t",
  "@": "a",
  "$": "s",
  "!": "i",
};

export function passwordRules({ password }: SecurityPolicy): PasswordRules {
  const { lengthMin, classesMin, history, ageDaysMax } = password;
  return { lengthMin, classesMin, history, ageDaysMax };
}

/** All that is wrong with it, so that nobody has to guess. */
export function passwordFlaws(password: string, { policy, login, name }: Of): PasswordFlaw[] {
  const small = password.normalize("NFKC").toLowerCase();
  const own = partsOf(login, name);
  const flaws: readonly (readonly [PasswordFlaw, boolean])[] = [
    ["too_short", [...password].length < policy.lengthMin],
    ["too_few_classes", countClasses(password) < policy.classesMin],
    ["of_login_or_name", own.some((part) => hasWord(small, part))],
    ["own_word", policy.ownWords.some((word) => hasWord(small, word.toLowerCase()))],
    ["common", isCommon(small)],
    ["keyboard", hasRun(small)],
    ["repeated", isRepeated(small)],
  ];
  return flaws.filter(([, isThere]) => isThere).map(([flaw]) => flaw);
}

export function weakPassword(flaws: readonly PasswordFlaw[]): DomainError {
  return new DomainError("access.weak_password", "Cannot take the password: it is weak", {
    detail: flaws.join(","),
  });
}

function countClasses(password: string): number {
  return CLASSES.filter((kind) => kind.test(password)).length;
}

function partsOf(login: string, name: string): string[] {
  const latin = `${login} ${name}`.toLowerCase().split(/[^a-z0-9]+/)
    .filter((part) => part.length >= PART_LENGTH_MIN);
  const chinese = name.replace(/\s/g, "");
  return /[^\x20-\x7e]/.test(chinese) && [...chinese].length >= 2 ? [...latin, chinese] : latin;
}

function hasWord(small: string, word: string): boolean {
  return small.includes(word) || plain(small).includes(plain(word));
}

function plain(small: string): string {
  return [...small].map((letter) => DISGUISES[letter] ?? letter).join("");
}

/** A weak word with a little around it: `P@ssw0rd2026`. */
function isCommon(small: string): boolean {
  const texts = [small, plain(small)];
  for (const word of WEAK_PASSWORDS) {
    if (word.length < WEAK_WORD_LENGTH_MIN) continue;
    if (texts.some((text) => isMostly(text, word))) return true;
  }
  return false;
}

function isMostly(text: string, word: string): boolean {
  if (!text.includes(word)) return false;
  const left = text.replaceAll(word, "").replace(/(19|20)?\d\d(0\d|1[0-2])?(\d\d)?$/, "");
  return [...left].length < OWN_LENGTH_MIN;
}

function hasRun(small: string): boolean {
  const runs = RUNS.flatMap((run) => [run, [...run].reverse().join("")]);
  for (let at = 0; at + RUN_LENGTH <= small.length; at++) {
    const piece = small.slice(at, at + RUN_LENGTH);
    if (runs.some((run) => run.includes(piece))) return true;
  }
  return false;
}

/** `aaaa`, or the same few characters over and over. */
function isRepeated(small: string): boolean {
  return new RegExp(`(.)\\1{${REPEATS_MAX},}`, "u").test(small) ||
    /^(.{1,6})\1+$/u.test(small) || /(.{2,4})\1{2,}/u.test(small);
}
