import type { Clause } from "../clause.ts";
import { counted, elsewhere, lacking, none, shown, untested, within } from "../finding.ts";

/**
 * GB/T 22239-2019 8.1.4 安全计算环境 with the assessor's units L3-CES1-01…35 of GB/T 28448-2019
 * (16 is not used there). What each is judged by is in compliance.md §1.1.
 */
export const COMPUTING: readonly Clause[] = [
  {
    id: "L3-CES1-01",
    number: "8.1.4.1 a",
    requirement:
      "应对登录的用户进行身份标识和鉴别，身份标识具有唯一性，身份鉴别信息具有复杂度要求并定期更换",
    checks: [
      shown("E-01", "accounts", "登录名唯一（数据库唯一约束），账号数"),
      none("E-01", {
        count: "personsWithoutCredential",
        of: "enabledPersons",
        good: "启用的人员账号都有口令或证书，没有空口令",
        bad: "个启用的人员账号没有鉴别信息",
      }),
      within("E-03", { count: "passwordLengthMin", min: 8, what: "口令最短长度" }),
      within("E-03", { count: "passwordClassesMin", min: 3, what: "口令至少包含的字符种类" }),
      within("E-03", { count: "passwordAgeDaysMax", max: 90, what: "口令最长使用天数" }),
      none("E-01", {
        count: "passwordsOverdue",
        of: "enabledPersons",
        good: "没有超过更换期限的口令",
        bad: "个账号的口令超过更换期限（下次登录时必须更换）",
      }),
    ],
    reproduce: "控制台“账号”“安全策略”；E-01、E-03",
  },
  {
    id: "L3-CES1-02",
    number: "8.1.4.1 b",
    requirement:
      "应具有登录失败处理功能，应配置并启用结束会话、限制非法登录次数和当登录连接超时自动退出等相关措施",
    checks: [
      within("E-03", { count: "failuresMax", min: 1, max: 10, what: "连续失败锁定次数" }),
      within("E-03", { count: "idleMinutesMax", min: 1, max: 30, what: "空闲退出分钟数" }),
      shown("E-20", "failedSignIns", "期内登录失败次数"),
      shown("E-20", "lockouts", "期内锁定次数"),
      shown("E-20", "endedSessions", "期内被系统或管理员结束的会话"),
    ],
    reproduce: "连续输错口令至锁定；空闲至退出；控制台“安全策略”；E-03、E-20",
  },
  {
    id: "L3-CES1-03",
    number: "8.1.4.1 c",
    requirement: "当进行远程管理时，应采取必要措施防止鉴别信息在网络传输过程中被窃听",
    checks: [
      none("E-21", {
        count: "openListeners",
        good: "平台只在回环地址监听，远程访问必须经过 TLS/TLCP 网关",
        bad: "个非回环监听地址：须证明它只由 TLS/TLCP 网关访问",
      }),
      untested("E-21", "openListeners", "网关的 TLS/TLCP 配置和抓包须由测评人员核查"),
    ],
    reproduce: "ss -ltnp；在网关外抓包；E-21",
  },
  {
    id: "L3-CES1-04",
    number: "8.1.4.1 d",
    requirement:
      "应采用口令、密码技术、生物技术等两种或两种以上组合的鉴别技术对用户进行身份鉴别，且其中一种鉴别技术至少应使用密码技术来实现",
    checks: [
      none("E-01", {
        count: "administratorsWithoutFactor",
        of: "administrators",
        good: "启用的管理员都登记了第二因素（动态口令或数字证书）",
        bad: "名管理员没有第二因素",
      }),
      within("E-03", { count: "factorDuties", min: 3, what: "策略要求第二因素的职责数" }),
    ],
    reproduce: "以管理员登录；控制台“账号”“安全策略”；E-01、E-04 中 access.signed_in 的鉴别方式",
  },
  {
    id: "L3-CES1-05",
    number: "8.1.4.2 a",
    requirement: "应对登录的用户分配账户和权限",
    checks: [
      shown("E-02", "roles", "角色数"),
      shown("E-02", "grants", "有效授权数"),
      none("E-21", {
        count: "unguardedRoutes",
        isGrave: true,
        of: "routes",
        good: "每个控制台接口都声明了所需权限，未声明时平台不能启动",
        bad: "个接口没有声明所需权限",
      }),
    ],
    reproduce: "控制台“角色”“授权”；E-02、E-21",
  },
  {
    id: "L3-CES1-06",
    number: "8.1.4.2 b",
    requirement: "应重命名或删除默认账户，修改默认账户的默认口令",
    checks: [
      none("E-01", {
        count: "defaultLogins",
        isGrave: true,
        of: "accounts",
        good:
          "没有 admin、root、test、guest 等默认登录名；首批账号使用一次性口令，首次登录必须更换",
        bad: "个账号使用默认登录名",
      }),
    ],
    reproduce: "控制台“账号”；E-01",
  },
  {
    id: "L3-CES1-07",
    number: "8.1.4.2 c",
    requirement: "应及时删除或停用多余的、过期的账户，避免共享账户的存在",
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
        good: "没有超过策略天数未使用而仍启用的账号",
        bad: "个账号长期未使用而仍启用",
      }),
      none("E-20", {
        count: "scatteredAccounts",
        of: "signedInAccounts",
        good: "没有账号一天内从 4 个以上地址登录",
        bad: "个账号一天内从 4 个以上地址登录，疑似共享",
      }),
    ],
    reproduce: "停用一个账号后尝试登录；控制台“账号”；E-01",
  },
  {
    id: "L3-CES1-08",
    number: "8.1.4.2 d",
    requirement: "应授予管理用户所需的最小权限，实现管理用户的权限分离",
    checks: [
      within("E-02", { count: "exclusivityRules", min: 2, what: "数据库中三员互斥的约束数" }),
      none("E-02", {
        count: "grantsOfOtherDuty",
        isGrave: true,
        of: "grants",
        good: "没有账号持有其他职责的角色",
        bad: "项授权跨越职责",
      }),
      within("E-01", {
        count: "duties",
        min: 3,
        what: "已有启用账号的管理职责（系统、安全、审计）",
      }),
      none("E-06", {
        count: "emergencyResets",
        good: "期内没有在服务器上应急重置口令或第二因素",
        bad: "次在服务器上应急重置口令或第二因素，须逐次核对审批和在场人",
      }),
    ],
    reproduce: "以系统管理员尝试审批权限；E-02 的互斥约束和查询",
  },
  {
    id: "L3-CES1-09",
    number: "8.1.4.2 e",
    requirement: "应由授权主体配置访问控制策略，访问控制策略规定主体对客体的访问规则",
    checks: [
      none("E-02", {
        count: "ownApprovals",
        of: "approvedRequests",
        good: "没有本人批准本人的权限申请",
        bad: "项权限申请由申请人或受益人自己批准",
      }),
      none("E-02", {
        count: "ownGrants",
        isGrave: true,
        of: "grants",
        good: "没有本人授予本人的权限",
        bad: "项授权由本人授予",
      }),
      none("E-02", {
        count: "grantsNotBySecurity",
        of: "grants",
        isGrave: true,
        good: "除首批三员由命令行建立外，权限都由安全管理员授予",
        bad: "项授权不是由安全管理员授予",
      }),
      untested("E-02", "grants", "越权访问（横向、纵向）须由测评人员实测"),
    ],
    reproduce: "以无权账号访问管理接口（返回 403 并留下 access.refused）；E-02、E-17",
  },
  {
    id: "L3-CES1-10",
    number: "8.1.4.2 f",
    requirement: "访问控制的粒度应达到主体为用户级或进程级，客体为文件、数据库表级",
    checks: [
      shown("E-02", "grants", "授权到账号、角色和机构节点，查询在数据库中按节点过滤；有效授权数"),
      shown("E-21", "routes", "按接口声明权限的接口数"),
      untested("E-21", "routes", "按机构过滤记录须以两个机构的账号实测"),
    ],
    reproduce: "以一个机构的账号查询另一机构的数据；E-02、E-21",
  },
  {
    id: "L3-CES1-11",
    number: "8.1.4.2 g",
    requirement: "应对重要主体和客体设置安全标记，并控制主体对有安全标记信息资源的访问",
    checks: [
      lacking("E-02", "应用没有强制访问控制的安全标记，须由操作系统（如麒麟 KySec、SELinux）提供"),
    ],
    reproduce: "操作系统的强制访问控制配置",
  },
  {
    id: "L3-CES1-12",
    number: "8.1.4.3 a",
    requirement: "应启用安全审计功能，审计覆盖到每个用户，对重要的用户行为和重要安全事件进行审计",
    checks: [
      within("E-04", { count: "events", min: 1, what: "期内审计事件" }),
      within("E-04", { count: "auditKinds", min: 1, what: "目录中的事件种类" }),
    ],
    reproduce: "控制台“审计”；E-04；docs/audit-events.md",
  },
  {
    id: "L3-CES1-13",
    number: "8.1.4.3 b",
    requirement:
      "审计记录应包括事件的日期和时间、用户、事件类型、事件是否成功及其他与审计相关的信息",
    checks: [
      none("E-04", {
        count: "eventsWithoutActor",
        of: "events",
        good: "每条记录都有时间（毫秒）、操作者、事件类型、结果",
        bad: "条记录没有操作者",
      }),
    ],
    reproduce: "任选 E-04 的一行与控制台“审计”对照",
  },
  {
    id: "L3-CES1-14",
    number: "8.1.4.3 c",
    requirement: "应对审计记录进行保护，定期备份，避免受到未预期的删除、修改或覆盖等",
    checks: [
      none("E-05", {
        count: "brokenLinks",
        of: "links",
        isGrave: true,
        good: "审计链校验通过：没有修改、删除、插入、调序或截尾",
        bad: "处审计链断点",
      }),
      none("E-05", {
        count: "trailWriteRights",
        good: "平台的数据库账号只能增加和查询审计记录，不能修改、删除",
        bad: "项修改或删除审计表的权限在平台的数据库账号上",
      }),
      within("E-05", { count: "checkpoints", min: 1, what: "SM2 签名的检查点" }),
      within("E-03", { count: "retentionDays", min: 184, what: "审计留存天数" }),
      shown("E-08", "trailArchives", "期内写成签名归档文件的月份"),
      within("E-08", { count: "backups", min: 1, what: "期内备份" }),
    ],
    reproduce: "yikatong audit verify --pack <本文件>；E-05、E-07",
  },
  {
    id: "L3-CES1-15",
    number: "8.1.4.3 d",
    requirement: "应对审计进程进行保护，防止未经授权的中断",
    checks: [
      shown("E-04", "events", "审计与业务在同一数据库事务中写入，写不成则业务不成；期内事件"),
      none("E-07", {
        count: "missingReports",
        of: "journals",
        good: "终端日志没有缺号",
        bad: "条终端日志缺号",
      }),
      untested("E-04", "events", "以非审计管理员账户中断审计须由测评人员实测"),
    ],
    reproduce: "以非审计管理员停止服务；systemctl show；E-04 中 platform.stopped",
  },
  {
    id: "L3-CES1-17",
    number: "8.1.4.4 a",
    requirement: "应遵循最小安装的原则，仅安装需要的组件和应用程序",
    checks: [
      within("E-13", { count: "packages", min: 1, what: "软件物料清单中的组件" }),
      untested("E-13", "packages", "操作系统软件包须现场核查"),
    ],
    reproduce: "E-13 与 deno.lock 对照；操作系统软件包须现场核查",
  },
  {
    id: "L3-CES1-18",
    number: "8.1.4.4 b",
    requirement: "应关闭不需要的系统服务、默认共享和高危端口",
    checks: [
      none("E-21", {
        count: "openListeners",
        good: "平台只监听一个回环地址的端口",
        bad: "个非回环监听地址",
      }),
      counted(
        "E-21",
        ["hostPorts", "outsidePorts"],
        ([all = 0, outside = 0]) =>
          `平台主机监听的 TCP 端口共 ${all} 个，其中非回环 ${outside} 个；是否必要、有无默认共享须对照现场核查（ss -ltnp）`,
      ),
    ],
    reproduce: "ss -ltnp；E-21",
  },
  {
    id: "L3-CES1-19",
    number: "8.1.4.4 c",
    requirement: "应通过设定终端接入方式或网络地址范围对通过网络进行管理的管理终端进行限制",
    checks: [
      within("E-03", {
        count: "restrictedAdministrators",
        min: 3,
        what: "已限定来源地址的管理员角色（系统、安全、审计）",
      }),
    ],
    reproduce: "从范围外的地址登录；控制台“角色”；E-03",
  },
  {
    id: "L3-CES1-20",
    number: "8.1.4.4 d",
    requirement:
      "应提供数据有效性检验功能，保证通过人机接口输入或通过通信接口输入的内容符合系统设定要求",
    checks: [
      shown("E-21", "routes", "每个接口的输入都按声明的格式检验（OpenAPI）；接口数"),
      untested("E-21", "routes", "须以畸形输入实测；人机接口和设备接口的检验见设计文档"),
    ],
    reproduce: "/openapi.json；以畸形输入访问接口（返回 400）；E-21",
  },
  {
    id: "L3-CES1-21",
    number: "8.1.4.4 e",
    requirement: "应能发现可能存在的已知漏洞，并在经过充分测试评估后，及时修补漏洞",
    checks: [
      shown("E-22", "components", "已记录版本的组件"),
      within("E-13", { count: "vulnerabilityScans", min: 1, what: "期内漏洞扫描" }),
    ],
    reproduce: "E-13、E-22；漏洞扫描和修补记录",
  },
  {
    id: "L3-CES1-22",
    number: "8.1.4.4 f",
    requirement: "应能够检测到对重要节点进行入侵的行为，并在发生严重入侵事件时提供报警",
    checks: [
      within("E-17", { count: "alarmKinds", min: 1, what: "作为入侵或篡改告警的事件种类" }),
      shown("E-17", "alarms", "期内告警"),
      untested("E-17", "alarms", "告警写入审计并在控制台可查；主动通知（短信、电话）须现场核查"),
    ],
    reproduce: "连续输错口令、越权访问、改动一行数据后查看控制台“审计”；E-17",
  },
  {
    id: "L3-CES1-23",
    number: "8.1.4.5",
    requirement:
      "应采用免受恶意代码攻击的技术措施或主动免疫可信验证机制及时识别入侵和病毒行为，并将其有效阻断",
    checks: [
      none("E-14", {
        count: "releaseTroubles",
        isGrave: true,
        good: "发布清单有全部受信任签名方的 SM2 签名",
        bad: "项签名或版本问题：发布清单不可信",
      }),
      none("E-14", {
        count: "differingFiles",
        of: "programFiles",
        isGrave: true,
        good: "程序文件与签名的发布清单一致",
        bad: "个程序文件与发布清单不符",
      }),
      elsewhere("E-14", "病毒防护由操作系统承担，须现场核查"),
    ],
    reproduce: "yikatong release verify；操作系统的防病毒或执行控制；E-14",
  },
  {
    id: "L3-CES1-24",
    number: "8.1.4.6",
    requirement:
      "可基于可信根对计算设备的系统引导程序、系统程序、重要配置参数和应用程序等进行可信验证，并在应用程序的关键执行环节进行动态可信验证，在检测到其可信性受到破坏后进行报警，并将验证结果形成审计记录送至安全管理中心",
    checks: [
      none("E-14", {
        count: "releaseTroubles",
        isGrave: true,
        good: "发布清单有全部受信任签名方的 SM2 签名",
        bad: "项签名或版本问题：发布清单不可信",
      }),
      none("E-14", {
        count: "differingFiles",
        of: "programFiles",
        isGrave: true,
        good: "程序文件与签名的发布清单一致",
        bad: "个程序文件与发布清单不符",
      }),
      within("E-14", {
        count: "releaseChecks",
        min: 1,
        what: "期内程序启动时和每日核对自身文件的审计记录",
      }),
      elsewhere("E-14", "系统引导程序和系统程序的可信验证由可信根和操作系统承担，须现场核查"),
    ],
    reproduce: "改动一个程序文件后启动（拒绝启动并告警）；yikatong release verify；E-14",
  },
  {
    id: "L3-CES1-25",
    number: "8.1.4.7 a",
    requirement:
      "应采用校验技术或密码技术保证重要数据在传输过程中的完整性，包括但不限于鉴别数据、重要业务数据、重要审计数据、重要配置数据、重要视频数据和重要个人信息等",
    checks: [
      none("E-15", {
        count: "terminalsWithoutKeys",
        of: "terminals",
        good: "终端线路每个请求和应答都有 HMAC-SM3，会话由 SM2 协商",
        bad: "台终端没有注册线路密钥",
      }),
      none("E-21", {
        count: "plainParties",
        of: "parties",
        good: "到外部各方的连接都用 HTTPS",
        bad: "个外部接口没有用 HTTPS（须在专线或网关中保护）",
      }),
      untested("E-15", "terminals", "传输中的篡改和抓包须由测评人员实测"),
    ],
    reproduce: "改动线路上的一个字节（请求被拒绝）；E-11、E-15、E-21",
  },
  {
    id: "L3-CES1-26",
    number: "8.1.4.7 b",
    requirement:
      "应采用校验技术或密码技术保证重要数据在存储过程中的完整性，包括但不限于鉴别数据、重要业务数据、重要审计数据、重要配置数据、重要视频数据和重要个人信息等",
    checks: [
      within("E-23", { count: "checkedRows", min: 1, what: "期内检查过完整性标签的行数" }),
      none("E-23", {
        count: "brokenRows",
        of: "checkedRows",
        isGrave: true,
        good: "没有发现被改动的行",
        bad: "行与其完整性标签不符",
      }),
      none("E-05", {
        count: "brokenLinks",
        of: "links",
        isGrave: true,
        good: "审计链完整",
        bad: "处审计链断点",
      }),
    ],
    reproduce: "直接改动一行数据后检查完整性；E-05、E-23",
  },
  {
    id: "L3-CES1-27",
    number: "8.1.4.8 a",
    requirement:
      "应采用密码技术保证重要数据在传输过程中的保密性，包括但不限于鉴别数据、重要业务数据和重要个人信息等",
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
      none("E-21", {
        count: "openListeners",
        good: "控制台只能经 TLS/TLCP 网关访问",
        bad: "个非回环监听地址",
      }),
      untested("E-15", "terminals", "传输中的篡改和抓包须由测评人员实测"),
    ],
    reproduce: "抓包；E-11、E-15、E-21",
  },
  {
    id: "L3-CES1-28",
    number: "8.1.4.8 b",
    requirement:
      "应采用密码技术保证重要数据在存储过程中的保密性，包括但不限于鉴别数据、重要业务数据和重要个人信息等",
    checks: [
      none("E-10", {
        count: "openPersonalFields",
        of: "personalFields",
        good: "含个人信息的字段都以 SM4-GCM 加密存放或只存盲索引",
        bad: "个含个人信息的字段没有加密",
      }),
      within("E-11", { count: "keys", min: 1, what: "在用密钥" }),
      untested("E-10", "personalFields", "须从数据库中抽查指定数据，确认没有明文"),
    ],
    reproduce: "查看数据库中 <字段>_sealed 列；E-10、E-11",
  },
  {
    id: "L3-CES1-29",
    number: "8.1.4.9 a",
    requirement: "应提供重要数据的本地数据备份与恢复功能",
    checks: [
      within("E-08", { count: "backups", min: 1, what: "期内备份" }),
      within("E-09", { count: "restoreDrills", min: 1, what: "期内恢复演练" }),
    ],
    reproduce: "E-08、E-09",
  },
  {
    id: "L3-CES1-30",
    number: "8.1.4.9 b",
    requirement: "应提供异地实时备份功能，利用通信网络将重要数据实时备份至备份场地",
    checks: [within("E-08", { count: "standbys", min: 1, what: "异地实时备份" })],
    reproduce: "E-08",
  },
  {
    id: "L3-CES1-31",
    number: "8.1.4.9 c",
    requirement: "应提供重要数据处理系统的热冗余，保证系统的高可用性",
    checks: [within("E-08", { count: "standbys", min: 1, what: "热备" })],
    reproduce: "停止一个平台进程和主数据库；E-08",
  },
  {
    id: "L3-CES1-32",
    number: "8.1.4.10 a",
    requirement: "应保证鉴别信息所在的存储空间被释放或重新分配前得到完全清除",
    checks: [
      shown("E-20", "endedSessions", "会话结束即失效；期内被结束的会话"),
      lacking(
        "E-19",
        "JavaScript 运行时不能保证内存副本全部清除（docs/crypto.md），须由系统禁用交换区和转储",
      ),
    ],
    reproduce: "退出登录后重放旧会话；systemctl show -p LimitCORE；swapon --show",
  },
  {
    id: "L3-CES1-33",
    number: "8.1.4.10 b",
    requirement: "应保证存有敏感数据的存储空间被释放或重新分配前得到完全清除",
    checks: [
      shown("E-19", "erasures", "期内从数据库删除的个人信息和到期审计月份"),
      none("E-19", {
        count: "unwipedTerminals",
        of: "eraseCertificates",
        good: "期内撤走的终端都有清除或物理销毁的证明，平台会签",
        bad: "台遗失，没有清除",
      }),
    ],
    reproduce: "E-19",
  },
  {
    id: "L3-CES1-34",
    number: "8.1.4.11 a",
    requirement: "应仅采集和保存业务必需的用户个人信息",
    checks: [
      within("E-10", { count: "personalFields", min: 1, what: "逐项写明目的和依据的个人信息字段" }),
      none("E-10", {
        count: "unlistedPersonalFields",
        good: "数据库中的每个加密字段都在清单中",
        bad: "个加密字段清单没有说明",
      }),
      untested("E-10", "personalFields", "必需性和管理制度须访谈、查阅"),
    ],
    reproduce: "E-10 与数据库结构对照；不保存人脸模板",
  },
  {
    id: "L3-CES1-35",
    number: "8.1.4.11 b",
    requirement: "应禁止未授权访问和非法使用用户个人信息",
    checks: [
      shown("E-18", "reveals", "默认掩码，查看明文须有权限和理由；期内查看明文"),
      none("E-21", {
        count: "unguardedRoutes",
        isGrave: true,
        of: "routes",
        good: "每个接口都声明了所需权限，个人信息默认掩码",
        bad: "个接口没有声明所需权限",
      }),
      none("E-18", {
        count: "revealsWithoutReason",
        of: "reveals",
        good: "每次查看明文都写明理由",
        bad: "次查看明文没有理由",
      }),
    ],
    reproduce: "以无权账号查看个人信息；控制台“个人信息”；E-18",
  },
];
