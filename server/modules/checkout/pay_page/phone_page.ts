import { html } from "hono/html";
import type { Context, ErrorHandler, MiddlewareHandler } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { errorAnswers } from "../../../platform/http.ts";
import type { Log } from "../../../platform/log.ts";
import { formatYuan } from "../../../platform/money.ts";
import type { Stage } from "../contract.ts";

/** What all pages for phones have in common; forms and links alone, so that they work in any phone. */

export type Markup = ReturnType<typeof html>;

export const ASK_AGAIN_SECONDS = 3;

/** Nothing inline, no script at all, in no frame. */
const POLICY = [
  "default-src 'none'",
  "style-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join("; ");

const MOVING: ReadonlySet<Stage> = new Set([
  "preparing",
  "pay",
  "working",
  "unknown",
  "returning",
]);

/** The page asks again by itself: somebody else moves the order. */
export function isMoving(stage: Stage): boolean {
  return MOVING.has(stage);
}

export function phonePage(refreshSeconds: number | null, body: Markup): Markup {
  return html`
    <!doctype html>
    <html lang="zh-CN">
      <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        ${refreshSeconds !== null && html`<meta http-equiv="refresh" content="${refreshSeconds}">`}
        <meta name="robots" content="noindex">
        <title>门诊缴费</title>
        <link rel="stylesheet" href="/m/pay.css">
      </head>
      <body>
        <main>${body}</main>
      </body>
    </html>
  `;
}

export function phoneHeaders(): MiddlewareHandler {
  return async (c: Context, next) => {
    await next();
    c.header("content-security-policy", POLICY);
    c.header("referrer-policy", "no-referrer");
    c.header("x-content-type-options", "nosniff");
    if (!c.res.headers.has("cache-control")) c.header("cache-control", "no-store");
  };
}

/** What goes wrong is logged as everywhere; a phone gets a page, not a machine's words. */
export function phoneErrors(log: Log): ErrorHandler {
  const answer = errorAnswers(log);
  return async (error, c) => {
    const { status } = await answer(error, c);
    return c.html(phonePage(null, TROUBLE), status as ContentfulStatusCode);
  };
}

const TROUBLE = html`
  <h1>暂时打不开</h1>
  <p class="now wait" role="status">请过一会儿再打开。已经付了款的，请勿重复付款，可到窗口核实。</p>
`;

/** Opens by itself when the minute is over; what was chosen is chosen again there. */
export function phoneTooMany(c: Context, retrySeconds: number): Response | Promise<Response> {
  return c.html(phonePage(retrySeconds, CROWDED), 429);
}

const CROWDED = html`
  <h1>现在打开的人太多</h1>
  <p class="now wait" role="status">请稍等，一分钟内这一页会自动打开，不用反复点。</p>
  <p class="note">已经付了款的，请勿重复付款，可到窗口核实。</p>
`;

/** The fields of a page's form; none of a body that is no form. */
export async function sentForm(c: Context): Promise<Readonly<Record<string, unknown>>> {
  try {
    return await c.req.parseBody();
  } catch (thrown) {
    if (thrown instanceof TypeError) return {};
    throw thrown;
  }
}

export function yuan(fen: string): string {
  return formatYuan(BigInt(fen));
}
