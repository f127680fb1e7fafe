import type { Clause } from "../clause.ts";
import { elsewhere, none, shown, untested, within } from "../finding.ts";

/**
 * What the application can show of 8.1.1–8.1.3 and 8.1.6–8.1.10; the requirement is named by its
 * subject there, since most of it is judged from documents and on the spot.
 */
export const SURROUNDINGS: readonly Clause[] = [
  {
    id: "8.1.1",
    number: "8.1.1",
    requirement: "安全物理环境",
    checks: [elsewhere("E-22", "机房由建设单位提供，须现场核查")],
    reproduce: "现场核查",
  },
  {
    id: "8.1.2.1",
    number: "8.1.2.1",
    requirement: "网络架构（带宽、分区、关键设备冗余）",
    checks: [elsewhere("E-21", "网络由建设单位提供，须现场核查")],
    reproduce: "现场核查",
  },
  {
    id: "8.1.2.2-a",
    number: "8.1.2.2 a",
    requirement: "通信传输：应采用校验技术或密码技术保证通信过程中数据的完整性",
    checks: [
      none("E-15", {
        count: "terminalsWithoutKeys",
        of: "terminals",
        good: "终端线路每个请求和应答都有 HMAC-SM3",
        bad: "台终端没有注册线路密钥",
      }),
      none("E-21", {
        count: "plainParties",
        of: "parties",
        good: "到外部各方的连接都用 HTTPS",
        bad: "个外部接口没有用 HTTPS（须在专线或网关中保护）",
      }),
    ],
    reproduce: "改动线路上的一个字节；E-15、E-21",
  },
  {
    id: "8.1.2.2-b",
    number: "8.1.2.2 b",
    requirement: "通信传输：应采用密码技术保证通信过程中数据的保密性",
    checks: [
      none("E-15", {
        count: "terminalsWithoutKeys",
        of: "terminals",
        good: "终端线路的内容用 SM4-GCM 加密",
        bad: "台终端没有注册线路密钥",
      }),
      none("E-21", {
        count: "plainParties",
        of: "parties",
        good: "到外部各方的连接都用 HTTPS",
        bad: "个外部接口没有用 HTTPS（须在专线或网关中保护）",
      }),
    ],
    reproduce: "抓包；E-15、E-21",
  },
  {
    id: "8.1.2.3",
    number: "8.1.2.3",
    requirement: "通信设备可信验证",
    checks: [elsewhere("E-14", "通信设备由建设单位提供，须现场核查")],
    reproduce: "现场核查",
  },
  {
    id: "8.1.3.1",
    number: "8.1.3.1",
    requirement: "边界防护：跨越边界的访问和数据流通过受控接口通信，非授权设备不能私自联入",
    checks: [
      shown("E-21", "parties", "登记的外部接口"),
      none("E-15", {
        count: "terminalsWithoutKeys",
        of: "terminals",
        good: "只有注册并经批准的终端能接入",
        bad: "台终端没有注册线路密钥",
      }),
    ],
    reproduce: "以未注册的终端接入（被拒绝）；E-15、E-21；网络边界须现场核查",
  },
  {
    id: "8.1.3.2",
    number: "8.1.3.2",
    requirement: "边界访问控制：默认拒绝，按会话和应用协议控制",
    checks: [
      none("E-21", {
        count: "unguardedRoutes",
        isGrave: true,
        of: "routes",
        good: "接口默认拒绝，逐个声明权限",
        bad: "个接口没有声明所需权限",
      }),
      elsewhere("E-21", "防火墙由建设单位提供，须现场核查"),
    ],
    reproduce: "E-21；防火墙策略",
  },
  {
    id: "8.1.3.3",
    number: "8.1.3.3",
    requirement: "边界入侵防范",
    checks: [elsewhere("E-17", "入侵检测设备由建设单位提供，应用侧告警见 E-17")],
    reproduce: "现场核查；E-17",
  },
  {
    id: "8.1.3.4",
    number: "8.1.3.4",
    requirement: "恶意代码和垃圾邮件防范",
    checks: [elsewhere("E-14", "由网络和操作系统承担；应用不收发邮件")],
    reproduce: "现场核查",
  },
  {
    id: "8.1.3.5",
    number: "8.1.3.5",
    requirement: "边界安全审计：覆盖到每个用户，记录保护，能单独审计远程访问用户行为",
    checks: [
      shown("E-04", "events", "期内审计事件"),
      none("E-05", {
        count: "brokenLinks",
        of: "links",
        isGrave: true,
        good: "审计链完整",
        bad: "处审计链断点",
      }),
    ],
    reproduce: "控制台“审计”按操作者过滤；E-04、E-05",
  },
  {
    id: "8.1.6",
    number: "8.1.6",
    requirement: "安全管理制度",
    checks: [elsewhere("E-12", "由建设单位制定，须查阅文件")],
    reproduce: "查阅制度文件",
  },
  {
    id: "8.1.7.2",
    number: "8.1.7.2",
    requirement: "人员配备：系统管理员、审计管理员和安全管理员，安全管理员专职",
    checks: [
      within("E-01", {
        count: "duties",
        min: 3,
        what: "已有启用账号的管理职责（系统、安全、审计）",
      }),
      none("E-02", {
        count: "grantsOfOtherDuty",
        isGrave: true,
        of: "grants",
        good: "三员不能兼任",
        bad: "项授权跨越职责",
      }),
    ],
    reproduce: "E-01、E-02",
  },
  {
    id: "8.1.7.3",
    number: "8.1.7.3",
    requirement: "授权和审批：重要活动逐级审批，记录审批过程",
    checks: [
      none("E-02", {
        count: "ownApprovals",
        of: "approvedRequests",
        good: "权限申请逐项审批，申请人不能批准自己",
        bad: "项权限申请由申请人或受益人自己批准",
      }),
    ],
    reproduce: "控制台“审批”；E-02",
  },
  {
    id: "8.1.8.2",
    number: "8.1.8.2",
    requirement: "人员离岗：及时终止离岗人员的所有访问权限",
    checks: [
      none("E-01", {
        count: "expiredAccounts",
        of: "accounts",
        good: "没有到期后仍启用的账号",
        bad: "个账号到期后仍启用",
      }),
      none("E-01", {
        count: "unusedAccounts",
        of: "accounts",
        good: "没有长期未使用而仍启用的账号",
        bad: "个账号长期未使用而仍启用",
      }),
    ],
    reproduce: "控制台“账号”；E-01",
  },
  {
    id: "8.1.9.3",
    number: "8.1.9.3",
    requirement: "产品采购和使用：密码产品与服务的采购和使用符合国家密码管理主管部门的要求",
    checks: [
      within("E-11", {
        count: "certifiedProviders",
        min: 1,
        what: "在用的、有商用密码产品认证证书的密码设备",
      }),
    ],
    reproduce: "yikatong doctor；E-11",
  },
  {
    id: "8.1.9.4",
    number: "8.1.9.4",
    requirement: "自行软件开发：组件来源受控，交付前检测",
    checks: [
      none("E-13", {
        count: "packagesWithoutDigest",
        of: "packages",
        good: "每个第三方组件都按摘要锁定",
        bad: "个组件没有完整性摘要",
      }),
      none("E-13", {
        count: "packagesWithoutLicence",
        of: "packages",
        good: "每个组件都写明许可证",
        bad: "个组件没有许可证信息",
      }),
      untested("E-13", "packages", "开发与运行环境分离、交付前的安全检测须查阅文件"),
    ],
    reproduce: "E-13 与 deno.lock 对照",
  },
  {
    id: "8.1.10.2",
    number: "8.1.10.2",
    requirement: "资产管理：资产清单、责任部门、重要程度和所处位置",
    checks: [
      shown("E-15", "terminals", "列入清单的终端及其机构"),
      untested("E-15", "terminals", "服务器、网络设备等资产和责任人须查阅资产清单"),
    ],
    reproduce: "控制台“终端”；E-15",
  },
  {
    id: "8.1.10.5",
    number: "8.1.10.5",
    requirement: "漏洞和风险管理：识别漏洞和隐患，及时修补，定期测评",
    checks: [within("E-13", { count: "vulnerabilityScans", min: 1, what: "期内漏洞扫描" })],
    reproduce: "漏洞扫描报告；E-13、E-22",
  },
  {
    id: "8.1.10.6",
    number: "8.1.10.6",
    requirement: "网络和系统安全管理：划分管理员角色，记录运维操作，控制变更",
    checks: [
      shown("E-06", "privilegedOperations", "期内管理操作"),
      within("E-01", {
        count: "duties",
        min: 3,
        what: "已有启用账号的管理职责（系统、安全、审计）",
      }),
    ],
    reproduce: "E-01、E-06",
  },
  {
    id: "8.1.10.8",
    number: "8.1.10.8",
    requirement: "配置管理：记录和保存基本配置信息，变更纳入控制",
    checks: [shown("E-12", "settingChanges", "配置基线已导出；期内参数变更")],
    reproduce: "yikatong check-config；E-12",
  },
  {
    id: "8.1.10.9",
    number: "8.1.10.9",
    requirement: "密码管理：遵循密码相关国家标准和行业标准，使用经认证核准的密码技术和产品",
    checks: [
      within("E-11", { count: "keys", min: 1, what: "国密算法的在用密钥" }),
      none("E-11", {
        count: "failedSelfTests",
        good: "密码自检（标准答案）全部通过",
        bad: "项密码自检没有通过",
      }),
      none("E-11", {
        count: "softwareKeys",
        of: "keys",
        good: "密钥都在密码设备内",
        bad: "个密钥在软件密钥库中，不在认证的密码设备内",
      }),
    ],
    reproduce: "yikatong doctor；E-11",
  },
  {
    id: "8.1.10.10",
    number: "8.1.10.10",
    requirement: "变更管理：变更有方案、审批和记录",
    checks: [
      shown("E-12", "settingChanges", "期内有记录的参数、策略和结构变更"),
      untested("E-12", "settingChanges", "变更的方案和审批须查阅文件"),
    ],
    reproduce: "E-12",
  },
  {
    id: "8.1.10.11",
    number: "8.1.10.11",
    requirement: "备份与恢复管理：备份策略、周期和恢复程序",
    checks: [
      within("E-08", { count: "backups", min: 1, what: "期内备份" }),
      within("E-09", { count: "restoreDrills", min: 1, what: "期内恢复演练" }),
    ],
    reproduce: "E-08、E-09",
  },
  {
    id: "8.1.10.12",
    number: "8.1.10.12",
    requirement: "安全事件处置：及时报告，分析原因，收集证据，记录处理过程",
    checks: [
      shown("E-17", "alarms", "期内告警，可供追查"),
      untested("E-17", "alarms", "事件的报告、分析和处置须查阅记录"),
    ],
    reproduce: "控制台“审计”；E-17",
  },
];
