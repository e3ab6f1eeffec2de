// An auditor reads everything, changes nothing, looks at yesterday, and opens the proof.
import { Somebody, expect } from "./browser.mjs";

export default async function auditor(browser, order) {
  const eve = await Somebody.comes(browser, order, "auditor");
  const { page } = eve;
  const changing = async (where) => {
    const all = await page.locator("main form[method=post] button, main .moves a, main a.btn-primary").allInnerTexts();
    // Everybody with an account may report something for themselves.
    const found = all.filter((text) => !/^New (incident|service request)$/.test(text.trim()));
    expect(found.length === 0, `an auditor finds on ${where}: ${found.join(", ")}`);
  };
  const places = await page.locator("nav.places a").evaluateAll((links) => links.map((link) => link.getAttribute("href")));
  const lists = places.filter((href) => /^\/[a-z_]+(\?|$)/.test(href) && !href.startsWith("/conformity"));
  expect(lists.length > 10, `an auditor finds only ${lists.length} lists`);
  for (const href of lists) {
    await eve.goes(href);
    await changing(href);
  }
  const record = `/incidents/${order.records.first}`;
  for (const tab of ["timeline", "links", "tasks", "files", "history", "proof"]) {
    await eve.goes(`${record}?tab=${tab}`);
    await changing(tab);
  }
  await eve.goes(`${record}?tab=proof`);
  await eve.sees("The last checkpoint signs");
  await page.locator("td .tone-proven").first().waitFor();
  await eve.looks("proof");
  await eve.pictures("proof");
  const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: "Proof as a file" }).click()]);
  expect(file.suggestedFilename().endsWith("-proof.json"), "the proof is no file");

  // Yesterday the incident was there; what came today was not.
  await eve.goes("/incidents");
  await page.locator(".as-of summary").click();
  const yesterday = new Date(Date.parse(order.now) - 20 * 3_600_000).toISOString().slice(0, 16);
  await page.fill("#as-of", yesterday);
  await page.locator(".as-of button").click();
  await page.locator(".band").waitFor();
  await eve.looks("yesterday");
  await eve.sees(order.records.first);
  expect((await page.getByText(order.records.fresh).count()) === 0, "yesterday knows what came today");
  await page.getByRole("link", { name: order.records.first }).click();
  await page.locator(".band").waitFor();
  await changing("yesterday");

  await eve.goes("/conformity");
  await eve.sees("requirements in whole");
  await eve.looks("board");
  await page.getByRole("button", { name: "Run the checks that are due" }).click();
  await eve.sees(/checks were run/);
  await eve.pictures("board");
  await eve.goes("/conformity/8.6.1");
  await eve.looks("clause");
  await page.locator(".parts a").first().click();
  await page.waitForURL(/\/conformity\/8\.6\.1-/);
  await eve.looks("requirement");
  await eve.goes("/reports/sla");
  await eve.looks("report");
  await eve.leaves();
}
