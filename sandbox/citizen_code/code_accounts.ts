import type {
  CodeOrder,
  CodePayment,
  CodeRefund,
  CodeRefundQuery,
  PayByCode,
  PaymentRefusal,
  RefundByCode,
} from "../../server/gateways/citizen_code/wire/payment.ts";
import type { Clock } from "../../server/platform/clock.ts";
import type { CityPerson } from "../city/city.ts";
import type { Faults } from "../faults.ts";
import { numberIn, type Row, Sqlite, textIn } from "../sqlite.ts";
import { presentedAt } from "./present_code.ts";

/** The code platform's money: accounts behind consumption codes, orders and refunds. */

const SCHEMA = `
create table if not exists code_payment (
  number text primary key,
  merchant text not null,
  amount_fen integer not null,
  title text not null,
  state text not null check (state in ('paid', 'closed', 'refused')),
  refusal text,
  reference text unique,
  person text,
  at_ms integer not null,
  paid_fen integer not null default 0,
  refunded_fen integer not null default 0 check (refunded_fen between 0 and paid_fen)
);
create table if not exists code_refund (
  number text primary key,
  order_number text not null references code_payment (number),
  amount_fen integer not null check (amount_fen > 0),
  reference text not null unique,
  due_ms integer not null
);
create table if not exists code_account (
  person text primary key,
  balance_fen integer not null check (balance_fen >= 0)
);
`;

const FIRST_BALANCE_FEN = 500_000;

export type Answer<Data> = Data | { readonly code: PaymentRefusal; readonly message: string };

/** The text of a person's consumption code: the card's own, under another head. */
export function consumptionCode(person: CityPerson): string | null {
  return person.codes.essc && `SSP${person.codes.essc.slice(3)}`;
}

export class CodeAccounts implements Disposable {
  readonly #db: Sqlite;
  readonly #clock: Clock;
  readonly #faults: Faults;
  readonly #persons: readonly CityPerson[];

  constructor(options: {
    readonly store: string;
    readonly clock: Clock;
    readonly faults: Faults;
    readonly persons: readonly CityPerson[];
  }) {
    this.#db = new Sqlite(options.store, SCHEMA);
    this.#clock = options.clock;
    this.#faults = options.faults;
    this.#persons = options.persons;
  }

