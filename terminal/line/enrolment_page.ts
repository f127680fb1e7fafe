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
.code { font: 700 96px/1.3 monospace; letter-spacing: 8px; margin: 24px 0; }
.soft { color: #4a5a68; }
`;

function page({ terminalNumber, state }: EnrolmentSight): string {
  return `<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta http-equiv="refresh" content="${REFRESH_SECONDS}">
<title>终端尚未登记</title>
<link rel="stylesheet" href="/enrolment.css">
</head>
<body>
<h1>终端尚未登记</h1>
<div>终端编号 ${terminalNumber}</div>
${middle(state)}
</body>
</html>
`;
}

function middle(state: EnrolmentSight["state"]): string {
  switch (state.kind) {
    case "connecting":
      return '<p class="soft">正在连接平台，请稍候……</p>';
    case "waiting":
      return `<div class="code">${spacedCode(state.code)}</div>
<p class="soft">请把终端编号和校验码报给平台管理员，批准后本机自动启动。</p>`;
    case "refused":
      return `<p>平台没有接受登记：${refusalText(state.code)}</p>`;
  }
}

const REFUSALS: Readonly<Record<string, string>> = {
  "fleet.not_found": "平台上没有这个终端编号，请核对配置文件的 number",
  "line.too_busy": "平台正忙，稍后自动重试",
  "line.unavailable": "平台还没有准备好终端线路的密钥，请联系平台管理员",
};

/** For the screen and for the technician's shell; the code alone where nothing better is known. */
export function refusalText(code: string): string {
  return REFUSALS[code] ?? code;
}
