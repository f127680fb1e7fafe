import { type FormedEvent, formStart } from "../canonical_form.ts";
import {
  type Checkpoint,
  digestOfHeads,
  digestOfText,
  readCheckpoint,
} from "../chain/checkpoint.ts";
import type { AuditTags } from "../chain/audit_tags.ts";
import { BEFORE_FIRST, type Head, LinkRoom, sameBytes } from "../chain/link.ts";
import type { CheckpointRow, LinkRow } from "../chain/store.ts";
import type { Fault, FaultKind } from "./fault.ts";

/** Where a check begins: what is given there, somebody else answers for. */
export interface ChainStart {
  readonly heads: ReadonlyMap<string, Head>;
  /** Links before it. Null where they are not known. */
  readonly links: bigint | null;
  /** The checkpoint before the first one looked at; number 0 for none. */
  readonly checkpointNumber: bigint;
  readonly checkpointDigest: Uint8Array;
}

export const GENESIS: ChainStart = {
  heads: new Map(),
  links: 0n,
  checkpointNumber: 0n,
  checkpointDigest: BEFORE_FIRST.digest,
};

export interface Signed {
  readonly body: string;
  readonly signature: Uint8Array;
}

/** Keys a check goes by. */
export interface CheckTools {
  /** Null offline, where there is no key of tags. `form` is good until it answers. */
  readonly fitsForm: AuditTags["fitsForm"] | null;
  /** False also for a key that is not known. `fingerprint` is of the public key. */
  readonly isSigned: (signed: Signed, fingerprint: string) => Promise<boolean>;
  /** Digests of checkpoints by number, from outside. */
  readonly anchors: ReadonlyMap<bigint, Uint8Array>;
}

/**
 * Goes along links and checkpoints in the order they were made. A fault of `check…` ends the check:
 * behind it nothing can be said. Foreign events do not, the first is `firstForeign`.
 */
export class ChainCheck {
  readonly #tools: CheckTools;
  readonly #room = new LinkRoom();
  readonly #heads: Map<string, Head>;
  #links = 0n;
  #unsigned = 0n;
  #firstForeign: Fault | null = null;
  #checkpointNumber: bigint;
  #checkpointDigest: Uint8Array;
  #checkpoints = 0;
  #anchored = 0;

  constructor(start: ChainStart, tools: CheckTools) {
    this.#tools = tools;
    this.#heads = new Map(start.heads);
    this.#checkpointNumber = start.checkpointNumber;
    this.#checkpointDigest = start.checkpointDigest;
  }

  get heads(): ReadonlyMap<string, Head> {
    return this.#heads;
  }

  /** How many links were gone along. */
  get links(): bigint {
    return this.#links;
  }

  get checkpoints(): number {
    return this.#checkpoints;
  }

  /** Checkpoints that the anchors know as they are here. */
  get anchored(): number {
    return this.#anchored;
  }

  get checkpointNumber(): bigint {
    return this.#checkpointNumber;
  }

  get checkpointDigest(): Uint8Array {
    return this.#checkpointDigest;
  }

  /** Links behind the last checkpoint. */
  get unsigned(): bigint {
    return this.#unsigned;
  }

  get firstForeign(): Fault | null {
    return this.#firstForeign;
  }

  /** Null for an event that is gone. */
  async checkLink(link: LinkRow, event: FormedEvent | null): Promise<Fault | null> {
    const previous = this.#heads.get(link.stream_id) ?? BEFORE_FIRST;
    const expected = previous.n + 1n;
    if (link.n > expected) {
      const missing = link.n - expected;
      return faultAt(link, "deleted", `它之前的 ${missing} 条（从第 ${expected} 条起）不见了`);
    }
    if (link.n < expected) return faultAt(link, "inserted", "这个序号出现了两次");
    const fault = event
      ? await this.#checkEvent(link, event, previous)
      : faultAt(link, "deleted", "链接还在，事件没有了");
    if (fault) return fault;
    this.#heads.set(link.stream_id, { n: link.n, digest: link.digest });
    this.#links += 1n;
    this.#unsigned += 1n;
    return null;
  }

