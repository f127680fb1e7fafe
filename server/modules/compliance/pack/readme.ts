import { type PackIndex, PROFILE_TITLES } from "../pack_index.ts";
import { escaped } from "./index_html.ts";

/** Files of a pack that are not evidence. */
export const MANIFEST_FILE = "MANIFEST";
export const SIGNATURE_FILE = "MANIFEST.sig";
export const PUBLIC_KEY_FILE = "audit-sign.pem";

/** The national default user id (GB/T 35276-2017 §10), which openssl must be told. */
const USER_ID = "1234567812345678";

export const VERIFY_SIGNATURE = [
  `openssl pkeyutl -verify -pubin -inkey ${PUBLIC_KEY_FILE} -rawin -digest sm3`,
  ` -pkeyopt distid:${USER_ID} -in ${MANIFEST_FILE} -sigfile ${SIGNATURE_FILE}`,
].join(" \\\n");

export const VERIFY_FILES = `sed '1,/^files /d' ${MANIFEST_FILE} | while read -r sm3 size path; do
  [ "$(openssl dgst -sm3 -r "$path" | cut -c1-64)" = "$sm3" ] &&
  [ "$(wc -c < "$path")" -eq "$size" ] || echo "不符：$path"
done`;

export const LIST_EXTRA = `find . -type f | sed 's|^\\./||' | sort > /tmp/pack-there
{ sed '1,/^files /d' ${MANIFEST_FILE} | cut -d' ' -f3-; printf '%s\\n' ${MANIFEST_FILE} ${SIGNATURE_FILE}; } | sort > /tmp/pack-listed
diff /tmp/pack-there /tmp/pack-listed`;

interface Section {
  readonly title: string;
  readonly text: readonly string[];
  readonly command?: string;
}

function sections({ profile, period }: PackIndex): readonly Section[] {
  return [
    {
      title: PROFILE_TITLES[profile],
      text: [
        `证据期 ${period.fromDay} 至 ${period.toDay}（北京时间，含首尾两日）。`,
        "先看 index.html（或 index.pdf）：逐条列出条款、结论、理由、证据文件和复核方法；" +
        "index.json 和 index.csv 是同样内容的机器可读形式。",
        "不需要本产品即可验证：只用 openssl（3.0 以上）和 Linux 自带的命令。" +
        "先解压到一个空目录，在该目录中执行以下命令。",
      ],
    },
    {
      title: "一、核对公钥",
      text: [
        `${PUBLIC_KEY_FILE} 是平台审计签名密钥（SM2）的公钥。包里的公钥只能说明包没有被改动；` +
        "要确认是谁签的，请与建设单位另行保存或公布的公钥比对（在平台上执行 yikatong doctor 或向审计管理员索取）。",
      ],
      command: `openssl pkey -pubin -in ${PUBLIC_KEY_FILE} -outform DER | openssl dgst -sm3`,
    },
    {
      title: "二、验证签名",
      text: [`应显示 Signature Verified Successfully。签名人标识是国标默认值 ${USER_ID}。`],
      command: VERIFY_SIGNATURE,
    },
    {
      title: "三、核对每个文件",
      text: [
        `${MANIFEST_FILE} 每行是 SM3 摘要、字节数、文件名。没有任何输出即全部相符；不符的逐个列出。`,
      ],
      command: VERIFY_FILES,
    },
    {
      title: "四、核对没有多出或缺少的文件",
      text: ["没有任何输出即文件不多不少。"],
      command: LIST_EXTRA,
    },
    {
      title: "五、审计链",
      text: [
        "E-05 是生成时的校验报告。有本产品时，可离线重新校验整条审计链：",
      ],
      command: "yikatong audit verify --pack pack.zip",
    },
    {
      title: "六、同样的数据得到同样的包",
      text: [
        "包内不写生成时间：文件时间一律是证据期末日 12:00，次序固定。数据库未变时，" +
        `同一证据期再次生成的包，除 ${SIGNATURE_FILE} 外逐字节相同（SM2 签名每次含随机数）。` +
        "账号、授权、终端、密钥等现状类证据按生成时的数据库列出。",
        "CSV 里的时间是北京时间，精确到毫秒；E-04 中的事件时间是 UTC（RFC 3339）。",
        "CSV 为 UTF-8（带 BOM），以 =、+、-、@ 开头的文字前加了单引号，防止电子表格当作公式执行。",
        "个人信息不在包内：患者以内部编号出现，姓名、证件号、电话、卡号只在数据库中加密保存。",
      ],
    },
  ];
}

export function readmeText(index: PackIndex): string {
  return sections(index).map(({ title, text, command }) =>
    [title, "", ...text, ...(command === undefined ? [] : ["", indented(command)]), ""].join("\n")
  ).join("\n");
}

export function readmeHtml(index: PackIndex): string {
  const [first, ...rest] = sections(index);
  const body = [first, ...rest].flatMap((section, at) =>
    section === undefined ? [] : [sectionHtml(section, at === 0 ? "h1" : "h2")]
  );
  return `<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escaped(first?.title ?? "")}：如何验证</title>
<style>body { max-width: 56rem; margin: 2rem auto; padding: 0 1.5rem; font: 15px/1.7 "Noto Sans SC",
"Microsoft YaHei", "PingFang SC", sans-serif; color: #1a1a1a; } h1 { font-size: 1.5rem; }
h2 { font-size: 1.15rem; margin-top: 2rem; } pre { background: #eef1f5; padding: .8rem 1rem;
overflow-x: auto; font: 13px/1.5 Consolas, Menlo, monospace; white-space: pre-wrap; }</style>
</head>
<body>
${body.join("\n")}
</body>
</html>
`;
}

function sectionHtml({ title, text, command }: Section, heading: "h1" | "h2"): string {
  const paragraphs = text.map((line) => `<p>${escaped(line)}</p>`).join("\n");
  const shown = command === undefined ? "" : `\n<pre>${escaped(command)}</pre>`;
  return `<${heading}>${escaped(title)}</${heading}>\n${paragraphs}${shown}`;
}

function indented(text: string): string {
  return text.split("\n").map((line) => `    ${line}`).join("\n");
}
