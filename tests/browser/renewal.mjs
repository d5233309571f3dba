// 証の一斉更新 by keys alone, as docs/manual says it: worked out, agreed to by a second person, decided, printed, mailed.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { show } from "./hands.mjs";
import { program } from "./support.mjs";

/** 用紙 by the name of the paper. */
const STOCKS = new Map([["資格確認書", "100101"], ["資格情報のお知らせ", "100201"]]);

/** マイナ保険証利用登録状況 of everybody, taken in as a file by the program: every second person has a card. */
function receiveCards(demo) {
  const folder = mkdtempSync(join(tmpdir(), "kokuho-cards-"));
  const people = execFileSync("sqlite3", [demo.store.replace("sqlite:", ""), "select person_id from person order by person_id"], { encoding: "utf8" });
  const lines = people.trim().split("\n").map((person) => `131032,${person},1,2026-06-01,${Number(person) % 2}`);
  const name = "Q01_online_status_131032_20260602090000.csv";
  const csv = (rows) => rows.map((row) => `${row}\r\n`).join("");
  writeFileSync(join(folder, name), csv(["municipality_code,person_number,history_number,as_of,registered", ...lines]));
  const control = [["rows", lines.length], ["history_number", lines.length]].map(([item, value]) => `131032,${name},1,${item},${value}`);
  writeFileSync(join(folder, name.replace(".csv", "_control.csv")), csv(["municipality_code,file_name,extent,item,value", ...control]));
  const given = ["--store", demo.store, "--city", "131032", "--as", demo.clerk, join(folder, name)];
  execFileSync(program, ["import", ...given], { encoding: "utf8" });
  rmSync(folder, { recursive: true });
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
