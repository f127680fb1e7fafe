import type { KeyHandle, ProviderInfo, SmProvider } from "../../../../crypto/provider.ts";
import type { EvidenceFiles } from "../evidence_files.ts";
import type { EvidenceSource } from "../evidence_source.ts";
import type { CsvValue } from "../pack/csv.ts";
import { CRYPTO_USES, type CryptoUse, KEYLESS_USES } from "./crypto_uses.ts";

export interface KeysDeps {
  readonly provider: Pick<SmProvider, "info" | "listKeys" | "selfTest">;
}

/** E-11: what cryptography is used for and with which keys; handles only, no key is read. */
export function keysSource({ provider }: KeysDeps): EvidenceSource {
  return {
    id: "E-11",
    async collect(_period, files) {
      const { info } = provider;
      const keys = [...await provider.listKeys()].sort(byLabel);
      await writeUses(files, keys, info);
      await writeProvider(files, info);
      const failedSelfTests = await writeSelfTests(provider, files);
      return {
        keys: keys.length,
        softwareKeys: info.hardware ? 0 : keys.length,
        certifiedProviders: info.certificate === null ? 0 : 1,
        failedSelfTests,
      };
    },
  };
}

function byLabel(left: KeyHandle, right: KeyHandle): number {
  if (left.label === right.label) return left.version - right.version;
  return left.label < right.label ? -1 : 1;
}

async function writeUses(
  files: EvidenceFiles,
  keys: readonly KeyHandle[],
  info: ProviderInfo,
): Promise<void> {
  const useOf = new Map(CRYPTO_USES.map((use) => [use.label, use]));
  const unused = CRYPTO_USES.filter(({ label }) => !keys.some((key) => key.label === label));
  await files.table({
    name: "crypto-inventory",
    title: "密码应用与密钥",
    columns: [
      "用途",
      "GB/T 39786-2021 条款",
      "算法",
      "密钥标签",
      "版本",
      "密钥用法",
      "保管处",
      "产品认证证书",
      "D 是否有效使用",
      "A 算法合规",
      "K 密钥管理安全",
    ],
    rows: [
      ...keys.map((key) => keyRow(key, useOf.get(key.label), info)),
      ...unused.map((use) => useRow(use, "未配置")),
      ...KEYLESS_USES.map((use) => useRow(use, "无平台密钥")),
    ],
  });
}

function keyRow(key: KeyHandle, use: CryptoUse | undefined, info: ProviderInfo): CsvValue[] {
  return [
    use?.use ?? "其他",
    use?.clause ?? null,
    use?.algorithm ?? key.algorithm,
    key.label,
    key.version,
    key.usage,
    info.hardware ? `密码设备（${info.name}）` : `软件密钥库（${info.name}，口令保护）`,
    info.certificate ?? "无",
    "是",
    key.algorithm === "tdes" ? "否（3DES）" : "是",
    info.certificate === null ? "否：密钥不在认证的密码产品内" : "是",
  ];
}

function useRow({ use, clause, algorithm }: CryptoUse, key: string): CsvValue[] {
  return [use, clause, algorithm, key, null, null, null, null, null, "是", null];
}

async function writeProvider(files: EvidenceFiles, info: ProviderInfo): Promise<void> {
  await files.json({ name: "provider", title: "密码模块" }, {
    name: info.name,
    kind: info.kind,
    version: info.version,
    certificate: info.certificate,
    hardware: info.hardware,
    capabilities: [...info.capabilities].sort(),
    notes: info.notes,
    warnings: info.warnings,
  });
}

async function writeSelfTests(
  provider: Pick<SmProvider, "selfTest">,
  files: EvidenceFiles,
): Promise<number> {
  const tests = await provider.selfTest();
  await files.table({
    name: "self-tests",
    title: "密码自检",
    columns: ["项目", "通过", "差异"],
    rows: tests.map(({ name, passed, detail }) => [name, passed, detail]),
  });
  return tests.filter(({ passed }) => !passed).length;
}
