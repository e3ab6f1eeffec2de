// A change goes from its assessment to its review by keyboard alone; somebody else than its owner approves it.
import { Somebody, expect } from "./browser.mjs";

export default async function change(browser, order) {
  const carl = await Somebody.comes(browser, order, "manager");
  const { page } = carl;
  await carl.goes("/changes/new");
  await carl.types(page.locator("#field-title"), "Replace the core switch in Zurich");
  const category = page.locator("#field-category");
  if ((await category.count()) > 0) await carl.chooses(category, "normal");
  const open = async () => {
    const more = page.locator("details.more");
    if ((await more.count()) > 0 && !(await more.first().evaluate((element) => element.open))) await carl.presses(more.first().locator("summary"));
  };
  await open();
  await carl.types(page.locator("#field-description"), "The old switch is out of support.");
  await carl.types(page.locator("#field-implementation_plan"), "Take the new one into the rack, move the cables.");
  await carl.looks("new change");
  await carl.presses(page.getByRole("button", { name: "Create" }));
  await carl.sees("was created");
  const reference = page.url().match(/CHG-\d+/)[0];
  await carl.presses(page.getByRole("button", { name: "Assess", exact: true }));
  await carl.sees("Assess: done");
  await carl.presses(page.getByRole("link", { name: "Request approval" }));
  const drawer = page.locator("#drawer[open]");
  await drawer.waitFor();
  for (const field of await drawer.locator("textarea, input[type=text]").all()) await carl.types(field, "None to be expected.");
  for (const field of await drawer.locator("select").all()) {
    const values = await field.locator("option").evaluateAll((options) => options.map((option) => option.value).filter(Boolean));
    await carl.chooses(field, values.includes("low") ? "low" : values.includes("no") ? "no" : values[0]);
  }
  for (const field of await drawer.locator("input[type=number]").all()) await carl.types(field, "3");
  const [start, end] = [-1, 2].map((hours) => new Date(Date.parse(order.now) + hours * 3_600_000).toISOString().slice(0, 16));
  await carl.typesInstant(drawer.locator("#field-planned_start"), start);
  await carl.typesInstant(drawer.locator("#field-planned_end"), end);
  await carl.looks("assessment");
  await carl.presses(drawer.getByRole("button", { name: "Request approval" }));
  await carl.sees("Request approval: done");
  expect((await page.getByRole("link", { name: "Vote" }).count()) === 0, "who asked for the change may vote on it");
  await carl.goes(`/changes/${reference}?tab=approvals`);
  await carl.sees("1 needed");
  await carl.looks("approvals");

  const dana = await Somebody.comes(browser, order, "approver");
  await dana.goes(`/changes/${reference}`);
  await dana.presses(dana.page.getByRole("link", { name: "Vote" }));
  const vote = dana.page.locator("#drawer[open]");
  await dana.chooses(vote.locator("#field-verdict"), "reject");
  await dana.presses(vote.getByRole("button", { name: "Save" }));
  await vote.getByText("why it is rejected").first().waitFor();
  await dana.looks("vote");
  await dana.chooses(vote.locator("#field-verdict"), "approve");
  await dana.types(vote.locator("#field-comment"), "The way back is short.");
  await dana.presses(vote.getByRole("button", { name: "Save" }));
  await dana.sees("Your vote was counted");
  await dana.sees("The way back is short.");
  await dana.leaves().catch((error) => {
    // The refusal of the empty comment is an answer of its own, which browsers name in their console.
    if (!/status of 422/.test(error.message) || error.message.split("\n").length > 2) throw error;
  });

  await carl.goes(`/changes/${reference}`);
  await carl.presses(page.getByRole("link", { name: "Begin", exact: true }));
  await carl.types(page.locator("#drawer[open] #field-test_result"), "Passed in the laboratory.");
  await carl.types(page.locator("#drawer[open] #field-back_out_test"), "Tried on Sunday.");
  await carl.presses(page.locator("#drawer").getByRole("button", { name: "Begin" }));
  await carl.sees("Begin: done");
  await carl.presses(page.getByRole("link", { name: "Finish" }));
  await carl.chooses(page.locator("#drawer[open] #field-outcome"), "successful");
  await carl.presses(page.locator("#drawer").getByRole("button", { name: "Finish" }));
  await carl.sees("Finish: done");
  await carl.presses(page.getByRole("link", { name: "Close", exact: true }));
  const review = page.locator("#drawer[open]");
  await carl.types(review.locator("#field-review"), "As planned; nothing to be done.");
  const note = review.locator("#field-configuration_note");
  if ((await note.count()) > 0) await carl.types(note, "The switch is recorded anew.");
  await carl.presses(review.locator("button.btn-primary"));
  await carl.sees("Close: done");
  await carl.looks("closed change");
  await carl.leaves();
}
