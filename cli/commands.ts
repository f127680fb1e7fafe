import type { CommandTable } from "./command.ts";

/** Every subcommand; each loads only what it needs. */
export const COMMANDS: CommandTable = {
  dev: {
    summary: "平台、沙箱和一台虚拟设备的终端，一个进程（演示、培训、开发）",
    load: async () => (await import("./dev.ts")).dev,
  },
  serve: {
    summary: "平台：接口、回调、后台任务",
    load: async () => (await import("./serve.ts")).serve,
  },
  sandbox: {
    summary: "模拟外部各方：HIS、医保、聚合支付、电子证照",
    load: async () => (await import("./sandbox.ts")).sandbox,
  },
  terminal: {
    summary: "自助机上的终端程序：设备、界面、到平台的签名线路",
    load: async () => (await import("./terminal.ts")).terminal,
  },
  kiosk: {
    summary: "自助机的屏幕：启动并看管浏览器，画面停住时重新启动",
    load: async () => (await import("./kiosk.ts")).kiosk,
  },
  migrate: {
    summary: "升级数据库结构并准备月分区",
    load: async () => (await import("./migrate.ts")).migrateDatabase,
  },
  holds: {
    summary: "列出已收款、HIS 尚未入账的订单和等待时间",
    load: async () => (await import("./holds.ts")).holds,
  },
  orders: {
    summary: "订单：一个机构还没办完的，立即查询（切换前）",
    load: async () => (await import("./orders.ts")).orders,
  },
  ledger: {
    summary: "账目：试算平衡，由分录和订单重算",
    load: async () => (await import("./ledger.ts")).ledger,
  },
  admin: {
    summary: "管理：首批三员、导入机构和终端、终端、重新加密、完整性检查",
    load: async () => (await import("./admin.ts")).admin,
  },
  audit: {
    summary: "审计：校验、检查点、归档、等保证据包",
    load: async () => (await import("./audit.ts")).audit,
  },
  backup: {
    summary: "备份：物理、逻辑、WAL 接收，列出、核对、按规则删除",
    load: async () => (await import("./backup.ts")).backup,
  },
  restore: {
    summary: "恢复：从备份到新的数据库目录，可到指定时刻；--drill 恢复演练",
    load: async () => (await import("./restore.ts")).restore,
  },
  retire: {
    summary: "撤机：清除这台终端，签署销毁证明，平台永远拒绝它",
    load: async () => (await import("./retire.ts")).retire,
  },
  key: {
    summary: "密钥：生成、显示、证书请求、加密保存、密钥库",
    load: async () => (await import("./key.ts")).key,
  },
  sm: {
    summary: "国密文件工具：SM3 摘要、SM2 签名和验证、加密和解密",
    load: async () => (await import("./sm.ts")).sm,
  },
  release: {
    summary: "发布：签名、核对、显示清单",
    load: async () => (await import("./release.ts")).release,
  },
  update: {
    summary: "终端的版本：暂存、切换、确认、退回",
    load: async () => (await import("./update.ts")).update,
  },
  doctor: {
    summary: "体检：平台的密码和密钥库；--terminal 一台自助机的线路和设备",
    load: async () => (await import("./doctor.ts")).doctor,
  },
  "device-host": {
    summary: "装载一个厂商动态库的子进程（由终端启动），--probe 检查",
    load: async () => (await import("./device_host.ts")).deviceHost,
  },
  "check-config": {
    summary: "检查并显示配置（不显示密钥）",
    load: async () => (await import("./check_config.ts")).checkConfig,
  },
};
