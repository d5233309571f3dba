// The way of a case through the pages, with the keyboard.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, logIn, open, openRichHousehold, picture, someHousehold, startDemo } from "./support.mjs";

let demo, browser, page, chief, household;

before(async () => {
  demo = await startDemo();
  browser = await launch();
  page = await open(browser);
  chief = await open(browser);
}, { timeout: 240_000 });

after(async () => {
  await browser?.close();
  await demo?.stop();
});

const heading = () => page.locator("h1").innerText();

/** Types into the search box by its key and sends it. */
async function search(words) {
  await page.keyboard.press("/");
  await page.keyboard.type(words);
  await Promise.all([page.waitForURL(/\/(search|households)/), page.keyboard.press("Enter")]);
  await page.waitForLoadState();
}

test("no letter of quick hands is lost: the first field has the focus before the page is drawn", async () => {
  await page.addInitScript(() => {
    document.addEventListener("DOMContentLoaded", () => (window.asked = document.activeElement.id));
  });
  await page.goto(`${demo.url}/login`);
  assert.equal(await page.evaluate(() => window.asked), "login");
});

test("log-in refuses a wrong password beside the field's page and lets the right one in", async () => {
  await page.goto(`${demo.url}/jobs`);
  await picture(page, "login");
  await page.keyboard.type(demo.clerk);
  await page.keyboard.press("Enter");
  await page.keyboard.type("wrong-password");
  await page.keyboard.press("Enter");
  await page.waitForSelector("[role=alert]");
  assert.match(await page.locator("[role=alert]").innerText(), /職員番号かパスワードが違います/);
  assert.equal(await page.inputValue("#login"), demo.clerk);
  await page.focus("#password");
  await page.keyboard.type(demo.password);
  await Promise.all([page.waitForURL("**/jobs"), page.keyboard.press("Enter")]);
  assert.equal(await heading(), "処理状況", "the page asked for before log-in");
});

test("the first page says what waits", async () => {
  await page.goto(demo.url);
  assert.equal(await heading(), "今日の仕事");
  assert.match(await page.locator("main").innerText(), /令和8年度 当初賦課/);
  await picture(page, "home");
});

test("a person is found by kana, kanji, day of birth and number", async () => {
  household = await someHousehold(page, demo);
  const number = household.number.split("・").pop();
  const family = household.kana.split(/\s/)[0];
  for (const words of [household.kana, household.name, household.birth, number, `${family} ${household.birth}`]) {
    await page.goto(demo.url);
    await search(words);
    const text = await page.locator("body").innerText();
    assert.ok(text.includes(household.name), `${words}: ${text.slice(0, 400)}`);
  }
});

test("hiragana and half-width kana find the same people", async () => {
  const family = household.kana.split(/\s/)[0];
  const hiragana = family.replace(/[\u30a1-\u30f6]/g, (letter) => String.fromCharCode(letter.charCodeAt(0) - 0x60));
  await page.goto(demo.url);
  await search(hiragana);
  assert.ok((await page.locator("body").innerText()).includes(household.name));
});

test("arrows walk through the list and Enter opens the household", async () => {
  await page.goto(demo.url);
  await search("ス");
  await page.waitForSelector("[data-list]");
  await picture(page, "search");
  const first = await page.evaluate(() => document.activeElement?.closest("tr")?.rowIndex);
  assert.equal(first, 1, "the first that was found has the focus");
  await page.keyboard.press("ArrowDown");
  const focused = await page.evaluate(() => document.activeElement?.closest("tr")?.rowIndex);
  assert.equal(focused, 2);
  await Promise.all([page.waitForURL(/\/households\/\d+$/), page.keyboard.press("Enter")]);
});

test("the household shows its people, its timeline and its levy, and stays in sight", async () => {
  await page.goto(demo.url + household.href);
  assert.equal(await heading(), "世帯");
  assert.match(await page.locator("table").first().innerText(), new RegExp(household.name));
  assert.equal(await page.locator("svg.picture rect.span").first().isVisible(), true);
  if (process.env.KOKUHO_SHOTS === "1") {
    await openRichHousehold(page, demo);
    await picture(page, "household", { fullPage: true });
    await page.goto(demo.url + household.href);
  }
  await page.mouse.wheel(0, 2000);
  assert.equal(await page.locator(".subject .name").isVisible(), true);
  for (const day of ["R8.4.1", "080401", "令和8年4月1日", "20260401"]) {
    await page.fill("#as_of", day);
    await Promise.all([page.waitForURL(/as_of=/), page.locator("#as_of").press("Tab").then(() => page.click("text=表示"))]);
    assert.match(await page.locator("svg.picture").first().innerHTML(), /R8\.4\.1/, day);
  }
  await page.fill("#as_of", "R8.13.1");
  await page.click("text=表示");
  await page.waitForSelector("#as_of-wrong");
  assert.equal(await page.getAttribute("#as_of", "aria-invalid"), "true");
});