  pay(asked: PayByCode): Answer<CodePayment> {
    return this.#db.atomically(() => {
      const known = this.#payment(asked.orderNumber);
      if (known) {
        if (known["state"] === "closed") return refuse("closed", "订单已关闭");
        const isSame = known["merchant"] === asked.merchant &&
          known["amount_fen"] === asked.amountFen;
        return isSame ? this.#told(known) : refuse("number_taken", "订单号已用于另一笔订单");
      }
      const refused = this.#faults.take("citizen_code", "pay", "refuse");
      const person = this.#payer(asked.code);
      const balance = typeof person === "string" ? 0 : this.#balance(person);
      const refusal = refused
        ? "declined"
        : typeof person === "string"
        ? person
        : balance < asked.amountFen
        ? "insufficient"
        : null;
      const payer = typeof person === "string" ? null : person.idNumber;
      this.#insert(asked, { refusal, person: payer });
      if (refusal === null && payer) this.setBalance(payer, balance - this.#bookedFen(asked));
      const made = this.#payment(asked.orderNumber);
      return made ? this.#told(made) : refuse("unknown_order", "订单不存在");
    });
  }

  query({ orderNumber, merchant }: CodeOrder): Answer<CodePayment> {
    const known = this.#payment(orderNumber);
    return known?.["merchant"] === merchant
      ? this.#told(known)
      : refuse("unknown_order", "订单不存在");
  }

  close({ orderNumber, merchant }: CodeOrder): Answer<CodePayment> {
    return this.#db.atomically(() => {
      const known = this.#payment(orderNumber);
      if (known && known["merchant"] !== merchant) return refuse("unknown_order", "订单不存在");
      if (known?.["state"] === "paid") return refuse("order_paid", "订单已支付");
      if (known) return this.#told(known);
      this.#db.run(
        "insert into code_payment (number, merchant, amount_fen, title, state, at_ms) values (?, ?, 0, '', 'closed', ?)",
        orderNumber,
        merchant,
        this.#now(),
      );
      const made = this.#payment(orderNumber);
      return made ? this.#told(made) : refuse("unknown_order", "订单不存在");
    });
  }

  refund(asked: RefundByCode): Answer<CodeRefund> {
    return this.#db.atomically(() => {
      const known = this.#refund(asked.refundNumber);
      if (known) {
        const isSame = known["order_number"] === asked.orderNumber &&
          known["amount_fen"] === asked.amountFen;
        return isSame ? this.#toldRefund(known) : refuse("number_taken", "退款单号已用过");
      }
      const order = this.#payment(asked.orderNumber);
      if (order?.["merchant"] !== asked.merchant || order["state"] !== "paid") {
        return refuse("unknown_order", "订单不存在或未支付");
      }
      if (this.#faults.take("citizen_code", "refund", "account_closed")) {
        return refuse("account_closed", "社保卡账户已注销");
      }
      const no = this.#faults.take("citizen_code", "refund", "refuse");
      if (no) return refuse("refund_declined", no.text);
      const back = numberIn(order, "refunded_fen") + asked.amountFen;
      if (back > numberIn(order, "paid_fen")) return refuse("refund_exceeds", "超过可退金额");
      return this.#makeRefund(asked, order, back);
    });
  }

  queryRefund({ orderNumber, refundNumber }: CodeRefundQuery): Answer<CodeRefund> {
    const known = this.#refund(refundNumber);
    return known?.["order_number"] === orderNumber
      ? this.#toldRefund(known)
      : refuse("unknown_refund", "退款单不存在");
  }

  /** The newest orders, in the words of the other parties' books. */
  orders(limit: number): Readonly<Record<string, unknown>>[] {
    return this.#db.all("select * from code_payment order by at_ms desc limit ?", limit)
      .map((row) => ({
        number: textIn(row, "number"),
        merchant: textIn(row, "merchant"),
        title: textIn(row, "title"),
        state: textIn(row, "state"),
        paidFen: String(numberIn(row, "paid_fen")),
        refundedFen: String(numberIn(row, "refunded_fen")),
        at: new Date(numberIn(row, "at_ms")).toISOString(),
      }));
  }

  [Symbol.dispose](): void {
    this.#db[Symbol.dispose]();
  }

  #makeRefund(asked: RefundByCode, order: Row, refundedFen: number): Answer<CodeRefund> {
    const slow = this.#faults.take("citizen_code", "refund", "slow_refund");
    this.#db.run(
      "update code_payment set refunded_fen = ? where number = ?",
      refundedFen,
      asked.orderNumber,
    );
    this.#db.run(
      "insert into code_refund values (?, ?, ?, ?, ?)",
      asked.refundNumber,
      asked.orderNumber,
      asked.amountFen,
      `SSR${asked.refundNumber}`,
      this.#now() + (slow?.ms ?? 0),
    );
    const person = this.#persons.find((one) => one.idNumber === order["person"]);
    if (person) this.setBalance(person.idNumber, this.#balance(person) + asked.amountFen);
    const made = this.#refund(asked.refundNumber);
    return made ? this.#toldRefund(made) : refuse("unknown_refund", "退款单不存在");
  }

  #insert(
    asked: PayByCode,
    { refusal, person }: {
      readonly refusal: PaymentRefusal | null;
      readonly person: string | null;
    },
  ): void {
    const isPaid = refusal === null;
    this.#db.run(
      `insert into code_payment
        (number, merchant, amount_fen, title, state, refusal, reference, person, at_ms, paid_fen)
        values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      asked.orderNumber,
      asked.merchant,
      asked.amountFen,
      asked.title,
      isPaid ? "paid" : "refused",
      refusal,
      isPaid ? `SSP${asked.orderNumber}` : null,
      person,
      this.#now(),
      isPaid ? this.#bookedFen(asked) : 0,
    );
  }

  /** Someone at the platform booked another amount: it is what was really paid. */
  #bookedFen(asked: PayByCode): number {
    const known = this.#payment(asked.orderNumber);
    if (known) return numberIn(known, "paid_fen");
    const wrong = this.#faults.take("citizen_code", "book", "wrong_amount");
    return Math.max(1, asked.amountFen + (wrong?.byFen ?? 0));
  }

  #payer(code: string): CityPerson | "unknown_code" | "expired_code" {
    for (const person of this.#persons) {
      const text = consumptionCode(person);
      if (text === null || !code.startsWith(text)) continue;
      const shown = presentedAt(code, text, this.#clock.now());
      if (shown === "nonsense") return "unknown_code";
      return shown === "expired" ? "expired_code" : person;
    }
    return "unknown_code";
  }

  #balance(person: CityPerson): number {
    const row = this.#db.find("select * from code_account where person = ?", person.idNumber);
    return row ? numberIn(row, "balance_fen") : FIRST_BALANCE_FEN;
  }

  setBalance(person: string, fen: number): void {
    this.#db.run("replace into code_account values (?, ?)", person, Math.max(0, fen));
  }

  #payment(number: string): Row | null {
    return this.#db.find("select * from code_payment where number = ?", number);
  }

  #refund(number: string): Row | null {
    return this.#db.find("select * from code_refund where number = ?", number);
  }

  #told(row: Row): CodePayment {
    const state = textIn(row, "state");
    const isPaid = state === "paid";
    const wrong = this.#faults.take("citizen_code", "echo", "wrong_amount");
    return {
      orderNumber: textIn(row, "number"),
      state: isPaid ? "paid" : state === "closed" ? "closed" : "refused",
      amountFen: (isPaid ? numberIn(row, "paid_fen") : numberIn(row, "amount_fen")) +
        (wrong?.byFen ?? 0),
      reference: isPaid ? textIn(row, "reference") : null,
      paidAt: isPaid ? new Date(numberIn(row, "at_ms")).toISOString() : null,
      refusal: state === "refused" ? refusalIn(row) : null,
    };
  }

  #toldRefund(row: Row): CodeRefund {
    return {
      refundNumber: textIn(row, "number"),
      state: numberIn(row, "due_ms") <= this.#now() ? "refunded" : "processing",
      amountFen: numberIn(row, "amount_fen"),
      reference: textIn(row, "reference"),
    };
  }

  #now(): number {
    return this.#clock.now().getTime();
  }
}

const STORED_REFUSALS = ["unknown_code", "expired_code", "insufficient", "declined"] as const;

function refusalIn(row: Row): PaymentRefusal {
  return STORED_REFUSALS.find((one) => one === row["refusal"]) ?? "declined";
}

function refuse(code: PaymentRefusal, message: string) {
  return { code, message };
}
