import { UsageError } from "../command.ts";

/**
 * What a file is encrypted as: `sealed` in our own format, for the holders of SM2 keys or under a
 * password; `cipher` as SM4 alone; `sm2` as one SM2 ciphertext.
 */
export type Form = "sealed" | "cipher" | "sm2";

/** Which options a form takes; those of another form are refused rather than passed over. */
export function chooseForm(
  values: Readonly<Record<string, unknown>>,
  optionsOf: Readonly<Record<Form, readonly string[]>>,
): Form {
  if (values.mode !== undefined && values.format !== undefined) {
    throw new UsageError("--mode（SM4）和 --format（SM2 直接加密）只能写一个");
  }
  const form = values.mode !== undefined
    ? "cipher"
    : values.format !== undefined
    ? "sm2"
    : "sealed";
  const foreign = Object.values(optionsOf).flat()
    .find((name) => values[name] !== undefined && !optionsOf[form].includes(name));
  if (foreign !== undefined) {
    throw new UsageError(`${REFUSED[form]} --${foreign}。加 --help 看说明。`);
  }
  return form;
}

const REFUSED: Readonly<Record<Form, string>> = {
  sealed: "不写 --mode 或 --format 时没有",
  cipher: "和 --mode 一起不能用",
  sm2: "和 --format 一起不能用",
};
