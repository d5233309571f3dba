// No serious obstacle on any page, and everything within reach at the width of a counter's screen.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { accessible, launch, logIn, open, search, someHousehold, startDemo } from "./support.mjs";

let demo, browser, page, household;

before(async () => {
  demo = await startDemo();
  browser = await launch();
  // Only here is the policy set aside: axe itself is a script from elsewhere.
  page = await open(browser, { bypassCSP: true, reducedMotion: "reduce" });
}, { timeout: 240_000 });

/** By light and in the dark. */
async function check(name) {
  await accessible(page, name);
  await page.emulateMedia({ colorScheme: "dark" });
  await accessible(page, `${name}, dark`);
  await page.emulateMedia({ colorScheme: "light" });
}

after(async () => {
  await browser?.close();
  await demo?.stop();
});

test("the log-in page", async () => {
  await page.goto(`${demo.url}/login`);
  await check("login");
  await logIn(page, demo, demo.clerk);
  household = await someHousehold(page, demo);
});

const pages = [
  ["home", () => "/"],
  ["search without words", () => "/search"],
  ["household", () => household.href],
  ["levy", () => `${household.href}/levy/2026`],
  ["preview", () => `${household.href}/preview`],
  ["runs", () => "/runs"],
  ["run", () => "/runs/1"],
  ["comparison", () => "/runs/compare?left=1&right=1"],
  ["trial", () => "/trial"],
  ["what-if", () => "/what-if"],
  ["notices", () => "/notices?run=1"],
  ["notice", () => "/notices/1"],
  ["held", () => "/held"],
  ["manual", () => "/manual"],
  ["chapter of the manual", () => "/manual/move-in"],
  ["jobs", () => "/jobs"],
  ["job", () => "/jobs/1"],
  ["not found", () => "/households/1"],
];

for (const [name, words] of [["search", "ス"], ["search without result", "ヌヌヌヌ"]]) {
  test(name, async () => {
    await search(page, demo, words);
    await check(name);
  });
}

for (const [name, path] of pages) {
  test(name, async () => {
    await page.goto(demo.url + path());
    await check(name);
  });
}

test("the levy with every reason open", async () => {
  await page.goto(`${demo.url}${household.href}/levy/2026`);
  await page.evaluate(() => document.querySelectorAll("details").forEach((one) => (one.open = true)));
  await check("levy, open");
});

test("answers with pictures and with errors", async () => {
  await page.goto(`${demo.url}/what-if`);
  await page.click("text=計算する");
  await page.waitForSelector("#answer");
  await check("what-if, answered");
  await page.goto(`${demo.url}/trial`);
  await page.fill("#birth_1", "R8.13.1");
  await page.click("text=計算する");
  await page.waitForSelector("#birth_1-wrong");
  await check("trial with an error");
});

test("the pages of an administrator", async () => {
  const admin = page;
  page = await open(browser, { bypassCSP: true, reducedMotion: "reduce" });
  await logIn(page, demo, demo.administrator);
  await check("home of an administrator");
  await page.goto(`${demo.url}/staff`);
  await check("staff");
  await page.goto(`${demo.url}/retention`);
  await check("retention");
  page = admin;
});

test("the pages of an auditor", async () => {
  const other = page;
  page = await open(browser, { bypassCSP: true, reducedMotion: "reduce" });
  await logIn(page, demo, demo.auditor, "/provisions");
  await check("provisions");
  page = other;
});

test("the focus is always to be seen", async () => {
  await page.goto(demo.url);
  for (let step = 0; step < 12; step += 1) {
    await page.keyboard.press("Tab");
    const seen = await page.evaluate(() => {
      const style = getComputedStyle(document.activeElement);
      // After the last element the focus leaves the page, for the bars of the browser.
      if (document.activeElement === document.body) return true;
      return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
    });
    assert.ok(seen, `step ${step}`);
  }
});
