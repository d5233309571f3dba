// 証の一斉更新 end to end with the keyboard: every paper is printed once, mailed once, and counted on the page.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { hands } from "./hands.mjs";
import { renew } from "./renewal.mjs";
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

async function atKeys(who) {
  // The policy is set aside for the accessibility checker alone, which is a script from elsewhere.
  const page = await open(browser, { bypassCSP: true });
  await page.addInitScript(() => {
    for (const kind of ["mousedown", "pointerdown", "touchstart"]) {
      addEventListener(kind, () => console.error("a mouse was used"), true);
    }
  });
  await logIn(page, demo, who);
  return { page, keys: await hands(page) };
}

test("a renewal is worked out, agreed to, decided, printed and mailed, and every paper is counted", { timeout: 240_000 }, async () => {
  const clerk = await atKeys(demo.clerk);
  const chief = await atKeys(demo.chief);
  const { where, papers } = await renew({ clerk, chief, demo });
  await accessible(clerk.page, where);
  await clerk.page.goto(`${demo.url}/renewals`);
  const row = await clerk.page.locator("tbody tr", { has: clerk.page.locator(`a[href='${where}']`) }).innerText();
  assert.match(row, new RegExp(`交付決定済[\\s\\S]*${papers}`));
  assert.deepEqual([...clerk.page.complaints, ...chief.page.complaints], [], "no mouse, no error");
});
