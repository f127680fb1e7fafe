import { eachEvent, kindsWhere, type ReadTrailDeps } from "../../audit/evidence/read_trail.ts";
import { businessDay } from "../../../platform/clock.ts";
import type { EvidenceFiles } from "../evidence_files.ts";
import type { KnownFacts } from "../facts.ts";
import type { Period } from "../period.ts";

const SIGNED_IN = kindsWhere((_kind, id) => id === "access.signed_in");

/** From more places than one person sits at in a day: the account may be shared. */
const ADDRESSES_A_DAY_MAX = 3;

interface SignIns {
  count: number;
  day: string;
  readonly today: Set<string>;
  most: number;
  mostDay: string;
}

/** Who signed in how often, and from how many addresses on the worst day (8.1.4.2 c). */
export async function writeSignedIn(
  deps: ReadTrailDeps,
  { files, period }: { readonly files: EvidenceFiles; readonly period: Period },
): Promise<KnownFacts> {
  const accounts = new Map<string, SignIns>();
  for await (const event of eachEvent(deps, { ...period, kinds: SIGNED_IN })) {
    if (event.result !== "succeeded") continue;
    const own = accounts.get(event.actor_name) ??
      { count: 0, day: "", today: new Set<string>(), most: 0, mostDay: "" };
    accounts.set(event.actor_name, own);
    take(own, businessDay(event.at), event.address ?? "");
  }
  const rows = [...accounts].toSorted(([left], [right]) => left < right ? -1 : 1);
  await files.table({
    name: "sign-ins",
    title: "登录与来源地址（一天内来自多个地址的，疑似共享）",
    columns: ["账号", "登录次数", "一天内最多的来源地址数", "那一天", "判断"],
    rows: rows.map(([name, { count, most, mostDay }]) => [
      name,
      count,
      most,
      mostDay,
      most > ADDRESSES_A_DAY_MAX ? "疑似共享" : "",
    ]),
  });
  return {
    signedInAccounts: rows.length,
    scatteredAccounts: rows.filter(([, { most }]) => most > ADDRESSES_A_DAY_MAX).length,
  };
}

/** Events come in the order of their times, so that one day's addresses are enough to hold. */
function take(own: SignIns, day: string, address: string): void {
  if (own.day !== day) own.today.clear();
  own.day = day;
  own.today.add(address);
  own.count++;
  if (own.today.size <= own.most) return;
  own.most = own.today.size;
  own.mostDay = day;
}
