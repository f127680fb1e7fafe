import assert from "node:assert/strict";
import { openJourneys } from "./journey.ts";
import { insertCard, payShownCode, seeReceipt } from "./pay.ts";

const journey = openJourneys();

journey(
  "card, ID card and every code of one person lead to one patient (R-IDN-01, R-IDN-11)",
  async (at) => {
    const { visitor, hand } = at;
    const seen: string[] = [];
    const present = [
      () => hand.device({ do: "tap_card", personId: "two_bills" }),
      () => hand.device({ do: "tap_id_card", personId: "two_bills" }),
      ...(["insurance_voucher", "electronic_social_security_card", "health_code"] as const).map((
        medium,
      ) =>
      () => hand.device({ do: "scan_code", personId: "two_bills", medium })),
    ];
    for (const hold of present) {
      await visitor.sees("home");
      await visitor.press("service-register");
      await visitor.sees("identify.waiting");
      await hold();
      await visitor.sees("register.departments");
      seen.push(await visitor.reads("patient"));
      await visitor.press("exit");
      await visitor.goesHome();
    }
    const { name, idNumber } = at.person("two_bills");
    assert.equal(new Set(seen).size, 1, seen.join(" / "));
    assert.ok(seen[0]?.startsWith(name[0] ?? "?"));
    assert.ok(!seen[0]?.includes(name) && !seen[0]?.includes(idNumber), "masked");
  },
);

journey(
  "an unknown code is said to be one, and another try is offered",
  async ({ visitor, hand }) => {
    await visitor.press("service-pay");
    await visitor.press("way-code");
    await visitor.sees("identify.guide_code");
    await hand.device({ do: "scan_text", text: "hello, I am no code of anybody" });
    await visitor.sees("identify.not_recognised");
    await visitor.readsText("不认识这个码");
    await visitor.press("try-again");
    await visitor.sees("identify.waiting");
  },
);

journey("a social-security card nobody here knows is said to be one", async ({ visitor, hand }) => {
  await visitor.press("service-pay");
  await visitor.sees("identify.waiting");
  await hand.device({ do: "insert_card", personId: "foreign_card" });
  await visitor.sees("identify.not_recognised");
  await visitor.readsText("这张卡");
  await hand.device({ do: "pull_card" });
});

journey("an ID card past its day is refused by name", async ({ visitor, hand }) => {
  await visitor.press("service-pay");
  await visitor.sees("identify.waiting");
  await hand.device({ do: "tap_id_card", personId: "expired_card" });
  await visitor.sees("identify.not_recognised");
  await visitor.readsText("证件已过有效期");
});

journey("a card that cannot be read, or lies the wrong way round", async ({ visitor, hand }) => {
  await visitor.press("service-pay");
  await visitor.sees("identify.waiting");
  await hand.device({ do: "insert_card", personId: "two_bills", fault: "unreadable" });
  await visitor.sees("identify.read_failed");
  await visitor.readsText("没有读出来");
  await hand.device({ do: "pull_card" });
  await visitor.press("try-again");
  await visitor.sees("identify.waiting");
  await hand.device({ do: "insert_card", personId: "two_bills", fault: "wrong_way_round" });
  await visitor.readsText("方向反了");
});

journey("a card pulled while it is read", async ({ visitor, hand }) => {
  await visitor.press("service-pay");
  await visitor.sees("identify.waiting");
  // Looked for beforehand: reading takes less than a second.
  const reading = visitor.sees("identify.reading");
  await hand.device({ do: "insert_card", personId: "two_bills" });
  await reading;
  await hand.device({ do: "pull_card" });
  await visitor.sees("identify.read_failed");
  await visitor.readsText("卡拔得太早了");
  await visitor.press("try-again");
  await visitor.sees("identify.waiting");
});

journey("a card pulled while choosing", async (at) => {
  const { visitor, hand } = at;
  await at.prescribe("card_v2", "cold");
  await insertCard(at, "card_v2");
  await visitor.sees("services");
  await visitor.press("service-pay");
  await visitor.sees("bills.list");
  await hand.device({ do: "pull_card" });
  await visitor.page.waitForSelector("[data-overlay=card_pulled]");
  await visitor.page.locator("[data-testid=pulled-stay]").click();
  await visitor.sees("bills.list");
  await visitor.press("exit");
  await visitor.sees("farewell");
});

journey("no record at HIS: a profile by ID card and phone, then on (R-IDN-04)", async (at) => {
  const { visitor, hand } = at;
  await visitor.press("service-register");
  await visitor.sees("identify.waiting");
  await hand.device({ do: "insert_card", personId: "no_his_record" });
  await visitor.sees("identify.no_record");
  await hand.device({ do: "pull_card" });
  await visitor.press("use-id-card");
  await visitor.sees("identify.guide_id_card");
  await hand.device({ do: "tap_id_card", personId: "no_his_record" });
  await visitor.sees("profile.introducing");
  await visitor.press("profile-start");
  await visitor.sees("profile.entering");
  for (const digit of "13800138000") await visitor.press(`key-${digit}`);
  await visitor.press("profile-next");
  await visitor.sees("profile.confirming");
  await visitor.press("profile-save");
  await visitor.sees("register.departments");
  assert.match(await visitor.reads("patient"), /黎/);
});

journey("insurance is down: paying oneself is offered, and works", async (at) => {
  const { visitor, hand } = at;
  await at.prescribe("two_bills", "cold");
  await hand.plan("insurance", "1101", { kind: "gateway_error" }, 10);
  await insertCard(at, "two_bills");
  await visitor.sees("coverage.unavailable");
  await visitor.press("pay-oneself");
  await visitor.press("service-pay");
  await visitor.sees("bills.list");
  await visitor.press("bills-pay");
  await visitor.sees("order.confirm");
  await visitor.finds("self-pay");
  await visitor.press("order-confirm");
  await visitor.press("tender-show_code");
  await payShownCode(at);
  await seeReceipt(at);
});

journey("insurance that is suspended is said to be, and paying oneself works", async (at) => {
  const { visitor } = at;
  await insertCard(at, "insurance_suspended");
  await visitor.sees("coverage.not_covered");
  await visitor.press("pay-oneself");
  await visitor.sees("services");
});

journey("HIS is down: said plainly, and the way back is there", async (at) => {
  const { visitor, hand } = at;
  await hand.plan("his", "find_patient", { kind: "gateway_error" }, 10);
  await visitor.press("service-pay");
  await visitor.sees("identify.waiting");
  await hand.device({ do: "insert_card", personId: "two_bills" });
  await visitor.sees("identify.unavailable");
  await visitor.readsText("医院的系统没有回应");
  await visitor.press("leave");
  await visitor.sees("take_card");
  await hand.device({ do: "pull_card" });
  await visitor.sees("home");
});
