import type { Clause } from "../clause.ts";
import { elsewhere, lacking, none, shown, untested, within } from "../finding.ts";

/** GB/T 22239-2019 8.1.5 安全管理中心 (compliance.md §1.2). */
export const CENTRE: readonly Clause[] = [
  {
    id: "8.1.5.1-a",
    number: "8.1.5.1 a",
    requirement:
      "应对系统管理员进行身份鉴别，只允许其通过特定的命令或操作界面进行系统管理操作，并对这些操作进行审计",
    checks: [
      within("E-01", { count: "systemAdministrators", min: 1, what: "启用的系统管理员" }),
      none("E-01", {
        count: "systemWithoutFactor",
        of: "systemAdministrators",
        good: "系统管理员都以口令和第二因素鉴别",
        bad: "名系统管理员没有第二因素",
      }),
      none("E-21", {
        count: "unguardedRoutes",
        isGrave: true,
        of: "routes",
        good: "管理操作只能经声明了权限的接口或命令",
        bad: "个接口没有声明所需权限",
      }),
      shown("E-06", "privilegedOperations", "期内经控制台或命令的管理操作，均有审计"),
      none("E-06", {
        count: "emergencyResets",
        good: "期内没有在服务器上应急重置口令或第二因素",
        bad: "次在服务器上应急重置口令或第二因素，须逐次核对审批和在场人",
      }),
    ],
    reproduce: "控制台“账号”；E-01、E-06",
  },
  {
    id: "8.1.5.1-b",
    number: "8.1.5.1 b",
    requirement:
      "应通过系统管理员对系统的资源和运行进行配置、控制和管理，包括用户身份、系统资源配置、系统加载和启动、系统运行的异常处理、数据和设备的备份与恢复等",
    checks: [
      shown("E-12", "settingChanges", "期内参数变更"),
      within("E-08", { count: "backups", min: 1, what: "期内备份" }),
    ],
    reproduce: "控制台“参数”“终端”；E-06、E-08、E-12",
  },
  {
    id: "8.1.5.2-a",
    number: "8.1.5.2 a",
    requirement:
      "应对审计管理员进行身份鉴别，只允许其通过特定的命令或操作界面进行安全审计操作，并对这些操作进行审计",
    checks: [
      within("E-01", { count: "auditAdministrators", min: 1, what: "启用的审计管理员" }),
      none("E-01", {
        count: "auditWithoutFactor",
        of: "auditAdministrators",
        good: "审计管理员都以口令和第二因素鉴别",
        bad: "名审计管理员没有第二因素",
      }),
      none("E-21", {
        count: "unguardedRoutes",
        isGrave: true,
        of: "routes",
        good: "管理操作只能经声明了权限的接口或命令",
        bad: "个接口没有声明所需权限",
      }),
      shown("E-06", "privilegedOperations", "查询、导出、校验审计记录也有审计；期内管理操作"),
    ],
    reproduce: "以审计管理员查询后查看 audit.searched；E-06",
  },
  {
    id: "8.1.5.2-b",
    number: "8.1.5.2 b",
    requirement:
      "应通过审计管理员对审计记录进行分析，并根据分析结果进行处理，包括根据安全审计策略对审计记录进行存储、管理和查询等",
    checks: [
      shown("E-04", "events", "可查询、导出的审计事件"),
      within("E-03", { count: "retentionDays", min: 184, what: "审计留存天数" }),
    ],
    reproduce: "控制台“审计”；E-04、E-07",
  },
  {
    id: "8.1.5.3-a",
    number: "8.1.5.3 a",
    requirement:
      "应对安全管理员进行身份鉴别，只允许其通过特定的命令或操作界面进行安全管理操作，并对这些操作进行审计",
    checks: [
      within("E-01", { count: "securityAdministrators", min: 1, what: "启用的安全管理员" }),
      none("E-01", {
        count: "securityWithoutFactor",
        of: "securityAdministrators",
        good: "安全管理员都以口令和第二因素鉴别",
        bad: "名安全管理员没有第二因素",
      }),
      none("E-21", {
        count: "unguardedRoutes",
        isGrave: true,
        of: "routes",
        good: "管理操作只能经声明了权限的接口或命令",
        bad: "个接口没有声明所需权限",
      }),
      shown("E-06", "privilegedOperations", "期内管理操作，均有审计"),
    ],
    reproduce: "控制台“安全策略”“审批”；E-06",
  },
  {
    id: "8.1.5.3-b",
    number: "8.1.5.3 b",
    requirement:
      "应通过安全管理员对系统中的安全策略进行配置，包括安全参数的设置，主体、客体进行统一安全标记，对主体进行授权，配置可信验证策略等",
    checks: [
      within("E-03", { count: "factorDuties", min: 3, what: "策略要求第二因素的职责数" }),
      none("E-02", {
        count: "ownApprovals",
        of: "approvedRequests",
        good: "没有本人批准本人的申请",
        bad: "项权限申请由申请人或受益人自己批准",
      }),
      none("E-02", {
        count: "grantsNotBySecurity",
        of: "grants",
        isGrave: true,
        good: "除首批三员由命令行建立外，权限都由安全管理员授予",
        bad: "项授权不是由安全管理员授予",
      }),
      lacking("E-02", "应用没有主体、客体的统一安全标记和可信验证策略"),
    ],
    reproduce: "控制台“安全策略”“审批”；E-02、E-03",
  },
  {
    id: "8.1.5.4-a",
    number: "8.1.5.4 a",
    requirement: "应划分出特定的管理区域，对分布在网络中的安全设备或安全组件进行管控",
    checks: [
      within("E-03", {
        count: "restrictedAdministrators",
        min: 3,
        what: "已限定来源地址的管理员角色（系统、安全、审计）",
      }),
      elsewhere("E-21", "网络管理区的划分须现场核查"),
    ],
    reproduce: "网络拓扑；E-03",
  },
  {
    id: "8.1.5.4-b",
    number: "8.1.5.4 b",
    requirement: "应能够建立一条安全的信息传输路径，对网络中的安全设备或安全组件进行管理",
    checks: [
      none("E-15", {
        count: "terminalsWithoutKeys",
        of: "terminals",
        good: "终端都经 SM2 鉴别、SM4-GCM 加密的线路管理",
        bad: "台终端没有注册线路密钥",
      }),
      none("E-21", {
        count: "openListeners",
        good: "控制台只能经 TLS/TLCP 网关访问",
        bad: "个非回环监听地址",
      }),
      untested("E-21", "openListeners", "网关和管理网段的加密须由测评人员核查"),
    ],
    reproduce: "E-15、E-21",
  },
  {
    id: "8.1.5.4-c",
    number: "8.1.5.4 c",
    requirement: "应对网络链路、安全设备、网络设备和服务器等的运行状况进行集中监测",
    checks: [
      shown("E-15", "terminals", "集中监测的终端"),
      elsewhere("E-15", "网络链路和服务器由运维监控承担，/metrics 提供平台指标"),
      none("E-15", {
        count: "silentTerminals",
        of: "terminals",
        good: "每台终端在证据期最后一天都有心跳",
        bad: "台终端在证据期最后一天没有心跳",
      }),
    ],
    reproduce: "控制台“终端”；/metrics；E-15",
  },
  {
    id: "8.1.5.4-d",
    number: "8.1.5.4 d",
    requirement:
      "应对分散在各个设备上的审计数据进行收集汇总和集中分析，并保证审计记录的留存时间符合法律法规要求",
    checks: [
      none("E-07", {
        count: "missingReports",
        of: "journals",
        good: "终端日志全部收齐，没有缺号",
        bad: "条终端日志缺号",
      }),
      none("E-15", {
        count: "silentTerminals",
        of: "terminals",
        good: "每台终端在证据期最后一天都有心跳",
        bad: "台终端在证据期最后一天没有心跳，日志可能没有收齐",
      }),
      none("E-16", {
        count: "wrongClocks",
        of: "measuredClocks",
        good: "终端时钟与平台一致，记录可以汇总比对",
        bad: "台终端的时钟偏差超过 5 分钟",
      }),
      none("E-16", {
        count: "hostClocksOutOfStep",
        of: "hostClocks",
        good: "平台主机的时间同步服务 24 小时内同步过",
        bad: "台平台主机 24 小时内没有时间同步",
      }),
      within("E-03", {
        count: "retentionDays",
        min: 184,
        what: "审计留存天数（网络安全法：不少于六个月）",
      }),
    ],
    reproduce: "控制台“审计”；E-04、E-07",
  },
  {
    id: "8.1.5.4-e",
    number: "8.1.5.4 e",
    requirement: "应对安全策略、恶意代码、补丁升级等安全相关事项进行集中管理",
    checks: [
      shown("E-22", "components", "集中记录版本的组件"),
      within("E-13", { count: "vulnerabilityScans", min: 1, what: "期内漏洞扫描" }),
    ],
    reproduce: "控制台“安全策略”；E-03、E-22",
  },
  {
    id: "8.1.5.4-f",
    number: "8.1.5.4 f",
    requirement: "应能对网络中发生的各类安全事件进行识别、报警和分析",
    checks: [
      within("E-17", { count: "alarmKinds", min: 1, what: "作为告警的事件种类" }),
      shown("E-17", "alarms", "期内告警"),
      untested("E-17", "alarms", "主动通知（短信、电话）和关联分析须现场核查"),
    ],
    reproduce: "控制台“审计”；E-17",
  },
];
