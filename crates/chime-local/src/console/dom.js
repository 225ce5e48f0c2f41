// Elements of the page. Every value becomes text or an attribute, never markup.

/** An element with properties and children. `on…` properties are listeners, others are attributes. */
export function el(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (typeof value === "function") {
      element.addEventListener(name.slice(2), value);
    } else if (value === true) {
      element.setAttribute(name, "");
    } else if (value !== undefined && value !== null && value !== false) {
      element.setAttribute(name, value);
    }
  }
  element.append(...children.flat().filter((child) => child !== undefined && child !== null && child !== false));
  return element;
}

/** Text that somebody else wrote. It keeps its direction to itself and breaks anywhere. */
export function foreign(text, tag = "bdi") {
  return el(tag, { class: "foreign", dir: "auto" }, text ?? "");
}

/** A time in the reader's zone; its title is the exact value. */
export function time(text) {
  if (!text) return "–";
  const date = new Date(text);
  const today = new Date().toDateString() === date.toDateString();
  const shown = Number.isNaN(date.valueOf()) ? text : today ? date.toLocaleTimeString() : date.toLocaleString();
  return el("time", { datetime: text, title: text }, shown);
}

/** A number that stops counting at a limit. */
export function count(number, limit = 1000) {
  return number >= limit ? `${limit}+` : `${number}`;
}

/** The last part of an ARN, which is the ID of what it names. */
export function idOf(arn) {
  return arn.slice(arn.lastIndexOf("/") + 1);
}

/** The address of the view of a channel, a user or a request. */
export function addressOf(view, id) {
  return `#/${view}/${encodeURIComponent(id)}`;
}

/** A link to a user or a bot. */
export function userLink({ Arn, Name }) {
  return el("a", { href: addressOf("users", Arn), title: Arn }, foreign(Name || idOf(Arn)));
}

/** A link to a channel. */
export function channelLink({ ChannelArn, Name }) {
  return el("a", { href: addressOf("channels", ChannelArn), title: ChannelArn }, foreign(Name || idOf(ChannelArn)));
}

/** A short remark about something. */
export function badge(text, kind = "") {
  return el("span", { class: `badge ${kind}` }, text);
}

/** A button that does something. */
export function button(text, act, properties = {}) {
  return el("button", { type: "button", onclick: act, ...properties }, text);
}

/** A labeled control of a form. */
export function field(label, control, help) {
  return el("label", { class: "field" }, el("span", {}, label), control, help && el("small", {}, help));
}

/** A choice of options: texts, or pairs of a value and its text. */
export function select(name, options) {
  const option = (entry) => {
    const [value, text] = Array.isArray(entry) ? entry : [entry, entry];
    return el("option", { value }, text);
  };
  return el("select", { name }, options.map(option));
}

/** A text, as indented JSON if it is JSON. */
export function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

/** A text in a box of its own, as indented JSON if it is JSON. */
export function code(text, label) {
  return el("pre", { class: "foreign", dir: "auto", tabindex: "0", role: "region", "aria-label": label }, pretty(text));
}

/** Names and values, without the values that are missing. */
export function facts(pairs) {
  const given = pairs.filter(([, value]) => value !== undefined && value !== null && value !== false);
  return el("dl", {}, given.map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, value))));
}

/** A table without rows, and the body for them. */
export function table(caption, columns) {
  const body = el("tbody");
  const head = el("thead", {}, el("tr", {}, columns.map((name) => el("th", { scope: "col" }, name))));
  const box = { class: "scrolled", tabindex: "0", role: "region", "aria-label": caption };
  return [el("div", box, el("table", {}, el("caption", {}, caption), head, body)), body];
}

/**
 * Makes the children of an element those of a list. A child whose key was known stays, and only its cells that
 * changed are replaced: what the reader points at does not go away.
 */
export function update(parent, fresh) {
  const known = new Map([...parent.children].map((child) => [child.dataset.key, child]));
  fresh.forEach((child, position) => {
    const old = known.get(child.dataset.key);
    if (old) {
      const cells = [...child.children];
      [...old.children].forEach((cell, i) => cell.isEqualNode(cells[i]) || cell.replaceWith(cells[i]));
    }
    const row = old ?? child;
    if (parent.children[position] !== row) parent.insertBefore(row, parent.children[position] ?? null);
  });
  while (parent.children.length > fresh.length) parent.lastChild.remove();
}

/** A row of a table, known by its key. */
export function row(key, ...cells) {
  return el("tr", { "data-key": key }, cells.map((cell) => el("td", {}, cell)));
}

/** A function that acts soon, once for all calls within a moment. */
export function soon(act, milliseconds = 300) {
  let timer;
  return () => {
    timer ??= setTimeout(() => {
      timer = undefined;
      act();
    }, milliseconds);
  };
}
