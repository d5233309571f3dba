// 証の一斉更新 by keys alone, as docs/manual says it: worked out, agreed to by a second person, decided, printed, mailed.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { show } from "./hands.mjs";

/** 用紙 by the name of the paper. */
const STOCKS = new Map([["資格確認書", "100101"], ["資格情報のお知らせ", "100201"]]);

/** マイナ保険証の一覧, written beside the served pages since no page and no command takes one in: every second person has a card. */
function receiveCards(demo) {
  const sql = `pragma busy_timeout = 10000; begin immediate;
    insert into card_list select coalesce(max(list_id), 0) + 1, '2026-06-01', 'browser', 'browser', 0, 0, 0,
      (select min(act_id) from act) from card_list;
    insert into card_fact select person_id, 1, '2026-06-01', null, (select max(recorded_at) from act), null,
      (select min(act_id) from act), null, person_id % 2, '2026-06-01', 'browser' from person
      where person_id not in (select subject from card_fact); commit;`;
  execFileSync("sqlite3", [demo.store.replace("sqlite:", ""), sql], { encoding: "utf8" });
}

const settled = (page, state) =>
  page.waitForFunction((wanted) => document.querySelector("h1 ~ .badge")?.textContent.trim() === wanted, state, { timeout: 120_000 });

/** A number as a page writes it. */
const number = (text) => Number(text.replaceAll(/[,枚人]/g, ""));

/** What 次にすること says of the papers. */
export async function lying(page) {
  const found = [];
  for (const name of ["有効な証", "印刷待ち", "発送待ち"]) found.push(number(await page.locator(`dt:text-is('${name}') + dd`).innerText()));
  return found;
}

/** The rows of a table of the page, as they stand below a heading. */
const rows = (page, heading) => page.locator(".card", { has: page.getByRole("heading", { name: heading, exact: true }) }).locator("tbody tr").evaluateAll((all) => all.map((row) => [...row.children].map((cell) => cell.innerText.trim())));

/** Walks to a button and presses it. */
async function order({ page, keys }, label) {
  await keys.walk(label);
  await keys.on("Enter");
  assert.deepEqual(await page.locator("[role=alert]").allInnerTexts(), [], label);
}

/** 8月の年次判定, without which those whose ratio is to be printed get no paper. */
async function judge({ clerk, chief, demo }) {
  await clerk.page.goto(`${demo.url}/cut-over`);
  await order(clerk, "判定を始める");
  const where = new URL(clerk.page.url()).pathname;
  const still = () => clerk.page.waitForFunction(() => !document.querySelector("meta[http-equiv=refresh]"), null, { timeout: 120_000 });
  await still();
  await chief.page.goto(demo.url + where);
  await order(chief, "この内容で承認する");
  await clerk.page.goto(demo.url + where);
  await order(clerk, "確定する");
  await still();
}

/** A whole renewal; `clerk` and `chief` are a page and the hands at it. Answers where it lies and how many papers it has. */
export async function renew({ clerk, chief, demo }) {
  receiveCards(demo);
  await judge({ clerk, chief, demo });
  await clerk.page.goto(`${demo.url}/renewals`);
  await show(clerk.page, "yearly-renewals", { height: 560 });
  for (const [field, day] of [["effective_from", "R8.8.1"], ["issued_on", "R8.7.10"], ["card_as_of", "R8.6.1"]]) {
    await keys(clerk, field, day);
  }
  await order(clerk, "作成を始める");
  const where = new URL(clerk.page.url()).pathname;
  await settled(clerk.page, "作成済");
  assert.equal(await clerk.page.getByText("この内容で承認する").count(), 0, "not by whoever began it");
  const kinds = await rows(clerk.page, "種類ごと");
  const papers = kinds.reduce((sum, row) => sum + number(row[1]), 0);
  assert.ok(papers > 0, JSON.stringify(kinds));

  await chief.page.goto(demo.url + where);
  await order(chief, "この内容で承認する");
  await clerk.page.goto(demo.url + where);
  await order(clerk, "交付を決定する");
  await settled(clerk.page, "交付決定済");
  const bags = await rows(clerk.page, "差出の袋");
  assert.equal(bags.reduce((sum, row) => sum + number(row[3]), 0), papers, "every paper lies in a bag");
  assert.deepEqual(await lying(clerk.page), [papers, papers, 0]);
  await show(clerk.page, "yearly-renewals-print", { height: 640 });

  // A paper of none of its kinds: nothing is marked.
  await keys(clerk, "stocks", "999901");
  await clerk.keys.walk("全部を印刷済みにする");
  await clerk.keys.on("Enter");
  assert.match(await clerk.page.locator("main").innerText(), /用紙/);
  await clerk.page.goto(demo.url + where);
  assert.deepEqual(await lying(clerk.page), [papers, papers, 0]);

  const stocks = kinds.map(([name]) => STOCKS.get(name));
  assert.ok(stocks.every(Boolean), JSON.stringify(kinds));
  await keys(clerk, "stocks", stocks.join(" "));
  await order(clerk, "全部を印刷済みにする");
  assert.deepEqual(await lying(clerk.page), [papers, 0, papers]);
  await show(clerk.page, "yearly-renewals-mail", { height: 640 });
  await order(clerk, "全部を発送済みにする");
  assert.deepEqual(await lying(clerk.page), [papers, 0, 0]);
  assert.equal(await clerk.page.locator("main form button").count(), 0, "nothing is left to do");
  return { where, papers };
}

/** Walks to a field and types over what it holds. */
async function keys({ keys: own }, field, text) {
  await own.walk(field);
  await own.press("Control+A");
  await own.type(text);
}