// covers: LEV-023
test("every yen of the levy opens to its calculation, its ground and its rate", async () => {
  await page.goto(`${demo.url}${household.href}/levy/2026`);
  const total = (await page.locator("p.total").innerText()).replace(/\D/g, "");
  assert.ok(Number(total) > 0);
  assert.equal(await page.locator(".note.bad").count(), 0, "the reasons give the stored amount");
  await page.locator(".why-card > details.why > summary").first().click();
  await page.locator(".why-card > details.why[open] details.why > summary").first().click();
  await picture(page, "levy", { fullPage: true });
  const closed = page.locator(".why-card details.why:not([open]) > summary");
  for (let rounds = 0; rounds < 40 && (await closed.count()) > 0; rounds += 1) {
    const before = await closed.count();
    await closed.first().focus();
    await page.keyboard.press("Enter");
    if ((await closed.count()) === before && !(await closed.first().isVisible())) break;
  }
  const why = await page.locator("#why").innerText();
  assert.match(why, /国民健康保険法施行令第29条の7/);
  assert.match(why, /所得割額[\s\S]*×[\s\S]*%/);
  assert.match(why, /端数/);
  const instalments = await page.locator("tfoot .n").last().innerText();
  assert.equal(instalments.replace(/\D/g, ""), total, "instalments add up to the annual amount");
});

test("the notice opens as a PDF", async () => {
  const href = await page.locator("text=通知書 >> nth=-1").getAttribute("href");
  assert.match(href, /\/notices\/\d+\/paper/);
  const answer = await page.request.get(demo.url + href, { timeout: 60_000 });
  assert.equal(answer.status(), 200);
  assert.equal(answer.headers()["content-type"], "application/pdf");
  assert.equal((await answer.body()).subarray(0, 5).toString(), "%PDF-");
});

test("a re-levy is previewed before anything changes", async () => {
  await page.goto(`${demo.url}${household.href}/preview`);
  assert.match(await page.locator("main").innerText(), /同じ金額です。変更はありません/);
});

test("a run is started, watched, compared, approved by another and published", async () => {
  await page.goto(`${demo.url}/runs`);
  await picture(page, "runs");
  await page.focus("#note");
  await page.keyboard.type("画面の試験");
  await Promise.all([page.waitForURL(/\/runs\/\d+$/), page.keyboard.press("Tab").then(() => page.keyboard.press("Enter"))]);
  const run = page.url();
  await page.waitForFunction(() => document.querySelector("h1 ~ .badge")?.textContent === "計算済", null, { timeout: 30_000 });
  assert.match(await page.locator("main").innerText(), /承認は賦課責任者が行います/);
  await picture(page, "run");
  const job = run.match(/\d+$/)[0];
  const progress = await (await page.request.get(`${demo.url}/jobs/${job}/progress`)).json();
  assert.equal(progress.running, false);
  assert.equal(progress.done, progress.total);
  await page.goto(`${demo.url}/jobs/${job}`);
  assert.equal(await page.locator("progress").getAttribute("value"), String(progress.total));

  await page.goto(run);
  await page.locator("a[href*='/runs/compare']").first().click();
  await page.waitForURL(/compare/);
  assert.equal(await heading(), "賦課処理の比較");
  assert.match(await page.locator("main").innerText(), /合計/);
  await picture(page, "compare");

  await logIn(chief, demo, demo.chief, new URL(run).pathname);
  await chief.click("text=承認する");
  await chief.waitForSelector("text=確定する");
  assert.equal(await chief.locator("h1 ~ .badge").innerText(), "承認済");
  await chief.click("text=確定する");
  await chief.waitForLoadState();
  await chief.waitForFunction(() => document.querySelector("h1 ~ .badge")?.textContent === "確定", null, { timeout: 30_000 });
});

