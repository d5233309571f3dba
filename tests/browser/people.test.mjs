// What guards people and permissions, with the keyboard: the first password, hours of use, rows of another ward.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { accessible, launch, logIn, open, picture, search, startDemo } from "./support.mjs";

let demo, browser;
before(async () => {
  demo = await startDemo();
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await demo?.stop();
});

const given = "てわたし-Kagi7-Tsukue";
const own = "じぶんだけ-Suzume-41";

/** A window without the policy, so that the page can be looked through. */
const window = (options = {}) => open(browser, { bypassCSP: true, ...options });

async function send(page, to) {
  await Promise.all([page.waitForURL(to), page.keyboard.press("Enter")]);
}

test("a password that was handed over leads to its change and nowhere else", async () => {
  const admin = await window();
  await logIn(admin, demo, demo.administrator, "/staff");
  await admin.fill("#login", "mado9");
  await admin.fill("#name", "窓口 九");
  await admin.fill("#password", given);
  await admin.check("#role_counter");
  await Promise.all([admin.waitForURL("**/proposals"), admin.getByRole("button", { name: "加える" }).click()]);
  // The account holds nothing until a second administrator agrees.
  const agrees = await window();
  await logIn(agrees, demo, "kanri2", "/proposals");
  await Promise.all([agrees.waitForEvent("load"), agrees.getByRole("button", { name: "承認する" }).first().click()]);
  const page = await window();
  await logIn(page, { ...demo, password: given }, "mado9", "/search");
  assert.equal(new URL(page.url()).pathname, "/me");
  await page.goto(`${demo.url}/households/1000001`);
  assert.equal(new URL(page.url()).pathname, "/me");
  await accessible(page, "first password");
  await picture(page, "first-password");
  // The present one has the focus; Enter leads on, the last one sends.
  assert.equal(await page.evaluate(() => document.activeElement.id), "present");
  for (const typed of [given, own]) {
    await page.keyboard.type(typed);
    await page.keyboard.press("Enter");
  }
  await page.keyboard.type(own);
  await send(page, "**/login?ended=password");
  await logIn(page, { ...demo, password: own }, "mado9", "/search");
  assert.equal(new URL(page.url()).pathname, "/search");
  assert.deepEqual(page.complaints, []);
});

test("hours of use are laid down from a day on, and what was stays to be seen", async () => {
  const page = await window();
  await logIn(page, demo, demo.administrator, "/hours");
  const nextYear = new Date().getFullYear() - 2018 + 1;
  for (const [since, until] of [
    ["", "17:15"],
    [`R${nextYear}.7.1`, "19:00"],
  ]) {
    await page.selectOption("#role", { index: 5 });
    await page.selectOption("#days", "work");
    await page.fill("#from", "0:00");
    await page.fill("#until", until);
    await page.fill("#since", since);
    await Promise.all([page.waitForEvent("load"), page.getByRole("button", { name: "定める" }).click()]);
  }
  const text = await page.locator("main").innerText();
  for (const part of ["0:00〜17:15", "0:00〜19:00", "これから", "改めた"]) assert.ok(text.includes(part), part);
  await accessible(page, "hours");
  await picture(page, "hours", { fullPage: true });
  const dark = await window({ colorScheme: "dark" });
  await logIn(dark, demo, demo.administrator, "/hours");
  await accessible(dark, "hours, dark");
});

test("a list says that there is a row and not whose, where the reader could not open it", async () => {
  const [one, two] = [await window(), await window()];
  await logIn(one, demo, demo.administrator, "/staff");
  await Promise.all([one.waitForURL(/\/staff\/\d+$/), one.locator("th a", { hasText: /^tanto$/ }).click()]);
  await one.fill("#from", "R8.1.1");
  await one.fill("#ward", "北区");
  await one.fill("#ground", "発令 R8-1");
  for (const role of ["levy", "counter", "eligibility"]) await one.check(`#role_${role}`);
  await Promise.all([one.waitForEvent("load"), one.getByRole("button", { name: "発令する" }).click()]);
  await logIn(two, demo, "kanri2", "/proposals");
  for (const role of ["levy", "counter", "eligibility"]) {
    await one.goto(`${demo.url}/settings`);
    await one.selectOption("#what", "rows");
    await one.selectOption("#role", role);
    await one.fill("#value", "ward");
    await one.fill("#reason", "区ごとの担当");
    await Promise.all([one.waitForURL("**/proposals"), one.getByRole("button", { name: "提案する" }).click()]);
    await two.goto(`${demo.url}/proposals`);
    await Promise.all([two.waitForEvent("load"), two.getByRole("button", { name: "承認する", exact: true }).first().click()]);
  }
  const clerk = await window();
  await logIn(clerk, demo, demo.clerk, "/runs/1");
  const rows = clerk.locator("table[data-list] tbody tr", { hasText: "担当外" });
  assert.equal(await rows.count(), 1, "one line for all of them");
  assert.equal(await rows.locator("a").count(), 0);
  await accessible(clerk, "closed rows");
  await picture(clerk, "closed-rows", { fullPage: true });
  await search(clerk, demo, "ア");
  const found = await clerk.locator("main").innerText();
  assert.ok(found.includes("担当外") || found.includes("見つかりませんでした"), found);
  await picture(clerk, "closed-search");
  assert.deepEqual(clerk.complaints, []);
});
