/** What an answer of the SAM means for a driver. */
export type SdtOutcome =
  /** The command was done. */
  | "done"
  /** A card is on the field. */
  | "found"
  | "no_card"
  /** The card has no such record (追加住址). */
  | "no_record"
  /** The card could not be read this time: moved, taken away, or not genuine. */
  | "card_failed"
  /** The reader did not understand the command as it arrived. */
  | "not_understood"
  /** The reader itself: port, SAM, authorisation. */
  | "defective";

export interface SdtCode {
  readonly outcome: SdtOutcome;
  /** For the technician. */
  readonly meaning: string;
}

/**
 * Return codes of the SDT interface, the same for the library's functions and for SW3 of the serial
 * protocol: the table the makers of SDT and Syn readers share (精伦, 华旭, 新中新).
 */
const SDT_CODES: ReadonlyMap<number, SdtCode> = new Map([
  [0x90, { outcome: "done", meaning: "操作成功" }],
  [0x91, { outcome: "no_record", meaning: "证卡中无此项内容" }],
  [0x9f, { outcome: "found", meaning: "寻找证卡成功" }],
  [0x01, { outcome: "defective", meaning: "端口打开失败" }],
  [0x02, { outcome: "defective", meaning: "接收超时" }],
  [0x03, { outcome: "not_understood", meaning: "数据传输错误" }],
  [0x05, { outcome: "defective", meaning: "SAM_A串口不可用" }],
  [0x09, { outcome: "defective", meaning: "打开文件失败" }],
  [0x10, { outcome: "not_understood", meaning: "接收数据的校验和错误" }],
  [0x11, { outcome: "not_understood", meaning: "接收数据的长度错误" }],
  [0x21, { outcome: "not_understood", meaning: "接收命令错误" }],
  [0x23, { outcome: "not_understood", meaning: "越权操作" }],
  [0x24, { outcome: "not_understood", meaning: "无法识别的错误" }],
  [0x31, { outcome: "card_failed", meaning: "证卡认证SAM_A失败" }],
  [0x32, { outcome: "card_failed", meaning: "SAM_A认证证卡失败" }],
  [0x33, { outcome: "card_failed", meaning: "信息验证失败" }],
  [0x37, { outcome: "card_failed", meaning: "指纹信息验证错误" }],
  [0x3f, { outcome: "card_failed", meaning: "信息长度错误" }],
  [0x40, { outcome: "card_failed", meaning: "无法识别的卡类型" }],
  [0x41, { outcome: "card_failed", meaning: "读证卡操作失败" }],
  [0x47, { outcome: "card_failed", meaning: "取随机数失败" }],
  [0x60, { outcome: "defective", meaning: "SAM_A自检失败" }],
  [0x66, { outcome: "defective", meaning: "SAM_A没经过授权" }],
  [0x80, { outcome: "no_card", meaning: "寻找证卡失败" }],
  [0x81, { outcome: "no_card", meaning: "选取证卡失败" }],
]);

const UNKNOWN: SdtCode = { outcome: "defective", meaning: "未知返回码" };

/** A code that is not in the table is the reader's trouble, not the card's. */
export function sdtCode(code: number): SdtCode {
  return SDT_CODES.get(code) ?? UNKNOWN;
}