test("the one who started a run cannot approve it, and a stale form changes nothing", async () => {
  await page.goto(`${demo.url}/runs/1`);
  assert.equal(await page.locator("text=承認する").count(), 0);
  const refused = await page.request.post(`${demo.url}/runs/1/approve`, { form: { csrf: "0".repeat(64) } });
  assert.equal(refused.status(), 403);
});

test("a household is tried before it joins; Enter leads from field to field", async () => {
  await page.goto(`${demo.url}/trial`);
  await page.focus("#birth_1");
  await page.keyboard.type("S45.7.15");
  await page.keyboard.press("Enter");
  assert.equal(await page.evaluate(() => document.activeElement.id), "standing_1");
  await page.keyboard.press("Enter");
  assert.equal(await page.evaluate(() => document.activeElement.id), "salary_1");
  await page.keyboard.type("4,500,000");
  await page.fill("#birth_2", "480101");
  await page.fill("#birth_3", "R2.5.5");
  await page.click("text=計算する");
  await page.waitForSelector("#answer");
  assert.equal(await page.inputValue("#birth_1"), "昭和45年7月15日");
  assert.match(await page.locator("#answer").innerText(), /未就学児の減額/);
  assert.ok(Number((await page.locator("p.total").innerText()).replace(/\D/g, "")) > 100_000);
  await picture(page, "trial", { fullPage: true });
  await page.fill("#birth_1", "R8.13.1");
  await page.click("text=計算する");
  await page.waitForSelector("#birth_1-wrong");
  await page.click("[role=alert] a");
  assert.equal(await page.evaluate(() => document.activeElement.id), "birth_1", "the error leads to its field");
});

test("the whole city is tried under other rates, with pictures", async () => {
  await page.goto(`${demo.url}/what-if`);
  const stands = await page.inputValue("#medical_income");
  await page.fill("#medical_income", String(Number(stands) + 1));
  await page.click("text=計算する");
  await page.waitForSelector("#answer");
  assert.equal(await page.locator("#answer svg.picture[role=img]").count(), 4);
  assert.match(await page.locator("#answer tr.sum .plus").first().innerText(), /^\+/);
  await picture(page, "what-if", { fullPage: true });
});

test("notices are counted against decisions", async () => {
  await page.goto(`${demo.url}/notices?run=1`);
  const batch = page.locator("tr", { has: page.locator("a[href='/notices?run=1']") });
  const cells = (await batch.locator("td.n").allInnerTexts()).map((text) => Number(text.replace(/\D/g, "")));
  const [decided, made, held] = cells;
  const waiting = Number((await batch.locator("td .badge").innerText()).replace(/\D/g, "") || 0);
  assert.ok(decided > 0);
  assert.equal(decided, made + held + waiting);
  await picture(page, "notices");
});

test("the API answers as the pages do", async () => {
  const document = await (await page.request.get(`${demo.url}/api/openapi.json`)).json();
  assert.ok(document.paths["/api/v1/levy/calc"].post);
  const question = {
    municipality: "131032",
    fiscal_year: 2026,
    household: {
      people: [{ birth_on: "1970-07-15", insured: [{ acquired_on: "2020-04-01" }], income: { salary_revenue: 4500000, salary: 3160000 } }],
      heads: [{ person: 0, from: "2020-04-01" }],
    },
  };
  const answer = await page.request.post(`${demo.url}/api/v1/levy/calc`, { data: question });
  assert.equal(answer.status(), 200, await answer.text());
  const [levy] = await answer.json();
  assert.equal(levy.total, levy.components.reduce((sum, one) => sum + one.amount, 0));
  assert.ok(levy.steps.every((step) => step.label && step.clause));
  const wrong = await page.request.post(`${demo.url}/api/v1/levy/calc`, { data: { ...question, fiscal_year: 1990 } });
  assert.equal(wrong.status(), 422);
  assert.ok((await wrong.json()).message.length > 0);
});

test("nothing was written to the console and log-out ends it", async () => {
  assert.deepEqual(page.complaints, []);
  await page.goto(demo.url);
  await page.click("text=ログアウト");
  await page.waitForURL(/login/);
  await page.goto(demo.url + household.href);
  assert.match(page.url(), /\/login\?next=/);
});
