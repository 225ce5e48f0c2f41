// A list that the service gives page by page.

import { button, update } from "./dom.js";
import { get } from "./service.js";

const SIZE = 50;

/**
 * Reads a list into an element. `toRow` makes an element with a key of each item. `reload` reads as much as was
 * shown; `more` is the button for the next page.
 */
export function pages(body, path, member, toRow, parameters = {}) {
  let items = [];
  let token;
  let reading = Promise.resolve();

  async function read(wanted) {
    let [fresh, next] = [[], undefined];
    do {
      const size = Math.min(wanted - fresh.length, 200);
      const page = await get(path, { ...parameters, "max-results": size, "next-token": next });
      fresh.push(...page[member]);
      next = page.NextToken;
    } while (next && fresh.length < wanted);
    [items, token] = [fresh, next];
    update(body, items.map(toRow));
    more.hidden = !token;
  }

  // One after the other, so that an older answer never replaces a newer one.
  const reload = (added = 0) => {
    const again = () => read(Math.max(items.length, SIZE) + added);
    reading = reading.then(again, again);
    return reading;
  };
  const more = button("Show more", () => reload(SIZE), { hidden: true });
  return { reload, more, items: () => items };
}
