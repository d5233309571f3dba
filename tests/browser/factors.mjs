// Second factors: what two administrators and somebody with a finger do.
import assert from "node:assert/strict";
import { typePassword } from "./support.mjs";

/** A terminal with a finger reader. */
export async function withReader(page) {
  const session = await page.context().newCDPSession(page);
  await session.send("WebAuthn.enable");
  const { authenticatorId } = await session.send("WebAuthn.addVirtualAuthenticator", {
    options: { protocol: "ctap2", transport: "internal", hasResidentKey: true, hasUserVerification: true, isUserVerified: true },
  });
  return { finger: (right) => session.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified: right }) };
}

/** One administrator proposes what the role asks for, the other agrees. */
export async function proposeFactor({ demo, one, two }, role, factor) {
  await one.goto(`${demo.url}/settings`);
  await one.selectOption("#what", "factor");
  await one.selectOption("#role", role);
  await one.fill("#value", factor);
  await one.fill("#reason", "試験");
  await Promise.all([one.waitForURL("**/proposals"), one.click("button:has-text('提案する')")]);
  assert.equal(await one.locator("text=承認する").count(), 0, "not by whoever proposed it");
  await two.goto(`${demo.url}/proposals`);
  await Promise.all([two.waitForURL("**/proposals"), two.locator("button", { hasText: "承認する" }).first().click()]);
  assert.match(await two.locator("main").innerText(), /待っている変更はありません/);
}

/** The code that an administrator hands over in person. */
export async function enrolmentCode({ demo, one }, login) {
  await one.goto(`${demo.url}/staff`);
  await Promise.all([one.waitForURL(/\/staff\/\d+$/), one.locator("th a", { hasText: new RegExp(`^${login}$`) }).click()]);
  await one.click("text=登録コードを作る（初回）");
  return (await one.locator(".note h2").innerText()).replace("登録コード ", "").trim();
}

/** The password, typed; what follows is the second factor. */
export async function passwordOf(page, demo, who, next) {
  await page.goto(`${demo.url}/login?next=${next}`);
  await typePassword(page, demo, who, "**/login/second*");
}
