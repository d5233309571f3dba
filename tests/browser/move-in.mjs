// A family of four moves in: from log-in to the papers and the first year's amount, with the keyboard alone, as
// docs/manual/move-in.md says it.
import assert from "node:assert/strict";
import { show } from "./hands.mjs";

const yen = (words) => Number(words.replace(/\D/g, ""));

async function logIn({ page, keys, demo }) {
  await page.goto(demo.url);
  await show(page, "move-in-1-login");
  await keys.type(demo.counter);
  await keys.press("Enter");
  await keys.type(demo.password);
  await keys.on("Enter");
  assert.equal(await page.locator("h1").innerText(), "今日の仕事");
}

async function find({ page, keys }) {
  const text = () => page.locator("main").innerText();
  await keys.press("/");
  await keys.type("てんにゅう いちろう");
  await keys.on("Enter");
  assert.equal((await keys.focus()).text, "転入　一郎", "the first that was found has the focus");
  await show(page, "move-in-2-search");
  await keys.on("Enter");
  assert.match(await text(), /加入の記録なし/);
  assert.match(await text(), /転入　花子、転入　さくら、転入　湊/, "who lives with him");
  await show(page, "move-in-3-person", { height: 560 });
}

async function register({ page, keys }) {
  const text = () => page.locator("main").innerText();
  await keys.on("Alt+k");
  assert.equal((await keys.focus()).id, "cause");
  await keys.type("01");
  await keys.press("Enter");
  await keys.type("080601");
  await keys.on("Alt+k");
  // One code has three causes: the page asks, and the hand is where the answer goes.
  assert.equal((await keys.focus()).id, "cause");
  assert.match(await text(), /01a 県外からの転入/);
  await show(page, "move-in-4-cause");
  await keys.type("01a");
  await keys.on("Alt+k");
  const shown = await text();
  for (const words of ["まだ何も変わっていません", "転入　湊（4人）", "なぜ変更後の金額になるか", "判定", "証", "国保情報集約システム", "確かめる書類"]) {
    assert.ok(shown.includes(words), `${words}: ${shown}`);
  }
  await show(page, "move-in-5-preview", { height: 1400 });
  const promised = yen(await page.locator("main p.total").first().innerText());
  await keys.on("Alt+k");
  assert.match(await page.locator("[role=status]").first().innerText(), /資格異動の登録を行いました/);
  assert.equal(await page.locator("main table").first().locator("tbody tr").count(), 4);
  await show(page, "move-in-6-household", { height: 1100 });
  return promised;
}

async function papers({ page, keys }) {
  const text = () => page.locator("main").innerText();
  await keys.on("Alt+4");
  await show(page, "move-in-7-certificates", { height: 480 });
  await keys.walk("マイナ保険証の確認");
  await keys.on("Enter");
  assert.match((await keys.focus()).id, /^linked_/);
  for (const state of ["1", "1", "1", "2"]) {
    await keys.type(state);
    await keys.press("Enter");
  }
  await show(page, "move-in-8-card");
  await keys.on("Alt+k");
  assert.match(await text(), /転入　一郎[\s\S]*利用登録なし/);
  await keys.on("Alt+k");
  // 交付する
  await keys.on("Alt+k");
  assert.equal(await page.locator("input[type=checkbox]:checked").count(), 4);
  await show(page, "move-in-9-issue");
  await keys.on("Alt+k");
  const faces = await text();
  assert.equal(faces.split("なぜこの証か").length - 1, 4, faces);
  assert.equal(faces.split("資格情報のお知らせ").length > 1, true);
  await show(page, "move-in-10-faces", { height: 1100 });
  await keys.on("Alt+k");
  assert.equal(await page.locator("h1").innerText(), "交付した証 4通");
  await show(page, "move-in-11-issued");
  await openPaper({ page, keys });
  await keys.walk("what");
  await keys.press("Enter");
  await keys.type("100101 100201");
  await keys.on("Enter");
  assert.match(await text(), /02 窓口で渡した/);
  await keys.walk("what");
  await keys.press("Enter");
  await keys.type("世帯主本人");
  await keys.on("Enter");
  await show(page, "move-in-12-handed");
}

/** The PDF that the button brings: four papers, one page each. */
async function openPaper({ page, keys }) {
  const [answer, tab] = await Promise.all([
    page.context().waitForEvent("response", (one) => one.url().endsWith("/paper")),
    page.context().waitForEvent("page"),
    keys.alt("k"),
  ]);
  assert.equal(answer.status(), 200);
  assert.equal(answer.headers()["content-type"], "application/pdf");
  const file = await (await page.request.get(answer.url())).body();
  assert.equal(file.subarray(0, 5).toString(), "%PDF-");
  assert.match(file.toString("latin1"), /\/Count 4\b/);
  // Ctrl+W closes the tab of the paper; the page it came from is still there.
  keys.count.strokes += 2;
  await tab.close();
}

async function amount({ page, keys }, promised) {
  await keys.on("Alt+6");
  const total = yen(await page.locator("p.total").innerText());
  assert.ok(total > 0);
  assert.equal(total, promised, "what the preview promised");
  const instalments = await page.locator("table", { hasText: "期別額（円）" }).locator("tbody td b").allInnerTexts();
  assert.ok(instalments.length > 1);
  assert.equal(instalments.map(yen).reduce((sum, one) => sum + one, 0), total, "the instalments add up");
  assert.match(await page.locator("main").innerText(), /所得の分からない人がいます/, "what is not known yet is said");
  await show(page, "move-in-13-levy", { height: 1100 });
  return { total, instalments };
}

/** All of it; answers the amount, its instalments and the household's address. */
export async function moveIn(desk) {
  await logIn(desk);
  await find(desk);
  const promised = await register(desk);
  const home = new URL(desk.page.url()).pathname;
  await papers(desk);
  return { home, ...(await amount(desk, promised)) };
}
