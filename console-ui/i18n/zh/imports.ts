export const IMPORT_WORDS = {
  of: {
    organisations: {
      title: "导入机构",
      columns: "列：编码、名称、级别、上级编码、机构类型、电话",
      sample: "不清楚格式时，先在「机构」页导出 CSV，在它的基础上修改。",
      toList: "查看机构",
    },
    terminals: {
      title: "导入终端",
      columns: "列：终端编号、机构编码（中心或站点的 12 位编码）",
      sample: "这里只登记终端和它所在的机构。终端到现场后还要注册密钥，由系统管理员批准。",
      toList: "查看终端",
    },
  },
  lead: "先检查，后导入：检查不会改动任何数据；只要有一处错误，就一行也不会导入。",
  choose: "选择 CSV 文件",
  fileHint:
    "编码 UTF-8 或 GB18030，不超过 2 MB、5000 行。列：编码、名称、级别、上级编码、机构类型、电话",
  sample: "不清楚格式时，先在「机构」页导出 CSV，在它的基础上修改。",
  noFile: "请先选择文件",
  tooLarge: "文件超过 2 MB",
  check: "检查文件",
  checkedTitle: (name: string) => `检查结果：${name}`,
  counts: (rows: number, created: number, changed: number, unchanged: number) =>
    `共 ${rows} 行：新增 ${created}，修改 ${changed}，不变 ${unchanged}`,
  good: "没有错误，可以导入。",
  nothing: "文件里没有需要新增或修改的内容，不必导入。",
  errors: (count: number) => `有 ${count} 处错误。请改好文件后重新选择，再检查一次。`,
  errorTable: "错误清单",
  line: "行号",
  column: "列",
  wholeLine: "整行",
  message: "错误",
  apply: "确认导入",
  other: "换一个文件",
  done: "导入完成",
  unknown: "平台没有回答，不知道是否已经导入。请重新检查同一个文件：全部显示「不变」说明已经导入。",
} as const;
