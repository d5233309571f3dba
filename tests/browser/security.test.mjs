// Logging in with a passkey on a virtual authenticator, codes, and administration by two people.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { enrolmentCode, passwordOf, proposeFactor, withReader } from "./factors.mjs";
import { launch, logIn, open, startDemo } from "./support.mjs";

let demo, browser, one, two;

before(async () => {
  demo = await startDemo();
  // Passkeys belong to a name, not to an address.
  demo.url = demo.url.replace("127.0.0.1", "localhost");
  browser = await launch();
  one = await open(browser);
  two = await open(browser);
  await logIn(one, demo, "kanri", "/security");
  await logIn(two, demo, "kanri2", "/security");
}, { timeout: 240_000 });

after(async () => {
  await browser?.close();
  await demo?.stop();
});

const askFor = (role, factor) => proposeFactor({ demo, one, two }, role, factor);
const firstCode = (login) => enrolmentCode({ demo, one }, login);
const password = (page, who) => passwordOf(page, demo, who, "/runs");

// covers: SEC-001, SEC-002
test("a passkey is registered with a code and opens the pages; without the finger nothing does", { timeout: 120_000 }, async () => {
  await askFor("supervisor", "passkey");
  const code = await firstCode("kacho");
  const page = await open(browser);
  const reader = await withReader(page);
  await password(page, "kacho");
  await page.keyboard.type(code);
  await Promise.all([page.waitForURL("**/me"), page.keyboard.press("Enter")]);
  await page.goto(`${demo.url}/runs`);
  assert.equal(new URL(page.url()).pathname, "/me", "only the registration is open");
  await page.fill("#passkey_name", "1番窓口の指紋");
  await Promise.all([page.waitForURL("**/login?ended=registered"), page.click("text=この端末の生体認証を登録する")]);

  await password(page, "kacho");
  await page.goto(`${demo.url}/runs`);
  assert.equal(new URL(page.url()).pathname, "/login", "the password alone opens nothing");

  await password(page, "kacho");
  await reader.finger(false);
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.querySelector("[data-said]").textContent !== "", null, { timeout: 130_000 });
  assert.equal(new URL(page.url()).pathname, "/login/second");

  await reader.finger(true);
  await Promise.all([page.waitForURL("**/runs"), page.keyboard.press("Enter")]);
  assert.equal(await page.locator("h1").innerText(), "賦課処理");
  assert.deepEqual(page.complaints, []);
});

test("five failures lock the account and an administrator lifts the lock", async () => {
  const page = await open(browser);
  for (let n = 0; n < 6; n += 1) {
    await page.goto(`${demo.url}/login`);
    await page.fill("#login", "mado");
    await page.fill("#password", "wrong-password-1");
    await page.click("button");
    await page.waitForSelector("[role=alert]");
  }
  assert.match(await page.locator("[role=alert]").innerText(), /ログインを止めています/);
  await one.goto(`${demo.url}/staff`);
  await Promise.all([one.waitForURL(/\/staff\/\d+$/), one.locator("th a", { hasText: /^mado$/ }).click()]);
  await one.click("text=停止を解く");
  await logIn(page, demo, "mado", "/search");
});

test("without JavaScript the registration of a one-time code shows its picture and its letters", async () => {
  const page = await open(browser, { javaScriptEnabled: false });
  await logIn(page, demo, "tanto", "/me");
  await page.click("text=ワンタイムコードを登録する");
  assert.equal(await page.locator("svg.qr path").count(), 1);
  assert.match(await page.locator("code").innerText(), /^([A-Z2-7]{4} ){7}[A-Z2-7]{4}$/);
  await page.fill("#code", "000000");
  await page.locator("button", { hasText: "登録する" }).first().click();
  assert.equal(await page.getAttribute("#code", "aria-invalid"), "true");
});
