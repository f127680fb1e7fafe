/** Every evidence file of a pack, whether its source exists yet or not (compliance.md §1.7). */
export const EVIDENCE = {
  "E-01": { title: "账号清单", shows: "登录名、职责、状态、建立时间、口令更新时间、鉴别方式" },
  "E-02": { title: "角色、授权与三权分立", shows: "角色权限矩阵、授权和审批、互斥约束及查询结果" },
  "E-03": { title: "安全策略", shows: "口令、登录失败锁定、会话、双因素、审计留存、来源地址限制" },
  "E-04": { title: "审计记录", shows: "证据期内全部审计事件，按月" },
  "E-05": { title: "审计链校验报告", shows: "SM3 链和 SM2 检查点的校验结果" },
  "E-06": { title: "特权操作", shows: "管理员的管理操作" },
  "E-07": { title: "日志留存与缺口", shows: "各来源最早、最晚记录和终端日志缺号" },
  "E-08": { title: "备份记录", shows: "审计记录归档、数据库备份与热备" },
  "E-09": { title: "恢复演练记录", shows: "恢复测试的时间和结果" },
  "E-10": { title: "个人信息清单", shows: "字段、目的、依据、保存方式" },
  "E-11": { title: "密码应用与密钥清单", shows: "用途、算法、密钥标签和版本、保管处、产品证书" },
  "E-12": { title: "配置基线与变更", shows: "运行配置（不含秘密）、参数和变更记录" },
  "E-13": { title: "软件物料清单", shows: "组件、版本、完整性摘要、许可证" },
  "E-14": { title: "程序文件校验", shows: "程序文件与发布清单的比对" },
  "E-15": { title: "终端清单", shows: "终端、机构、状态、密钥指纹、最后心跳" },
  "E-16": { title: "时间同步", shows: "终端时钟与平台时钟的偏差、平台主机的时间同步" },
  "E-17": { title: "安全告警", shows: "入侵、越权、篡改等告警事件" },
  "E-18": { title: "个人信息访问记录", shows: "查询、查看明文、导出、删除" },
  "E-19": { title: "数据销毁证明", shows: "个人信息和到期审计记录的删除、撤机换机时的数据清除" },
  "E-20": { title: "登录失败与锁定", shows: "失败、锁定、结束的会话" },
  "E-21": { title: "端口与接口", shows: "监听地址和主机端口、全部接口及所需权限、外部各方地址" },
  "E-22": { title: "版本与补丁", shows: "运行时、操作系统、数据库、密码库的版本" },
  "E-23": { title: "数据完整性检查", shows: "资金和权限数据完整性标签的检查结果" },
} as const satisfies Readonly<Record<string, { readonly title: string; readonly shows: string }>>;

export type EvidenceId = keyof typeof EVIDENCE;

/** What has no source, or not all of it, yet: which work brings it. */
export const LATER_SOURCES: Readonly<Partial<Record<EvidenceId, string>>> = {
  "E-08": "备库和 WAL 接收程序在备份时一并记下，期内要有一次物理备份",
  "E-14": "没有签名齐全的发布清单就不能比对（由源码运行的程序没有清单）",
};

export function isEvidenceId(text: string): text is EvidenceId {
  return Object.hasOwn(EVIDENCE, text);
}
