/** What each key of the platform is for, by its label (GB/T 39786-2021 8.4, E-11). */
export interface CryptoUse {
  readonly label: string;
  readonly use: string;
  /** Of GB/T 39786-2021. */
  readonly clause: string;
  readonly algorithm: string;
}

export const CRYPTO_USES: readonly CryptoUse[] = [
  use("column-data", "存储机密性：个人信息字段加密", "8.4 e", "SM4-GCM"),
  use("column-index", "存储机密性：个人信息盲索引", "8.4 e", "HMAC-SM3"),
  use("line-sign", "身份鉴别：终端线路的平台身份", "8.2 a、8.4 a", "SM2 签名"),
  use("line-agree", "传输机密性：终端线路密钥协商", "8.2 c、8.4 d", "SM2 密钥交换"),
  use("line-wrap", "密钥管理：终端会话密钥的保护", "8.4 e", "SM4"),
  use("audit-tag", "日志记录完整性：审计事件标签", "8.3 e、8.4 g", "HMAC-SM3"),
  use("audit-sign", "不可否认性：审计检查点和证据包签名", "8.4 h", "SM2 签名"),
  use("program-token", "身份鉴别：程序账号的令牌", "8.4 a", "HMAC-SM3"),
  use("program-wrap", "密钥管理：程序账号密钥的保护", "8.4 e", "SM4"),
  use("row-tag", "访问控制信息和业务数据完整性：行标签", "8.4 b、8.4 g", "HMAC-SM3"),
];

/** Uses of cryptography without a key of the platform's. */
export const KEYLESS_USES: readonly CryptoUse[] = [
  use("", "身份鉴别：口令的保存", "8.4 a", "PBKDF2-HMAC-SM3"),
  use("", "身份鉴别：管理员 SM2 数字证书", "8.4 a", "SM2 签名验证"),
  use("", "传输机密性：终端线路会话", "8.2 c、8.4 d", "SM4-GCM、HMAC-SM3（协商密钥）"),
];

function use(...[label, what, clause, algorithm]: [string, string, string, string]): CryptoUse {
  return { label, use: what, clause, algorithm };
}
