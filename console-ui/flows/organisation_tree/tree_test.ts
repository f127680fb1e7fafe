import assert from "node:assert/strict";
import { CENTRE, CITY, TOWN, TOWNS } from "../../testing/rights.ts";
import { no, type Script, scriptedPort, yes } from "../../testing/scripted_port.ts";
import { type OrganisationTree, organisationTree } from "./tree.ts";
import { keyAction } from "./tree_keys.ts";

const CITY_PAGE = yes({ organisations: [CITY], next: null });
const TOWN_PAGE = yes({ organisations: [...TOWNS], next: "441900010" });

async function started(
  replies: NonNullable<Script["GET /organisations"]>,
): Promise<{ tree: OrganisationTree; port: ReturnType<typeof scriptedPort> }> {
  const port = scriptedPort({ "GET /organisations": replies });
  const tree = organisationTree(port);
  await tree.start();
  return { tree, port };
}

/** As it is drawn: two dots a level. */
function drawn({ rows }: OrganisationTree): string[] {
  return rows.value.map((row) => {
    const text = row.kind === "organisation" ? row.organisation.name : row.kind;
    return `${"..".repeat(row.level - 1)}${text}`;
  });
}

Deno.test("organisationTree() opens the only top, and asks for branches as they are opened", async () => {
  const { tree, port } = await started([
    CITY_PAGE,
    TOWN_PAGE,
    yes({ organisations: [CENTRE], next: null }),
  ]);
  assert.deepEqual(drawn(tree).slice(0, 3), ["东莞市", "..莞城街道", "..东城街道"]);
  assert.equal(drawn(tree).at(-1), "..more");
  await tree.open(TOWN.id);
  assert.deepEqual(drawn(tree).slice(1, 3), ["..莞城街道", `....${CENTRE.name}`]);
  tree.close(TOWN.id);
  await tree.open(TOWN.id);
  assert.deepEqual(port.asked.map(({ request }) => request), [
    { query: {} },
    { query: { parentId: CITY.id } },
    { query: { parentId: TOWN.id } },
  ]);
});

Deno.test("organisationTree() goes on with a long branch where its page ended", async () => {
  const { tree, port } = await started([
    CITY_PAGE,
    TOWN_PAGE,
    no("console.no_answer"),
    yes({ organisations: [{ ...TOWN, id: "last", name: "沙田镇" }], next: null }),
  ]);
  await tree.more(CITY.id);
  assert.equal(drawn(tree).at(-1), "..failed");
  await tree.more(CITY.id);
  assert.equal(drawn(tree).at(-1), "..沙田镇");
  const asked = { query: { parentId: CITY.id, after: "441900010" } };
  assert.deepEqual(port.asked.slice(2).map(({ request }) => request), [asked, asked]);
});

Deno.test("organisationTree() shows what a search found, and the tree again after it", async () => {
  const { tree } = await started([
    CITY_PAGE,
    TOWN_PAGE,
    yes({ organisations: [CENTRE], next: null }),
  ]);
  const before = drawn(tree);
  await tree.find(" 莞城 ");
  assert.equal(tree.search.value, "莞城");
  assert.deepEqual(drawn(tree), [CENTRE.name]);
  await tree.find("");
  assert.deepEqual(drawn(tree), before);
});

Deno.test("organisationTree() ends, whatever it is answered", async () => {
  const { tree } = await started([yes({ organisations: [CITY], next: null })]);
  await tree.open(CITY.id);
  assert.deepEqual(drawn(tree), ["东莞市", "..东莞市", "....东莞市", "......东莞市"]);
});

Deno.test("keyAction() moves as the tree pattern of WAI-ARIA says", async () => {
  const { tree } = await started([CITY_PAGE, TOWN_PAGE]);
  const rows = tree.rows.value;
  const told = (at: number, key: string) => {
    const action = keyAction(rows, at, key);
    return action && `${action.kind} ${rows.indexOf(action.row)}`;
  };
  const last = rows.length - 1;
  assert.deepEqual(
    [
      told(0, "ArrowDown"),
      told(0, "ArrowUp"),
      told(0, "ArrowRight"),
      told(0, "ArrowLeft"),
      told(1, "ArrowRight"),
      told(1, "ArrowLeft"),
      told(2, "ArrowRight"),
      told(3, "Home"),
      told(0, "End"),
      told(last, "ArrowDown"),
      told(2, "Enter"),
      told(0, "石"),
      told(5, "石"),
      told(0, "鬼"),
      told(0, "Escape"),
    ],
    [
      "focus 1",
      null,
      "focus 1",
      "close 0",
      "open 1",
      "focus 0",
      null,
      "focus 0",
      `focus ${last}`,
      null,
      "act 2",
      "focus 5",
      "focus 6",
      null,
      null,
    ],
  );
});
