// The user in whose name the page acts, and what became of each action.

import { addressOf, el, idOf } from "./dom.js";
import { call, get } from "./service.js";

const choice = document.getElementById("actor");
const outcome = document.getElementById("outcome");

choice.addEventListener("change", () => sessionStorage.setItem("actor", choice.value));

/** The ARN of the user in whose name the page acts; empty if none is chosen. */
export function actor() {
  return choice.value;
}

/** Chooses the user in whose name the page acts, even one that is not offered yet. */
export function setActor({ Arn, Name }) {
  const isOffered = [...choice.options].some((option) => option.value === Arn);
  if (!isOffered) choice.append(el("option", { value: Arn }, Name || idOf(Arn)));
  choice.value = Arn;
  sessionStorage.setItem("actor", Arn);
}

/** Offers the first users and bots of each app instance. */
export async function offerActors() {
  try {
    const { AppInstances } = await get("app-instances");
    const lists = AppInstances.map(({ AppInstanceArn }) =>
      get("users", { "app-instance-arn": AppInstanceArn, "max-results": 100 }),
    );
    const users = (await Promise.all(lists)).flatMap((list) => list.Users);
    const options = () => users.map(({ Arn, Name }) => el("option", { value: Arn }, Name || idOf(Arn)));
    choice.replaceChildren(...options());
    document.getElementById("users").replaceChildren(...options());
    const chosen = sessionStorage.getItem("actor");
    const first = users.find((user) => user.Arn === chosen) ?? users.find((user) => !user.IsAdministrator) ?? users[0];
    if (first) setActor(first);
  } catch {
    // The page says elsewhere that the service does not answer.
  }
}

/** Forgets what became of the last action. */
export function clearReport() {
  outcome.replaceChildren();
}

/** Shows what became of an action. */
export function report(isSuccess, text, requestId) {
  const link = requestId && el("a", { href: addressOf("requests", requestId) }, "Show the request");
  outcome.replaceChildren(el("p", { class: isSuccess ? "done" : "refused" }, text, " ", link ?? ""));
}

/** Does something, and reports a failure. Returns whether it succeeded. */
export async function attempt(act, success) {
  try {
    await act();
    if (success) report(true, success);
    return true;
  } catch (error) {
    report(false, error.message);
    return false;
  }
}

/** Calls an operation in the name of the chosen user, and reports the answer. Returns whether it succeeded. */
export async function act(operation, method, parts, request) {
  let succeeded = false;
  await attempt(async () => {
    if (!actor()) throw new Error("Choose the user to act as first, at the top of the page");
    const answer = await call(actor(), operation, method, parts, request);
    const refusal = [answer.exception, answer.message].filter(Boolean).join(": ");
    report(answer.isSuccess, `${operation}: ${answer.status}${refusal && ` ${refusal}`}`, answer.requestId);
    succeeded = answer.isSuccess;
  });
  return succeeded;
}
