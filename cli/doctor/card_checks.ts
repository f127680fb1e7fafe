import type { Kysely } from "kysely";
import type { SmProvider } from "../../crypto/provider.ts";
import { countPadKeys, type PadKeyCounts } from "../../server/modules/fleet/pad_keys/store.ts";
import { LADDER_ROOT_KEY } from "../../server/platform/key_record_row.ts";
import type { Tables } from "../../server/schema.ts";
import type { Finding } from "./finding.ts";

/** The keys that bank cards are taken with: the ladder's root and the card host's master. */
export async function cardKeyFindings(
  provider: SmProvider,
  { masterLabel, isDevice }: {
    /** Of the host's master; null where no bank cards are taken. */
    readonly masterLabel: string | null;
    /** An SDF device, which has no root. */
    readonly isDevice: boolean;
  },
): Promise<Finding[]> {
  if (masterLabel === null) {
    return [{ state: "ok", text: "没有配置银行卡主机（card_host），不收银行卡" }];
  }
  const root = await provider.findKey(LADDER_ROOT_KEY);
  const master = await provider.findKey(masterLabel);
  return [
    root
      ? { state: "ok", text: "密钥分级的根密钥在密钥库里" }
      : { state: "warning", text: missingRootText(isDevice) },
    master?.usage === "import"
      ? { state: "ok", text: `银行卡主机的主密钥在密钥库里（${masterLabel}）` }
      : { state: "warning", text: missingMasterText(masterLabel, master !== null) },
  ];
}

/** Which pads went through the ceremony, and which of them did not get their work keys. */
export async function padFindings(db: Kysely<Tables>): Promise<Finding[]> {
  return padCountFindings(await countPadKeys(db));
}

export function padCountFindings({ masters, withoutWork }: PadKeyCounts): Finding[] {
  if (masters === 0) {
    return [{
      state: "warning",
      text: "没有一台终端的密码键盘有主密钥，收不了银行卡：yikatong key pad-master make",
    }];
  }
  if (withoutWork.length === 0) {
    return [{ state: "ok", text: `${masters} 台终端的密码键盘有主密钥，都有工作密钥` }];
  }
  return [{
    state: "warning",
    text: `${masters} 台终端的密码键盘有主密钥；没有工作密钥、暂不收银行卡的：${
      withoutWork.join("、")
    }。看终端日志里 pad_keys.missing 的原因`,
  }];
}

function missingRootText(isDevice: boolean): string {
  return isDevice
    ? `没有密钥 ${LADDER_ROOT_KEY}，收不了银行卡：SDF 密码设备不能包装密钥，crypto.provider = sdf 时` +
      "做不了；要收银行卡，改用软件密钥库"
    : `没有密钥 ${LADDER_ROOT_KEY}，收不了银行卡：yikatong key store add-missing，再重新启动`;
}

function missingMasterText(label: string, isOfOtherUse: boolean): string {
  const enter = `yikatong key store enter --label ${label} --check <银行给的校验值>`;
  return isOfOtherUse
    ? `密钥 ${label} 的用途不是 import，银行卡主机签不了到：换一个名称录入，${enter}`
    : `没有银行卡主机的主密钥 ${label}，签不了到：两名密钥管理员各录一段，${enter}`;
}
