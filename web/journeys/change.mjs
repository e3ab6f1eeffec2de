// A change goes from its assessment to its review; somebody else than its owner approves it.
import { Somebody, expect } from "./browser.mjs";

export default async function change(browser, order) {
  const carl = await Somebody.comes(browser, order, "manager");
  const { page } = carl;
  await carl.goes("/changes/new");
  await page.fill("#field-title", "Replace the core switch in Zurich");
  const category = page.locator("#field-category");
  if ((await category.count()) > 0) await category.selectOption("normal");
  const open = async () => {
    const more = page.locator("details.more");
    if ((await more.count()) > 0 && !(await more.first().evaluate((element) => element.open))) await more.first().locator("summary").click();
  };
  await open();
  await page.fill("#field-description", "The old switch is out of support.");
  await page.fill("#field-implementation_plan", "Take the new one into the rack, move the cables.");
  await carl.looks("new change");
  await page.getByRole("button", { name: "Create" }).click();
  await carl.sees("was created");
  const reference = page.url().match(/CHG-\d+/)[0];
  await page.getByRole("button", { name: "Assess", exact: true }).click();
  await carl.sees("Assess: done");
  await page.getByRole("link", { name: "Request approval" }).click();
  const drawer = page.locator("#drawer[open]");
  await drawer.waitFor();
  for (const field of await drawer.locator("textarea, input[type=text]").all()) await field.fill("None to be expected.");
  for (const field of await drawer.locator("select").all()) {
    const values = await field.locator("option").evaluateAll((options) => options.map((option) => option.value).filter(Boolean));
    await field.selectOption(values.includes("low") ? "low" : values.includes("no") ? "no" : values[0]);
  }
  for (const field of await drawer.locator("input[type=number]").all()) await field.fill("3");
  const [start, end] = [-1, 2].map((hours) => new Date(Date.parse(order.now) + hours * 3_600_000).toISOString().slice(0, 16));
  await drawer.locator("#field-planned_start").fill(start);
  await drawer.locator("#field-planned_end").fill(end);
  await carl.looks("assessment");
  await drawer.getByRole("button", { name: "Request approval" }).click();
  await carl.sees("Request approval: done");
  expect((await page.getByRole("link", { name: "Vote" }).count()) === 0, "who asked for the change may vote on it");
  await carl.goes(`/changes/${reference}?tab=approvals`);
  await carl.sees("1 needed");
  await carl.looks("approvals");

  const dana = await Somebody.comes(browser, order, "approver");
  await dana.goes(`/changes/${reference}`);
  await dana.page.getByRole("link", { name: "Vote" }).click();
  const vote = dana.page.locator("#drawer[open]");
  await vote.locator("#field-verdict").selectOption("reject");
  await vote.getByRole("button", { name: "Save" }).click();
  await vote.getByText("why it is rejected").first().waitFor();
  await dana.looks("vote");
  await vote.locator("#field-verdict").selectOption("approve");
  await vote.locator("#field-comment").fill("The way back is short.");
  await vote.getByRole("button", { name: "Save" }).click();
  await dana.sees("Your vote was counted");
  await dana.sees("The way back is short.");
  await dana.leaves().catch((error) => {
    // The refusal of the empty comment is an answer of its own, which browsers name in their console.
    if (!/status of 422/.test(error.message) || error.message.split("\n").length > 2) throw error;
  });

  await carl.goes(`/changes/${reference}`);
  await page.getByRole("link", { name: "Begin", exact: true }).click();
  await page.locator("#drawer[open] #field-test_result").fill("Passed in the laboratory.");
  await page.locator("#drawer[open] #field-back_out_test").fill("Tried on Sunday.");
  await page.locator("#drawer").getByRole("button", { name: "Begin" }).click();
  await carl.sees("Begin: done");
  await page.getByRole("link", { name: "Finish" }).click();
  await page.locator("#drawer[open] #field-outcome").selectOption("successful");
  await page.locator("#drawer").getByRole("button", { name: "Finish" }).click();
  await carl.sees("Finish: done");
  await page.getByRole("link", { name: "Close", exact: true }).click();
  const review = page.locator("#drawer[open]");
  await review.locator("#field-review").fill("As planned; nothing to be done.");
  const note = review.locator("#field-configuration_note");
  if ((await note.count()) > 0) await note.fill("The switch is recorded anew.");
  await review.locator("button.btn-primary").click();
  await carl.sees("Close: done");
  await carl.looks("closed change");
  await carl.leaves();
}