  async #checkEvent(
    link: LinkRow,
    { text, tag }: FormedEvent,
    previous: Head,
  ): Promise<Fault | null> {
    const { fitsForm } = this.#tools;
    const form = this.#room.put(text);
    const fits = fitsForm && await fitsForm(form, tag);
    const digest = this.#room.digest(tag, previous.digest, link);
    const isSame = sameBytes(digest, link.digest);
    if (!isSame || !text.startsWith(formStart(link))) return changed(link, fits);
    if (link.genuine && fits !== false) return null;
    const why = link.genuine
      ? "事件不是平台写入的（标签不符），链接是伪造的"
      : "事件不是平台写入的（标签不符），入链时已识别";
    const fault = faultAt(link, "inserted", why);
    if (link.genuine) return fault;
    this.#firstForeign ??= fault;
    return null;
  }

  /** Goes on from a link as it stands: what is wrong with it was named. */
  goOnFromLink({ stream_id, n, digest }: LinkRow): void {
    const { n: last } = this.#heads.get(stream_id) ?? BEFORE_FIRST;
    if (n > last) this.#heads.set(stream_id, { n, digest });
    this.#links += 1n;
    this.#unsigned += 1n;
  }

  /** The same of a checkpoint. */
  goOnFromCheckpoint({ number, digest }: CheckpointRow): void {
    this.#checkpointNumber = number;
    this.#checkpointDigest = digest;
    this.#checkpoints += 1;
    this.#unsigned = 0n;
  }

  async checkCheckpoint(row: CheckpointRow): Promise<Fault | null> {
    const checkpoint = readCheckpoint(row.body);
    const wrong = checkpoint
      ? await this.#wrongOf(row, checkpoint) ?? this.#unlike(checkpoint)
      : ({ kind: "checkpoint_forged", what: "内容不是检查点的格式" } as const);
    if (wrong) return { ...PLACELESS, n: row.number, at: row.at, ...wrong };
    this.#checkpointNumber = row.number;
    this.#checkpointDigest = row.digest;
    this.#checkpoints += 1;
    this.#unsigned = 0n;
    return null;
  }

  async #wrongOf(row: CheckpointRow, checkpoint: Checkpoint): Promise<Wrong | null> {
    const forged = (what: string): Wrong => ({ kind: "checkpoint_forged", what });
    const expected = this.#checkpointNumber + 1n;
    if (row.number > expected) {
      return { kind: "deleted", what: `它之前的检查点（从第 ${expected} 号起）不见了` };
    }
    if (checkpoint.number !== row.number || checkpoint.at.getTime() !== row.at.getTime()) {
      return forged("行上的号码或时间与签名的内容不同");
    }
    if (row.number < expected) return { kind: "inserted", what: "这个号码出现了两次" };
    if (!sameBytes(digestOfText(row.body), row.digest)) return forged("摘要与内容不符");
    if (!await this.#tools.isSigned(row, checkpoint.key)) {
      return forged(`签名不符，或不是所给公钥签的（公钥指纹 ${checkpoint.key}）`);
    }
    if (checkpoint.previous !== this.#checkpointDigest.toHex()) {
      return forged("它接的不是前一个检查点");
    }
    const anchor = this.#tools.anchors.get(row.number);
    if (anchor && !sameBytes(anchor, row.digest)) {
      return forged("与锚文件记下的不同：历史被整体替换过");
    }
    if (anchor) this.#anchored += 1;
    return null;
  }

  /** What the signed heads and the links do not agree about. */
  #unlike({ moved, streams, heads }: Checkpoint): (Wrong & Partial<Fault>) | null {
    for (const [stream, signed] of moved) {
      const { n, digest } = this.#heads.get(stream) ?? BEFORE_FIRST;
      if (n < signed.n) {
        const what = `签名的检查点记着到第 ${signed.n} 条，链上只到第 ${n} 条`;
        return { kind: "tail_missing", stream, n: n + 1n, what };
      }
      if (n > signed.n) {
        const what = "签名的检查点里还没有这一条：是事后插到它之前的";
        return { kind: "inserted", stream, n: signed.n + 1n, what };
      }
      if (sameBytes(digest, signed.digest)) continue;
      const what = "链与签名的检查点不符：这一条或它之前的被重写过";
      return { kind: "content_changed", stream, n, what };
    }
    if (streams === this.#heads.size && heads === digestOfHeads(this.#heads)) return null;
    const what =
      `签名的检查点记着 ${streams} 条流，链上有 ${this.#heads.size} 条，或其中有的被重写过`;
    return { kind: streams > this.#heads.size ? "deleted" : "inserted", what };
  }
}

interface Wrong {
  readonly kind: FaultKind;
  readonly what: string;
}

const PLACELESS = { stream: null, n: null, eventId: null, at: null } as const;

function faultAt(link: LinkRow, kind: FaultKind, what: string): Fault {
  const { stream_id: stream, n, event_id: eventId, event_at: at } = link;
  return { kind, stream, n, eventId, at, what };
}

/** `fits` says whether the event is as the platform wrote it; null where that is not known. */
function changed(link: LinkRow, fits: boolean | null): Fault {
  switch (fits) {
    case true:
      return faultAt(link, "order_changed", "事件完好，链接的序号、时间、摘要或前后顺序被改");
    case false:
      return faultAt(link, "content_changed", "不是平台写入的内容（标签不符）：被改过，或是插入的");
    case null:
      return faultAt(link, "content_changed", "事件、链接或顺序不是入链时的（没有密钥，不能再分）");
  }
}

/** Of a place that is known to be wrong in whole. */
export function wholeFault(kind: FaultKind, what: string, place: Partial<Fault> = {}): Fault {
  return { ...PLACELESS, ...place, kind, what };
}
