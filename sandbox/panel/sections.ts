import { html } from "hono/html";
import { chinaTime } from "../../server/platform/clock.ts";
import { formatYuan } from "../../server/platform/money.ts";
import type { CityPerson } from "../city/city.ts";
import type { PlannedFault } from "../faults.ts";
import { CALL_NAMES, describeFault, PARTY_NAMES } from "./fault_words.ts";
import type {
  BankOrderLine,
  CardEntryLine,
  MedicalOrderLine,
  MixLine,
  Overview,
  PostingLine,
  SettlementLine,
} from "./overview.ts";

export type Markup = ReturnType<typeof html>;

/** The part of the page that is fetched again and again. */
export function sections(overview: Overview): Markup {
  return html`
    <section>
      <h2>已安排的故障 <b>${overview.faults.length}</b>
        <button data-method="DELETE" data-url="sandbox/faults" class="quiet">全部清除</button></h2>
      ${list(overview.faults.map(faultItem), "没有安排故障：各方一切正常")}
    </section>
    <section>
      <h2>银行订单</h2>
      ${table(
        ["时间", "终端", "内容", "金额", "状态", ""],
        overview.orders.map(orderRow),
        "还没有订单",
      )}
    </section>
    <section>
      <h2>银行卡交易</h2>
      ${table(
        ["时间", "终端", "卡号", "交易", "金额", "已退", "应答码", "状态"],
        overview.cardEntries.map(cardEntryRow),
        "还没有银行卡交易",
      )}
    </section>
    <section>
      <h2>HIS 入账</h2>
      ${table(
        ["时间", "机构", "收据号", "金额", "状态"],
        overview.postings.map((line) => postingRow(line, overview.institutions)),
        "还没有入账",
      )}
    </section>
    <section>
      <h2>医保结算</h2>
      ${table(
        ["时间", "机构", "结算号", "总额", "统筹", "个账", "现金", "状态"],
        overview.settlements.map((line) => settlementRow(line, overview.institutions)),
        "还没有结算",
      )}
    </section>
    <section>
      <h2>医保移动支付</h2>
      ${table(
        ["时间", "机构", "订单", "状态", "结算号"],
        overview.medicalOrders.map((line) => medicalRow(line, overview.institutions)),
        "还没有移动支付订单",
      )}
      ${table(
        ["时间", "钱包订单", "种类", "现金", "状态", ""],
        overview.mixes.map(mixRow),
        "还没有钱包订单",
      )}
    </section>
    <section>
      <h2>测试人员</h2>
      ${list(overview.persons.map(personItem), "没有测试人员")}
    </section>
  `;
}

function list(items: readonly Markup[], empty: string): Markup {
  return items.length > 0 ? html`<ul>${items}</ul>` : html`<p class="empty">${empty}</p>`;
}

const MONEY_HEADS: ReadonlySet<string> = new Set(["金额", "已退", "总额", "统筹", "个账", "现金"]);

function table(heads: readonly string[], rows: readonly Markup[], empty: string): Markup {
  if (rows.length === 0) return html`<p class="empty">${empty}</p>`;
  return html`
    <div class="scroll">
      <table>
        <thead>
          <tr>${heads.map((head) =>
            html`<th class="${MONEY_HEADS.has(head) ? "money" : ""}">${head}</th>`
          )}</tr>
        </thead>
        <tbody>${rows}</tbody>
      </table>
    </div>
  `;
}

function faultItem(planned: PlannedFault): Markup {
  const call = planned.call === "*"
    ? "所有接口"
    : CALL_NAMES[planned.party][planned.call] ?? planned.call;
  return html`<li><span><strong>${PARTY_NAMES[planned.party]}</strong> ${call}
    <em>${describeFault(planned.fault)}</em> 还剩 ${planned.left} 次</span>
  <button data-method="DELETE" data-url="sandbox/faults/${planned.id}">移除</button></li>`;
}

const STATUS_TONES: Readonly<Record<string, string>> = {
  UNPAID: "wait",
  PAYING: "wait",
  PAID: "good",
  posted: "good",
};

const CARD_KINDS = { sale: "消费", void: "撤销", refund: "退货" } as const;
const CARD_STATES = {
  booked: ["已记账", "good"],
  declined: ["已拒绝", "off"],
  reversed: ["已冲正", "off"],
  voided: ["已撤销", "off"],
  never: ["冲正在先，不记账", "off"],
} as const;

