/**
 * What the functions of the SSCardDriver family return, as the vendors' front ends explain it. The
 * numbers differ by build at the edges (assumed elsewhere); an unknown one is a card not read.
 */
const MEANINGS: Readonly<Record<number, string>> = {
  [-1]: "卡类型不正确",
  [-2]: "无卡",
  [-3]: "有卡未上电",
  [-4]: "卡无应答",
  [-5]: "加载动态库错误",
  [-11]: "读卡器连接错误",
  [-12]: "未建立连接",
  [-13]: "不支持该命令",
  [-14]: "命令参数错误",
  [-15]: "信息校验出错",
  [-20]: "卡识别码格式错误",
  [-21]: "内部认证失败（用户卡不合法）",
  [-22]: "传入数据与卡内不符",
  [-23]: "传入数据不合法",
  [-24]: "PSAM 卡密钥级别不够",
  [-31]: "用户取消密码输入",
  [-32]: "密码输入超时",
  [-33]: "密码长度错误",
  [-34]: "两次密码不一致",
  [-35]: "初始密码不能交易",
  [-36]: "不能改为初始密码",
  [-41]: "运算数据含非法字符",
  [-42]: "运算数据长度错误",
  [-51]: "PIN 校验失败",
  [-52]: "PIN 锁定",
  [-2201]: "无 PSAM 卡",
  [-2202]: "PSAM 不支持卡的算法",
  [-2203]: "PSAM 无 RKssse 密钥",
  [-2204]: "不需要加密机认证",
  [-25536]: "外部认证失败，剩余 0 次",
  [-25537]: "外部认证失败，剩余 1 次",
  [-25538]: "外部认证失败，剩余 2 次",
  [-26368]: "Lc 或 Le 错误",
  [-27010]: "不满足安全条件",
  [-27011]: "认证方法锁定",
  [-27266]: "未找到文件",
  [-27267]: "未找到记录",
  [-27272]: "未找到密钥",
  [-37634]: "MAC 无效",
  [-37635]: "应用永久锁定",
};

/** Below it a code is the card's status word with a minus. */
const FIRST_STATUS_WORD = 0x6100;
const LAST_STATUS_WORD = 0xffff;

/** For technicians: the code, what it means, the status word. A code holds nothing of a patient. */
export function explainCode(code: number): string {
  const word = statusWordOf(code);
  const meaning = MEANINGS[code] ?? "未知返回码";
  return word === null ? `${code} ${meaning}` : `${code} ${meaning} SW=${word}`;
}

/** SW1 SW2 of the card, four hex digits, or null where the code is the driver's own. */
function statusWordOf(code: number): string | null {
  const isWord = -code >= FIRST_STATUS_WORD && -code <= LAST_STATUS_WORD;
  return isWord ? (-code).toString(16).toUpperCase() : null;
}

const HSM_CODES: ReadonlySet<number> = new Set([-2201, -2202, -2203, -27272, -24]);

/** No PSAM here can authenticate the card: the platform's encryption machine can. */
export function wantsHsm(code: number): boolean {
  return HSM_CODES.has(code);
}

export type CodeVerdict =
  | "no_card"
  /** The chip is silent: at the contacts most often a card the wrong way round (assumed). */
  | "silent"
  /** Library, reader or PSAM: no card is to blame. */
  | "machine"
  | "card";

const VERDICTS: Readonly<Record<number, CodeVerdict>> = {
  [-2]: "no_card",
  [-3]: "silent",
  [-4]: "silent",
  [-5]: "machine",
  [-11]: "machine",
  [-12]: "machine",
  [-13]: "machine",
  [-14]: "machine",
};

export function judgeCode(code: number): CodeVerdict {
  return wantsHsm(code) ? "machine" : VERDICTS[code] ?? "card";
}

/**
 * Whether a step may be done once more. Not after a failed authentication: that counts a try down
 * at the card, and the last one locks it for good.
 */
export function mayRepeat(code: number): boolean {
  return judgeCode(code) === "silent" || code === -15;
}
