export const SETTING_WORDS = {
  title: "参数",
  lead: "在一个机构设置的参数，对它和下级机构的所有终端生效；下级单独设置的，以下级为准。",
  at: "机构",
  columns: { name: "参数", value: "当前值", from: "来自", actions: "操作" },
  name: {
    "terminal.suspended": "暂停服务",
    "services.open": "开放的服务",
    "services.hours": "服务时间",
    "kiosk.idle": "无人操作",
    "kiosk.brand": "名称和标志",
    "payment.modes": "付款方式",
    "checkout.profile": "结算",
    "insurance.route": "医保结算通道",
  },
  about: {
    "terminal.suspended": "暂停后终端只显示暂停服务，已开始的缴费照常办完",
    "services.open": "终端首页可以办理的业务",
    "services.hours": "北京时间，时间以外终端不办理业务",
    "kiosk.idle": "多久没有操作时提醒、退出到首页",
    "kiosk.brand": "终端屏幕上的产品名称、城市、标志和主色",
    "payment.modes": "患者可以用的付款方式",
    "checkout.profile": "医保和付款的先后，等待和重试的时间",
    "insurance.route": "医保由谁向中心结算；已开始的订单按开始时的通道办完",
  },
  level: { default: "出厂值", city: "城市", town: "镇街", centre: "中心", station: "站点" },
  here: "本机构",
  inherited: (level: string, name: string | null) => name === null ? level : `${level} ${name}`,
  setAt: (at: string) => `${at} 设置`,
  broken: "被绕过平台改动，没有生效",
  change: "修改",
  changeOf: (name: string) => `修改：${name}`,
  reset: "恢复继承",
  resetOf: (name: string) => `恢复继承：${name}`,
  formLead: (name: string, organisation: string) =>
    `「${name}」对${organisation}和下级机构的所有终端生效，约几秒后终端按新值工作。`,
  resetLead: (
    { organisation, name, from, text }: Readonly<
      Record<"organisation" | "name" | "from" | "text", string>
    >,
  ) => `取消${organisation}的「${name}」，改用「${from}」的值：${text}。`,
  save: "保存",
  saved: (name: string) => `参数「${name}」已保存`,
  resetDone: (name: string) => `参数「${name}」已恢复继承`,
  suspended: { no: "正常服务", yes: "暂停服务" },
  open: {
    "pay,register": "缴费、挂号",
    "pay": "只开缴费",
    "register": "只开挂号",
    "": "全部关闭",
  },
  modes: {
    show_code: "患者扫屏幕上的码",
    scan_code: "终端扫患者的付款码",
    card: "银行卡（插卡、刷卡、挥卡）",
    citizen_code: "电子社保卡消费码",
    medical_mix: "医保移动支付",
  },
  routes: {
    fsi: "平台直连医保中心",
    his: "由 HIS 结算",
    mobile: "医保移动支付中心",
  },
  order: {
    "insurance,tender,fulfilment": "先医保结算，再付款，最后记入 HIS",
    "tender,insurance,fulfilment": "先付款，再医保结算，最后记入 HIS",
  },
  hours: (from: string, to: string) =>
    from === "00:00" && to === "24:00" ? "全天" : `${from} 至 ${to}`,
  idle: (warn: string, end: string) => `${warn} 秒提醒，${end} 秒退出`,
  brand: (product: string, city: string) => city === "" ? product : `${city} · ${product}`,
  withLogo: "有标志",
  accentIs: (accent: string) => `主色 ${accent}`,
  profile: (order: string, pay: string, confirm: string) =>
    `${order}；付款等待 ${pay} 秒，确认等待 ${confirm} 秒`,
  field: {
    value: "值",
    from: "开始时间",
    to: "结束时间",
    warn: "多少秒后提醒",
    end: "多少秒后退出",
    product: "产品名称",
    city: "城市",
    accent: "主色",
    logoSvg: "标志（SVG 文本）",
    order: "办理顺序",
    pay: "等待患者付款（秒）",
    confirm: "等待患者确认金额（秒）",
    insurance: "医保没有应答时，每次查询前等待（秒）",
    tender: "付款没有应答时，每次查询前等待（秒）",
    fulfilment: "HIS 没有应答时，每次查询前等待（秒）",
    surplus: "多收的款退回时，每次重试前等待（秒）",
  },
  hint: {
    time: "如 08:00；全天填 00:00 至 24:00",
    warn: "5 至 600",
    end: "10 至 900，须大于提醒的秒数",
    brand: "最多 30 个字",
    accent: "如 #0b6b6f；不填时用出厂颜色",
    logoSvg: "以 <svg 开头，最多 6000 个字符；不填时用出厂标志",
    wait: "10 至 1800",
    waits: "用空格隔开，最多 40 个，每个 0.1 至 86400；全部用完后提醒人工处理，同时按最后一个继续",
  },
} as const;

export const SETTING_PROBLEMS: Readonly<Record<string, string>> = {
  "settings.changed_meanwhile": "这项参数刚刚被别人改过。下面已换成最新内容，请核对后再保存",
  "console.unchanged": "内容没有改动",
};

/** What a form of each expects, said when it was not met. */
export const SETTING_FLAWS: Readonly<Record<string, string>> = {
  "services.hours": "时间按“小时:分钟”填写，结束时间要晚于开始时间，最晚 24:00",
  "kiosk.idle": "提醒须在 5 至 600 秒之间，退出须在 10 至 900 秒之间，而且晚于提醒",
  "kiosk.brand":
    "产品名称必填，名称和城市最多 30 个字；主色须为 # 加 6 位十六进制数；标志须以 <svg 开头，最多 6000 个字符",
  "checkout.profile":
    "等待付款和确认须在 10 至 1800 秒之间；每行重试的时间 1 至 40 个，每个 0.1 至 86400 秒，用空格隔开",
};
