import type {
  DecommissionStatement,
  ErasureCertificate,
  RetirementRecord,
} from "../../server/modules/fleet/retire/contract.ts";
import { chinaTime } from "../../server/platform/clock.ts";

/** For paper: what both people sign by hand. */
export function certificateLines(certificate: ErasureCertificate): string[] {
  const { machine, media, wiped, verification, trim } = certificate;
  const { device } = verification;
  const kinds = { rotational: "机械盘", solid_state: "固态盘" };
  return [
    "数据销毁证明",
    `编号      ${certificate.id}`,
    `终端      ${certificate.terminalNumber}（${certificate.terminalId}）`,
    `密钥指纹  ${certificate.keyFingerprint}`,
    `机器      ${
      [machine.maker, machine.model, machine.serial].filter(Boolean).join(" ") || "未知"
    }`,
    ...media.map((disk) =>
      `磁盘      ${disk.device} ${kinds[disk.kind]} ${disk.model} ${disk.serial}`.trimEnd()
    ),
    `时间      ${timeOf(certificate.startedAt)} 至 ${timeOf(certificate.endedAt)}`,
    "方式      随机数据覆盖、落盘、读回核对、删除",
    ...wiped.map(({ path, files, bytes }) => `清除      ${path}：${files} 个文件，${bytes} 字节`),
    `核对      读回 ${verification.blocks} 块，不符 0；查找 ${verification.markers} 个标记，找到 0`,
    `整盘抽查  ${device === null ? "没有做" : `${device.path} ${device.blocks} 块，找到 0`}`,
    `TRIM      ${trim.done ? trim.said : `没有做（${trim.said}）`}`,
    `密钥      ${certificate.keysDestroyed.join("、")}`,
    `理由      ${certificate.reason}`,
    `照片      ${certificate.photos.join("、") || "无"}`,
    `经手人    ${certificate.operator}`,
    `见证人    ${certificate.witness}`,
  ];
}

const METHODS: Readonly<Record<DecommissionStatement["method"], string>> = {
  physically_destroyed: "存储已物理销毁（两人声明）",
  erased_by_other_means: "已用其他方法清除（两人声明）",
  lost: "遗失、被盗，没有清除（两人声明）",
};

/** What the platform countersigned, whichever of the two it is of. */
export function recordLines(
  { recordedAt, recordedBy }: RetirementRecord,
  stated: ErasureCertificate | DecommissionStatement,
): string[] {
  const lines = stated.kind === "erasure_certificate" ? certificateLines(stated) : [
    "撤机声明",
    `编号      ${stated.id}`,
    `终端      ${stated.terminalNumber}（${stated.terminalId}）`,
    `时间      ${timeOf(stated.statedAt)}`,
    `方式      ${METHODS[stated.method]}`,
    `理由      ${stated.reason}`,
    `经手人    ${stated.operator}`,
    `见证人    ${stated.witness}`,
  ];
  return [...lines, `登记      ${timeOf(recordedAt)}，${recordedBy}`];
}

function timeOf(text: string): string {
  return chinaTime(new Date(text));
}
