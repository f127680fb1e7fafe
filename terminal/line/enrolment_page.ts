import { Hono } from "hono";
import { checkHost } from "../door.ts";
import { pageHeaders } from "../pages.ts";

/** What the kiosk's screen shows till it is enrolled. */
export interface EnrolmentSight {
  readonly terminalNumber: string;
  readonly state:
    | { readonly kind: "connecting" }
    | { readonly kind: "waiting"; readonly code: string }
    | { readonly kind: "refused"; readonly code: string };
}

const REFRESH_SECONDS = 3;

/** A page without script, for whoever stands before the kiosk with a telephone. */
export function enrolmentApp(
  sight: () => EnrolmentSight,
  allowedHosts: readonly string[],
): Hono {
  const app = new Hono();
  app.use(pageHeaders(), checkHost(allowedHosts));
  app.get("/healthz", (context) => context.json({ status: "enrolling" }));
  // This page gives no signs: it is loaded anew all the time.
  app.get("/screen", (context) => context.json(null));
  app.get("/enrolment.css", (context) => {
    context.header("content-type", "text/css; charset=utf-8");
    return context.body(STYLE);
  });
  app.get("*", (context) => context.html(page(sight())));
  return app;
}

/** In two groups, as it is read out. */
export function spacedCode(code: string): string {
  return `${code.slice(0, 4)} ${code.slice(4)}`;
}

const STYLE = `
body { margin: 0; min-height: 100vh; display: flex; flex-direction: column; align-items: center;
  justify-content: center; background: #f4f6f8; color: #16202a;
  font: 32px/1.5 "Noto Sans CJK SC", "Source Han Sans SC", sans-serif; text-align: center; }
h1 { font-size: 48px; margin: 0 0 24px; }
dl { display: grid; grid-template-columns: auto auto; gap: 8px 32px; align-items: baseline;
  margin: 24px 0; text-align: left; }
dt { color: #4a5a68; }
dd { margin: 0; font-size: 48px; font-weight: 700; }
p { max-width: 90vw; margin: 24px 0; }
.patient { font-size: 48px; margin-bottom: 80px; }
.code { font: 700 80px/1.3 monospace; letter-spacing: 4px; white-space: nowrap; }
.soft { color: #4a5a68; }
`;

function page({ terminalNumber, state }: EnrolmentSight): string {
  return `<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta http-equiv="refresh" content="${REFRESH_SECONDS}">
<title>终端尚未注册</title>
<link rel="stylesheet" href="/enrolment.css">
</head>
<body>
<h1>本机还没有启用</h1>
<p class="patient">请使用旁边的机器，或到人工窗口办理。</p>
<dl>
<dt>终端编号</dt><dd>${terminalNumber}</dd>
${state.kind === "waiting" ? `<dt>注册码</dt><dd class="code">${spacedCode(state.code)}</dd>` : ""}
</dl>
${note(state)}
</body>
</html>
`;
}

/** For the technician. */
function note(state: EnrolmentSight["state"]): string {
  switch (state.kind) {
    case "connecting":
      return '<p class="soft">正在连接平台。一直停在这里时，检查网络和配置的 platform.url。</p>';
    case "waiting":
      return '<p class="soft">安装人员：把编号和注册码报给平台管理员，批准后自动启动。</p>';
    case "refused":
      return `<p class="soft">平台没有接受注册：${refusalText(state.code)}</p>`;
  }
}

const REFUSALS: Readonly<Record<string, string>> = {
  "fleet.not_found": "平台上没有这个终端编号，请核对配置文件的 number",
  "terminal.other_platform":
    "对方的密钥不是配置的 platform.sign_key_check：核对平台的 key show --store，并检查网络",
  "line.too_busy": "平台正忙，稍后自动重试",
  "line.unavailable": "平台还没有准备好终端线路的密钥，请联系平台管理员",
};

/** For the screen and for the technician's shell; the code alone where nothing better is known. */
export function refusalText(code: string): string {
  return REFUSALS[code] ?? code;
}
