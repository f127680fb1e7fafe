import { html } from "hono/html";
import { PARTIES } from "../faults.ts";
import { CALL_NAMES, FAULT_FIELDS, FAULT_NAMES, PARTY_NAMES } from "./fault_words.ts";
import type { Overview } from "./overview.ts";
import { type Markup, sections } from "./sections.ts";

export function panelPage(overview: Overview): Markup {
  return html`
    <!doctype html>
    <html lang="zh-CN">
      <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>一卡通 · 沙箱控制台</title>
        <link rel="stylesheet" href="panel.css">
      </head>
      <body>
        <header>
          <h1>沙箱控制台</h1>
          <p>模拟的医院、医保与银行。这里的人、卡、钱都是测试数据。</p>
        </header>
        <main>
          <section>
        <h2>安排一个故障</h2>
        ${faultForm()}
      </section>
          <div id="live">${sections(overview)}</div>
        </main>
        <p id="toast" role="status"></p>
        <script src="panel.js"></script>
      </body>
    </html>
  `;
}

function faultForm(): Markup {
  return html`<form id="plan">
  <label>哪一方<select name="party">${
    PARTIES.map((party) => html`<option value="${party}">${PARTY_NAMES[party]}</option>`)
  }</select></label>
  <label>哪个接口<select name="call"><option value="*">所有接口</option>${
    PARTIES.flatMap((party) =>
      Object.entries(CALL_NAMES[party]).map(([call, name]) =>
        html`<option value="${call}" data-party="${party}">${name}（${call}）</option>`
      )
    )
  }</select></label>
  <label>出什么事<select name="kind">${
    Object.entries(FAULT_NAMES).map(([kind, name]) =>
      html`<option value="${kind}">${name}</option>`
    )
  }</select></label>
  ${
    Object.entries(FAULT_FIELDS).map(([kind, { field, name, first }]) =>
      html`
        <label data-kind="${kind}" data-field="${field}"
          hidden>${name}<input value="${first}"></label>
      `
    )
  }
  <label>几次<input name="times" type="number" min="1" max="1000" value="1"></label>
  <button class="main">安排</button>
</form>`;
}
