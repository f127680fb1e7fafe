/** The two packages; one machine has one of them, since both hold the same program. */
export interface Product {
  readonly name: "yikatong-server" | "yikatong-terminal";
  readonly user: string;
  readonly data: string;
  /** In `deploy/common/config/` and `/etc/yikatong/`. */
  readonly config: string;
  /** In `deploy/common/systemd/`. */
  readonly units: readonly string[];
  /** In `deploy/common/`; under `/usr/lib/<name>/`, for the units. */
  readonly programs: readonly string[];
  readonly hasUdevRules: boolean;
  readonly journalMax: string;
  /** English: package tools measure it in words. */
  readonly summary: string;
  /** Lines of at most 40 characters, so that they fit a narrow screen. */
  readonly description: readonly string[];
  /** The other one, which cannot be on the same machine. */
  readonly other: string;
  readonly recommends: readonly string[];
}

export const SERVER: Product = {
  name: "yikatong-server",
  user: "yikatong",
  data: "/var/lib/yikatong",
  config: "server.toml",
  units: ["yikatong-server.service"],
  programs: [],
  hasUdevRules: false,
  journalMax: "4G",
  summary: "Yikatong platform: terminals, payments, ledger and console",
  description: [
    "医疗机构自助服务的平台：终端经签名线路接入，",
    "向 HIS、医保、聚合支付、电子证照办理挂号、缴费、退费和住院预交，",
    "每一分钱有复式账目，全程有审计链。含管理控制台。",
    "安装后填写 /etc/yikatong/server.toml 再启动。",
  ],
  other: "yikatong-terminal",
  recommends: ["systemd"],
};

export const TERMINAL: Product = {
  name: "yikatong-terminal",
  user: "yikatong-terminal",
  data: "/var/lib/yikatong-terminal",
  config: "terminal.toml",
  units: [
    "yikatong-terminal.service",
    "yikatong-update.service",
    "yikatong-update.path",
    "yikatong-terminal-restart.service",
    "yikatong-terminal-restart.path",
  ],
  programs: ["select-release"],
  hasUdevRules: true,
  journalMax: "1G",
  summary: "Yikatong self-service terminal: devices, screens, signed line",
  description: [
    "自助机上的终端程序：看管读卡器、密码键盘、打印机等设备，",
    "只向本机的浏览器提供界面，经签名线路访问平台。",
    "断电、断网、设备故障时，已收的款不丢。",
    "安装后填写 /etc/yikatong/terminal.toml 再启动。",
  ],
  other: "yikatong-server",
  recommends: ["systemd", "udev"],
};

export const PRODUCTS: readonly Product[] = [SERVER, TERMINAL];
