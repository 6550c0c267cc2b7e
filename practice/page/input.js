/** An input block: label, hint, field, and what is wrong with it, each where a person looks for it. */

import { freshId, h } from "./dom.js";
import { isField, plainElement, wiredField } from "./elements.js";
import { plainText, textNodes } from "./text.js";

/** The block as a part, with its field's problem and control for the form around it. */
export function inputBlock(block, surface) {
  if (!isField(block.element)) return { node: plainElement(surface, block, block.element) };
  const optional = block.optional === true;
  const field = wiredField(surface, block, block.element, { optional });
  const label = [plainText(block.label), optional && h("span", { class: "optional" }, " (optional)")];
  const hint = block.hint && h("p", { class: "hint", id: freshId("hint") }, textNodes(block.hint));
  const enter = asksForEnter(block) && h("p", { class: "hint", id: freshId("hint") }, "Press Enter to send this part.");
  const error = h("p", { class: "error", id: freshId("error"), hidden: true });
  const heads = [hint, enter, error];

  const node = field.group
    ? h("fieldset", { class: "block field" }, h("legend", {}, label), heads, field.node, field.hint)
    : h("div", { class: "block field" }, h("label", { for: field.control.id }, label), heads, field.node, field.hint);
  const described = field.group ? node : field.control;
  if (!optional && !field.group) field.control.setAttribute("aria-required", "true");

  function sync() {
    field.sync();
    const words = surface.problems[block.block_id] ?? surface.error(block.block_id);
    error.hidden = !words;
    error.replaceChildren(...(words ? [h("span", { class: "visually-hidden" }, "Error: "), words] : []));
    node.classList.toggle("wrong", Boolean(words));
    node.dataset.wrong = words ? "yes" : "";
    const ids = [words && error.id, hint && hint.id, enter && enter.id, field.hint?.id].filter(Boolean);
    if (ids.length) described.setAttribute("aria-describedby", ids.join(" "));
    else described.removeAttribute("aria-describedby");
    if (!field.group) field.control.setAttribute("aria-invalid", words ? "true" : "false");
  }

  surface.fields.set(block.block_id, {
    node,
    action_id: block.element.action_id,
    problem: () => field.problem?.(),
    unlike: field.unlike,
  });
  return { node, sync };
}

function asksForEnter(block) {
  if (!block.dispatch_action || !/_input$/.test(block.element.type) || block.element.type === "file_input")
    return false;
  return (block.element.dispatch_action_config?.trigger_actions_on ?? ["on_enter_pressed"]).includes(
    "on_enter_pressed",
  );
}
