// 保存と消去 by the keyboard alone: a hold is placed, corrected, seen and ended, and no mouse is touched.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { hands } from "./hands.mjs";
import { launch, logIn, open, startDemo } from "./support.mjs";

let demo, browser;

before(async () => {
  demo = await startDemo();
  browser = await launch();
}, { timeout: 240_000 });

after(async () => {
  await browser?.close();
  await demo?.stop();
});

/** Whatever a mouse does to the page is an error of it. */
const noMouse = (page) =>
  page.addInitScript(() => {
    for (const kind of ["mousedown", "pointerdown", "touchstart"]) {
      addEventListener(kind, () => console.error("a mouse was used"), true);
    }
  });

test("a hold is placed, seen and ended with keys alone", async () => {
  const page = await open(browser);
  await noMouse(page);
  await logIn(page, demo, demo.administrator);
  const keys = await hands(page);

  // Through the menu: Alt+M, then Tab to the area and to the page.
  await keys.alt("m");
  const found = await menuTo(page, keys, "/retention");
  assert.ok(found, "the page is in the menu");
  await keys.on("Enter");
  assert.equal(new URL(page.url()).pathname, "/retention");
  const empty = await page.locator("main").innerText();
  assert.match(empty, /保留している人と世帯はありません/);

  // Without a reason it is refused; the hand is where it is wrong, and what was typed is still there.
  await keys.walk("kind");
  await keys.walk("person");
  await keys.type("10000010");
  await keys.walk("review_on");
  await keys.type("R20.4.1");
  await keys.walk("保留する");
  await keys.on("Enter");
  assert.equal(await page.inputValue("#person"), "10000010");
  const wrong = await keys.focus();
  assert.equal(wrong.id, "ground", JSON.stringify(wrong));
  await keys.type("審査請求が係属している");
  await keys.on("Enter");

  const card = page.locator(".card", { hasText: "消去の保留" }).first();
  assert.match(await card.innerText(), /宛名番号 10000010[\s\S]*審査請求が係属している[\s\S]*令和20年4月1日/);

  // Ended again, from the row.
  await keys.walk("解除する");
  await keys.on("Enter");
  assert.match(await page.locator("main").innerText(), /保留している人と世帯はありません/);
  assert.deepEqual(page.complaints, [], "no mouse, no error");
});

/** Walks the menu until the link to a page has the focus. */
async function menuTo(page, keys, path) {
  for (let steps = 0; steps < 60; steps += 1) {
    await keys.press("Tab");
    const here = await keys.focus();
    if (here.href === path) return true;
    // A closed area opens with Enter; its pages come next.
    if (here.tag === "SUMMARY") await keys.press("Enter");
  }
  return false;
}
