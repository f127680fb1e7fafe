import type { OwnFile } from "./own_file.ts";
import { type BothRelations, SERVER_RELATIONS, TERMINAL_RELATIONS } from "./relations.ts";
import { KIOSK_FILES, PROGRAM_FILES } from "./terminal_files.ts";

/** The two packages; one machine has one of them, since both hold the same program. */
export interface Product {
  readonly name: "yikatong-server" | "yikatong-terminal";
  readonly user: string;
  readonly data: string;
  /** In `deploy/common/config/` and `/etc/yikatong/`. */
  readonly config: string;
  /** In `deploy/common/`. */
  readonly units: readonly string[];
  /** Of the units those that go on with a new version at once; the others are at work or at rest. */
  readonly services: readonly string[];
  /** In `deploy/common/man/`. */
  readonly manuals: readonly string[];
  /** What only this package has. */
  readonly files: readonly OwnFile[];
  readonly journalMax: string;
  /** English: package tools measure it in words. */
  readonly summary: string;
  /** Lines of at most 40 characters, so that they fit a narrow screen. */
  readonly description: readonly string[];
  /** The other one, which cannot be on the same machine. */
  readonly other: string;
  readonly relations: BothRelations;
}

export const SERVER: Product = {
  name: "yikatong-server",
  user: "yikatong",
  data: "/var/lib/yikatong",
  config: "server.toml",
  units: [
    "systemd/yikatong-server.service",
    "systemd/yikatong-backup.service",
    "systemd/yikatong-backup.timer",
    "systemd/yikatong-wal.service",
    "systemd/yikatong-audit-archive.service",
    "systemd/yikatong-audit-archive.timer",
  ],
  services: ["yikatong-server.service", "yikatong-wal.service"],
  manuals: ["yikatong-purge.8"],
  files: [],
  journalMax: "4G",
  summary: "Yikatong platform: terminals, payments, ledger and console",
  description: [
    "医疗机构自助服务的平台：终端经签名线路接入，",
    "向 HIS、医保、聚合支付、电子证照办理挂号、缴费、退费和住院预交，",
    "每一分钱有复式账目，全程有审计链。含管理控制台。",
    "安装后填写 /etc/yikatong/server.toml 再启动。",
  ],
  other: "yikatong-terminal",
  relations: SERVER_RELATIONS,
};

export const TERMINAL: Product = {
  name: "yikatong-terminal",
  user: "yikatong-terminal",
  data: "/var/lib/yikatong-terminal",
  config: "terminal.toml",
  units: [
    "systemd/yikatong-terminal.service",
    "systemd/yikatong-terminal-restart.service",
    "systemd/yikatong-terminal-restart.path",
    "systemd/yikatong-update.service",
    "systemd/yikatong-update.path",
    "kiosk/yikatong-kiosk.service",
  ],
  services: ["yikatong-terminal.service", "yikatong-kiosk.service"],
  manuals: ["yikatong-purge.8", "yikatong-kiosk-setup.8"],
  files: [...PROGRAM_FILES, ...KIOSK_FILES],
  journalMax: "1G",
  summary: "Yikatong self-service terminal: devices, screens, signed line",
  description: [
    "自助机上的终端程序：看管读卡器、密码键盘、打印机等设备，",
    "只向本机的浏览器提供界面，经签名线路访问平台。",
    "断电、断网、设备故障时，已收的款不丢。",
    "安装后填写 /etc/yikatong/terminal.toml 再启动。",
  ],
  other: "yikatong-server",
  relations: TERMINAL_RELATIONS,
};

export const PRODUCTS: readonly Product[] = [SERVER, TERMINAL];
