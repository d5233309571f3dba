// Two clerks, two clicks, a network that breaks: one wins, the other is told, and nothing is done twice.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, logIn, open, picture, someHousehold, startDemo } from "./support.mjs";

let demo, browser, first, second, household;

before(async () => {
  demo = await startDemo();
  browser = await launch();
  first = await open(browser);
  second = await open(browser);
  await logIn(first, demo, demo.clerk);
  await logIn(second, demo, demo.counter);
  household = await someHousehold(first, demo, 2);
}, { timeout: 240_000 });

after(async () => {
  await browser?.close();
  await demo?.stop();
});

const income = () => `${demo.url}${household.href}/declare/income`;

/** How many acts the household's page of requests lists. */
async function acts(page) {
  await page.goto(`${demo.url}${household.href}/tasks`);
  return page.locator("tbody tr", { hasText: "所得の申告 宛名番号" }).count();
}

/** Fills the declaration up to its preview. */
async function declare(page, business) {
  await page.goto(income());
  const choices = await page.locator("#person option").evaluateAll((all) => all.map((one) => one.value));
  await page.selectOption("#person", choices[0]);
  await page.fill("#business", String(business));
  await page.click("text=確認へ進む");
  await page.waitForSelector("text=まだ何も変わっていません");
}

const confirm = (page) => page.click("text=この内容で登録する");

test("a form is filled by keyboard, previewed in yen, and nothing typed is lost by going back", async () => {
  await first.goto(income());
  await first.focus("#received_on");
  await first.keyboard.press("Control+A");
  await first.keyboard.type("R8.13.1");
  await first.fill("#business", "1,234,000");
  await first.click("text=確認へ進む");
  await first.waitForSelector("#received_on-wrong");
  assert.equal(await first.inputValue("#business"), "1,234,000");
  await first.fill("#received_on", "080601");
  await first.click("text=確認へ進む");
  await first.waitForSelector("text=まだ何も変わっていません");
  assert.match(await first.locator("main").innerText(), /令和8年6月1日/);
  await picture(first, "declare-preview", { fullPage: true });
  await first.click("text=戻って直す");
  await first.waitForSelector("#business");
  assert.equal(await first.inputValue("#business"), "1,234,000");
  // The browser's own way back: the form is loaded again with what was typed.
  await first.click("text=確認へ進む");
  await first.waitForSelector("text=まだ何も変わっていません");
  await first.goto(demo.url);
});

test("two clicks on the same button are one act", async () => {
  const before = await acts(first);
  await declare(first, 2_000_000);
  await Promise.all([
    first.waitForURL(/\/households\/\d+\?done=\d+/),
    first.evaluate(() => {
      const form = document.querySelector("form[data-keep] button[value=confirm]");
      form.click();
      form.click();
    }),
  ]);
  assert.match(await first.locator("[role=status]").innerText(), /所得の申告を行いました/);
  assert.equal(await acts(first), before + 1);
});

test("of two clerks one wins, and the other sees who changed what before deciding again", async () => {
  await declare(first, 3_000_000);
  await declare(second, 4_000_000);
  await Promise.all([first.waitForURL(/done=/), confirm(first)]);
  await confirm(second);
  await second.waitForSelector("text=先に変更されています");
  const page = await second.locator("main").innerText();
  assert.match(page, /賦課 太郎/, "who");
  assert.match(page, /変わった内容[\s\S]*所得/, "what differs");
  assert.match(page, /4,000,000円/, "what was typed is still there");
  await picture(second, "overtaken", { fullPage: true });
  await Promise.all([second.waitForURL(/done=/), confirm(second)]);
  assert.match(await second.locator("[role=status]").innerText(), /所得の申告を行いました/);
});

