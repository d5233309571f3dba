// The menu: areas in one row, entries below them, by keyboard and without a line of script.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { hands } from "./hands.mjs";
import { accessible, launch, logIn, open, startDemo } from "./support.mjs";

let demo, browser;

before(async () => {
  demo = await startDemo();
  browser = await launch();
}, { timeout: 240_000 });

after(async () => {
  await browser?.close();
  await demo?.stop();
});

const desk = { viewport: { width: 1366, height: 768 } };

/** Height of the row of areas and of one area in it. */
const heights = (page) =>
  page.evaluate(() => {
    const high = (selector) => document.querySelector(selector).getBoundingClientRect().height;
    return [high("nav.menu > ul"), high("nav.menu > ul > li")];
  });

for (const who of ["clerk", "counter", "chief", "administrator", "auditor"]) {
  test(`one row of areas for ${who}, and each entry leads to a page`, async () => {
    const page = await open(browser, desk);
    await logIn(page, demo, demo[who]);
    const [row, one] = await heights(page);
    assert.ok(row < one * 1.5, `${row} px of rows of ${one} px`);
    const entries = await page.$$eval("nav.menu a", (all) => all.map((one) => one.getAttribute("href")));
    assert.ok(entries.length >= 4, entries.join(" "));
    for (const href of entries) {
      const answer = await page.goto(demo.url + href);
      assert.equal(answer.status(), 200, href);
      assert.equal(await page.locator("nav.menu [aria-current='page']").count(), 1, href);
      const area = page.locator("nav.menu > ul > li").filter({ has: page.locator("[aria-current='page']") });
      const marked = area.locator("summary[aria-current='true']");
      assert.equal(await marked.count(), await area.locator("summary").count(), href);
      assert.equal(await page.locator("nav.menu [aria-current='true']").count(), await marked.count(), href);
    }
    assert.deepEqual(page.complaints, []);
    await page.context().close();
  });
}

test("areas open with Enter, one at a time, and close with Escape", async () => {
  const page = await open(browser, desk);
  await logIn(page, demo, demo.clerk);
  const focused = () => page.evaluate(() => document.activeElement.textContent.trim());
  const opened = () => page.$$eval("nav.menu details[open] > summary", (all) => all.map((one) => one.textContent));
  await (await hands(page)).alt("m");
  assert.equal(await page.evaluate(() => document.activeElement.className), "menu");
  await page.keyboard.press("Tab");
  assert.equal(await focused(), "ホーム");
  await page.keyboard.press("Tab");
  assert.equal(await focused(), "窓口");
  await page.keyboard.press("Enter");
  assert.deepEqual(await opened(), ["窓口"]);
  await page.keyboard.press("Escape");
  assert.deepEqual(await opened(), []);
  assert.equal(await focused(), "窓口");
  while ((await focused()) !== "賦課") await page.keyboard.press("Tab");
  await page.keyboard.press("ArrowDown");
  assert.deepEqual(await opened(), ["賦課"]);
  assert.equal(await focused(), "賦課処理");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowUp");
  await Promise.all([page.waitForURL(/\/runs$/), page.keyboard.press("Enter")]);
  assert.equal(await page.locator("nav.menu summary[aria-current]").innerText(), "賦課");
  await page.click("nav.menu summary:has-text('資格')");
  await page.click("nav.menu summary:has-text('処理')");
  assert.deepEqual(await opened(), ["処理"]);
  await page.click("main h1");
  assert.deepEqual(await opened(), []);
  await page.keyboard.press("/");
  assert.equal(await page.evaluate(() => document.activeElement.id), "search");
  await page.context().close();
});

test("the menu works without script", async () => {
  const page = await open(browser, { ...desk, javaScriptEnabled: false });
  await logIn(page, demo, demo.clerk);
  const summary = page.locator("nav.menu summary", { hasText: "取込・連携" });
  await summary.focus();
  await page.keyboard.press("Space");
  await page.keyboard.press("Tab");
  await Promise.all([page.waitForURL(/\/files$/), page.keyboard.press("Enter")]);
  assert.equal(await page.locator("nav.menu [aria-current='page']").textContent(), "受付簿");
  await page.context().close();
});

test("an open area is no obstacle, at a counter's width and at 200 %", async () => {
  for (const viewport of [{ width: 1366, height: 768 }, { width: 683, height: 384 }]) {
    const page = await open(browser, { bypassCSP: true, viewport });
    await logIn(page, demo, demo.clerk);
    for (const label of ["窓口", "資格", "手引き・設定"]) {
      await page.click(`nav.menu summary:has-text('${label}')`);
      const box = await page.locator("nav.menu details[open] > ul").boundingBox();
      assert.ok(box.x >= 0 && box.x + box.width <= viewport.width, `${label}: ${JSON.stringify(box)}`);
      await accessible(page, `${label} at ${viewport.width}`);
    }
    await page.context().close();
  }
});
