import type { Dice } from "../dice.ts";
import type { Agenda } from "./agenda.ts";
import type { OrderRow } from "./order_row.ts";

/** Who runs a transaction, and whether it still does. */
export interface Worker {
  readonly isAlive: () => boolean;
}

export interface Transaction {
  readonly worker: Worker;
  readonly id: string;
  /** What becomes of the row as it was when it was locked; null leaves it alone. */
  readonly work: (row: OrderRow | null) => OrderRow | null;
  /** With the row once it is committed, null when it was left alone. */
  readonly committed?: (row: OrderRow | null) => void;
}

export interface StoreEvents {
  /** A crash may come just before a commit, and just after. */
  readonly beforeCommit: (row: OrderRow) => void;
  readonly committed: (before: OrderRow | null, after: OrderRow) => void;
}

interface Lock {
  holder: Transaction | null;
  readonly waiting: Transaction[];
}

/** The platform's database: orders, row locks, and transactions that take their time. */
export class OrderStore {
  readonly rows = new Map<string, OrderRow>();
  /** What the transaction that ends now writes of another order. */
  #along: OrderRow | null = null;
  /** The refunds each order ever had. */
  readonly #refunds = new Map<string, string[]>();
  readonly #bills = new Map<string, string>();
  readonly #locks = new Map<string, Lock>();
  readonly #agenda: Agenda;
  readonly #dice: Dice;
  readonly #events: StoreEvents;
  readonly #locksRows: boolean;
  #downUntil = 0;

  constructor(
    options: {
      readonly agenda: Agenda;
      readonly dice: Dice;
      readonly events: StoreEvents;
      readonly locksRows: boolean;
    },
  ) {
    this.#agenda = options.agenda;
    this.#dice = options.dice;
    this.#events = options.events;
    this.#locksRows = options.locksRows;
  }

  /** Whatever transaction is open is gone; new ones fail till then. */
  goDown(forMs: number): void {
    this.#downUntil = this.#agenda.now + forMs;
    this.#locks.clear();
  }

  get isDown(): boolean {
    return this.#agenda.now < this.#downUntil;
  }

  transact(transaction: Transaction): void {
    if (this.isDown) return;
    if (!this.#locksRows) return this.#run(transaction);
    const lock = this.#locks.get(transaction.id);
    if (!lock) {
      this.#locks.set(transaction.id, { holder: transaction, waiting: [] });
      return this.#run(transaction);
    }
    lock.waiting.push(transaction);
  }

  refundsOf(orderId: string): OrderRow[] {
    return (this.#refunds.get(orderId) ?? []).flatMap((id) => this.rows.get(id) ?? []);
  }

  /** Whose trade a refund goes back to. */
  payerOf({ refund }: OrderRow): OrderRow | null {
    return refund && (this.rows.get(refund.orderId) ?? null);
  }

  /** Also in the transaction under way: trades have row locks of their own, taken at the end. */
  alongside(row: OrderRow): void {
    this.#along = row;
  }

  /** Of a bill no other order pays: takes it. */
  takesBill(row: OrderRow): boolean {
    const taken = this.#bills.get(row.billId);
    if (taken !== undefined && taken !== row.id) return false;
    this.#bills.set(row.billId, row.id);
    return true;
  }

  letBillGo(row: OrderRow): void {
    if (this.#bills.get(row.billId) === row.id) this.#bills.delete(row.billId);
  }

  #run(transaction: Transaction): void {
    const read = this.rows.get(transaction.id) ?? null;
    this.#agenda.in(this.#dice.between(1, 4), () => this.#end(transaction, read));
  }

  #end(transaction: Transaction, read: OrderRow | null): void {
    if (this.#locksRows && this.#locks.get(transaction.id)?.holder !== transaction) return;
    this.#along = null;
    const locked = this.#locksRows ? this.rows.get(transaction.id) ?? null : read;
    const after = transaction.worker.isAlive() ? transaction.work(locked) : null;
    const along = this.#along as OrderRow | null;
    if (after && this.#commits(transaction, after)) {
      this.#write(after);
      const alongBefore = along && (this.rows.get(along.id) ?? null);
      if (along) this.#write(along);
      this.#unlock(transaction);
      if (along && along !== alongBefore) this.#events.committed(alongBefore, along);
      this.#events.committed(locked, after);
      if (transaction.worker.isAlive()) transaction.committed?.(after);
      return;
    }
    this.#unlock(transaction);
    if (transaction.worker.isAlive()) transaction.committed?.(null);
  }

  #write(row: OrderRow): void {
    if (row.refund && !this.rows.has(row.id)) {
      const known = this.#refunds.get(row.refund.orderId) ?? [];
      this.#refunds.set(row.refund.orderId, [...known, row.id]);
    }
    this.rows.set(row.id, row);
  }

  #commits({ worker }: Transaction, after: OrderRow): boolean {
    this.#events.beforeCommit(after);
    return worker.isAlive();
  }

  #unlock(transaction: Transaction): void {
    if (!this.#locksRows) return;
    const lock = this.#locks.get(transaction.id);
    const next = lock?.waiting.shift();
    if (!lock || !next) {
      this.#locks.delete(transaction.id);
      return;
    }
    lock.holder = next;
    this.#run(next);
  }
}