function cardEntryRow(line: CardEntryLine): Markup {
  const [state, look] = CARD_STATES[line.state];
  return html`<tr>
  <td>${chinaTime(new Date(line.at))}</td>
  <td>${line.terminal}</td>
  <td>${line.pan}</td>
  <td>${CARD_KINDS[line.kind]}</td>
  <td class="money">${formatYuan(BigInt(line.amountFen))}</td>
  <td class="money">${formatYuan(BigInt(line.returnedFen))}</td>
  <td>${line.code}</td>
  <td><i class="${look}">${state}</i></td>
</tr>`;
}

function orderRow(order: BankOrderLine): Markup {
  const base = `aggregate-pay/sandbox/orders/${order.number}`;
  const isOpen = order.status === "UNPAID" || order.status === "PAYING";
  const notifies = order.status === "PAID" && order.mode === "qr";
  return html`
    <tr>
      <td>${clockText(order.openedAt)}</td>
      <td>${order.terminal}</td>
      <td title="${order.number}">${order.title || "（墓碑：只关未开）"}</td>
      <td class="money">${yuan(order.paidFen ?? order.amountFen)}</td>
      <td><i class="${STATUS_TONES[order.status] ?? "off"}">${order
        .statusText}</i>${order.refundedFen === "0" ? "" : html`
        退 ${yuan(order.refundedFen)}
      `}</td>
      <td class="acts">${isOpen &&
        html`<button data-method="POST" data-url="${base}/pay" class="main">付款</button>
<button data-method="POST" data-url="${base}/refuse">取消</button>
<a href="aggregate-pay/pay/${order.token}" target="_blank">付款页</a>`}${notifies && html`
        <button data-method="POST" data-url="${base}/notify">再通知</button>
        <button data-method="POST" data-url="${base}/notify"
          data-body='{"inMs":60000}'>一分钟后通知</button>
      `}</td>
    </tr>
  `;
}

function postingRow(line: PostingLine, institutions: Overview["institutions"]): Markup {
  return html`
    <tr>
      <td>${clockText(line.at)}</td>
      <td>${institutions.get(line.institutionCode) ?? line.institutionCode}</td>
      <td title="${line.postingId}">${line.receiptNumber ?? "—"}</td>
      <td class="money">${line.totalFen === null ? "—" : yuan(line.totalFen)}</td>
      <td><i class="${STATUS_TONES[line.state] ?? "off"}">${line.state === "posted"
        ? "已入账"
        : "已取消"}</i></td>
    </tr>
  `;
}

function settlementRow(line: SettlementLine, institutions: Overview["institutions"]): Markup {
  const [tone, state] = line.voids
    ? ["off", "负记录"]
    : line.voidedBy
    ? ["off", "已撤销"]
    : ["good", "有效"];
  return html`
    <tr>
      <td>${line.at}</td>
      <td>${institutions.get(line.institution) ?? line.institution}</td>
      <td>${line.settlementId}</td>
      <td class="money">${line.totalYuan}</td>
      <td class="money">${line.fundYuan}</td>
      <td class="money">${line.accountYuan}</td>
      <td class="money">${line.cashYuan}</td>
      <td><i class="${tone}">${state}</i></td>
    </tr>
  `;
}

function medicalRow(line: MedicalOrderLine, institutions: Overview["institutions"]): Markup {
  return html`
    <tr>
      <td>${clockText(line.at)}</td>
      <td>${institutions.get(line.institution) ?? line.institution}</td>
      <td>${line.payOrdId}</td>
      <td><i class="${line.ordStas === 6 ? "good" : "wait"}">ordStas ${line.ordStas}</i></td>
      <td>${line.settlementId ?? "—"}</td>
    </tr>
  `;
}

function mixRow(line: MixLine): Markup {
  const isOpen = line.status === "MIX_PAY_CREATED";
  return html`
    <tr>
      <td>${clockText(line.at)}</td>
      <td>${line.outTradeNo}</td>
      <td>${line.kind}</td>
      <td class="money">${yuan(line.cashFen)}</td>
      <td><i class="${isOpen ? "wait" : "good"}">${line.status}</i>${line.refundedFen === "0"
        ? ""
        : html`
          退 ${yuan(line.refundedFen)}
        `}</td>
      <td class="acts">${isOpen &&
        html`
          <button data-method="POST" class="main"
            data-url="mobile-insurance/sandbox/mixes/${line.outTradeNo}/pay">付款</button>
        `}</td>
    </tr>
  `;
}

function personItem(person: CityPerson): Markup {
  return html`<li><span><strong>${person.name}</strong> ${person.story?.title}
    <small>${person.story?.tells}</small></span>
  <button data-method="POST" data-url="his/sandbox/persons/${person.idNumber}/bills"
    data-body="{}">开一张缴费单</button></li>`;
}

function clockText(iso: string): string {
  return chinaTime(new Date(iso)).slice(5);
}

function yuan(fen: string): string {
  return formatYuan(BigInt(fen));
}