test("a network that breaks before or after the order leaves one act", async () => {
  const before = await acts(first);
  await declare(first, 5_000_000);
  const form = await first.evaluate(() => {
    const fields = new FormData(document.querySelector("form[data-keep]"));
    fields.set("do", "confirm");
    return [...fields.entries()];
  });
  // The order never arrives.
  await first.route("**/declare/income", (route) => route.abort(), { times: 1 });
  await confirm(first).catch(() => {});
  await first.waitForTimeout(300);
  assert.equal(await acts(second), before);
  // The order arrives and its answer is lost: sent again, it leads to what it did.
  const body = Object.fromEntries(form);
  const once = await first.request.post(income(), { form: body, maxRedirects: 0 });
  const again = await first.request.post(income(), { form: body, maxRedirects: 0 });
  assert.equal(once.status(), 303, await once.text());
  assert.equal(again.status(), 303, await again.text());
  assert.equal(again.headers().location, once.headers().location);
  assert.equal(await acts(second), before + 1);
});

test("what was done is taken back from where it is shown", async () => {
  await first.goto(`${demo.url}${household.href}/tasks`);
  await first.locator("a:text-is('取り消す')").first().click();
  await first.waitForSelector("text=取り消す処理");
  await first.click("text=確認へ進む");
  await first.waitForSelector("text=まだ何も変わっていません");
  await Promise.all([first.waitForURL(/done=/), first.click("text=この処理を取り消す")]);
  await first.goto(`${demo.url}${household.href}/tasks`);
  assert.ok((await first.locator("text=取消済").count()) > 0);
});

test("a loss is registered by its code with the keyboard alone, and shows what follows", async () => {
  await second.goto(`${demo.url}${household.href}/loss`);
  assert.equal(await second.evaluate(() => document.activeElement.id), "cause");
  await second.keyboard.type("44");
  await second.keyboard.press("Enter");
  assert.equal(await second.evaluate(() => document.activeElement.id), "occurred_on");
  await second.keyboard.type("080605");
  const tick = second.locator("input[name^=leave_]").first();
  if (!(await tick.isChecked())) await tick.press("Space");
  await Promise.all([second.waitForLoadState(), second.click("text=確認へ進む")]);
  await second.waitForSelector("text=まだ何も変わっていません");
  const shown = await second.locator("main").innerText();
  assert.match(shown, /死亡/);
  assert.match(shown, /国保情報集約システム/);
  await picture(second, "loss-preview", { fullPage: true });
  await Promise.all([second.waitForURL(/done=\d+/), second.click("text=この内容で登録する")]);
  assert.match(await second.locator("[role=status]").innerText(), /資格異動の登録を行いました/);
  await second.goto(`${demo.url}${household.href}/register`);
  assert.match(await second.locator("main").innerText(), /令和8年6月6日/, "the day after");
});

test("the paper that is due is issued and lies in the browser within two seconds", async () => {
  const home = await someHousehold(first, demo, 3);
  await first.goto(`${demo.url}${home.href}/card`);
  // What nobody looked at is nobody's: the clerk says what he saw.
  await first.locator("main select").first().selectOption("no");
  await first.click("text=確認へ進む");
  await Promise.all([first.waitForURL(/certificates$/), first.click("text=この内容で登録する")]);
  await first.goto(`${demo.url}${home.href}/issue`);
  await first.click("text=確認へ進む");
  await first.waitForSelector("text=なぜこの証か");
  await picture(first, "certificate-preview", { fullPage: true });
  await Promise.all([first.waitForURL(/\/certificates\/\d+$/), first.click("text=この証を交付する")]);
  await picture(first, "certificate", { fullPage: true });
  const href = await first.locator("a[href$='/paper']").getAttribute("href");
  const asked = Date.now();
  const paper = await first.request.get(demo.url + href);
  assert.equal(paper.status(), 200);
  assert.equal((await paper.body()).subarray(0, 5).toString(), "%PDF-");
  assert.ok(Date.now() - asked < 2_000);
  await first.goto(`${demo.url}${home.href}`);
  assert.ok((await first.locator("svg rect.paper").count()) > 0, "on the household's picture");
});

test("nothing was written to the console", () => {
  assert.deepEqual([...first.complaints, ...second.complaints].filter((line) => !/ERR_FAILED/.test(line)), []);
});
