// The same pages without a line of script.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, logIn, open, search, someHousehold, startDemo } from "./support.mjs";

let demo, browser, page;

before(async () => {
  demo = await startDemo();
  browser = await launch();
  page = await open(browser, { javaScriptEnabled: false });
  await logIn(page, demo, demo.clerk);
}, { timeout: 240_000 });

after(async () => {
  await browser?.close();
  await demo?.stop();
});

test("search, household, levy and why work", async () => {
  const household = await someHousehold(page, demo, 1);
  await page.goto(demo.url);
  await page.fill("#search", household.kana);
  await page.click("[role=search] button");
  await page.waitForLoadState();
  assert.ok((await page.content()).includes(household.name));
  await page.goto(`${demo.url}${household.href}/levy/2026`);
  await page.locator(".why-card > details.why > summary").first().click();
  await page.locator(".why-card > details.why[open] details.why > summary").first().click();
  assert.equal(await page.locator(".why-card .formula").first().isVisible(), true);
});

test("what is searched for is in no address, and going back finds the list again", async () => {
  await search(page, demo, "ス");
  const listed = page.url();
  assert.match(listed, /\/search\?asked=[0-9a-f]+$/);
  const people = await page.locator("tr[data-open]").count();
  assert.ok(people > 1, `${people}`);
  await page.locator("tr[data-open] a[data-row]").first().click();
  await page.waitForURL(/\/(households|people)\/\d+$/);
  await page.goBack();
  assert.equal(page.url(), listed);
  assert.equal(await page.locator("tr[data-open]").count(), people);
  assert.equal(await page.inputValue("#search"), "ス");
});

test("a run is started and its page follows it to the end by itself", async () => {
  await page.goto(`${demo.url}/runs`);
  await page.click("main button:has-text('始める')");
  await page.waitForURL(/\/runs\/\d+$/);
  await page.locator("h1 ~ .badge", { hasText: "計算済" }).waitFor({ timeout: 30_000 });
});

test("trial and what-if answer", async () => {
  await page.goto(`${demo.url}/trial`);
  await page.fill("#birth_1", "450715");
  await page.click("text=計算する");
  await page.waitForLoadState();
  assert.match(await page.locator("#answer").innerText(), /決定額/);
  await page.goto(`${demo.url}/what-if`);
  await page.click("text=計算する");
  await page.waitForLoadState();
  assert.match(await page.locator("#answer").innerText(), /合計/);
});

test("log-out works", async () => {
  await page.goto(demo.url);
  await page.click("text=ログアウト");
  await page.waitForURL(/login/);
});
