"use strict";

// Texts are put into the page as text, never as markup.
const byId = (id) => document.getElementById(id);
const turns = byId("turns");
const message = byId("message");

async function call(path, body) {
  const response = await fetch(path, body === undefined ? {} : {
    method: "POST",
    headers: {"Content-Type": "application/json"},
    body: JSON.stringify(body),
  });
  if (!response.ok) {
    throw new Error((await response.json()).error);
  }
  return response;
}

function complain(error) {
  // A TypeError is fetch's word for a server that is not there.
  byId("error").textContent = error instanceof TypeError ? "The chat cannot be reached. Please try again." : error.message;
}

function toEnd() {
  window.scrollTo(0, document.documentElement.scrollHeight);
}

/** Unless the reader has scrolled up. */
function isAtEnd() {
  return window.innerHeight + window.scrollY >= document.documentElement.scrollHeight - 50;
}

/** Shows a question, with room for its answer. */
function addTurn(question) {
  const turn = byId("turn").content.cloneNode(true).firstElementChild;
  turn.querySelector(".said").textContent = question;
  turns.append(turn);
  byId("empty").hidden = true;
  toEnd();
  return turn;
}

/** A comment is always sent together with its thumb. */
function whatWasSaved(before, after) {
  if (after.thumb === before.thumb && after.comment !== before.comment) {
    return after.comment ? "Comment saved" : "Comment removed";
  }
  return after.comment && after.comment !== before.comment ? "Rating and comment saved" : "Rating saved";
}

/** Offers the thumbs, now that there is something to judge. */
function offerFeedback(turn, id, thumb, comment) {
  const feedback = turn.querySelector(".feedback");
  const buttons = [...feedback.querySelectorAll(".thumb")];
  const form = feedback.querySelector(".comment");
  const input = form.querySelector("input");
  const status = feedback.querySelector(".status");
  let chosen = thumb;
  let saved = {thumb, comment};
  let saving = Promise.resolve();

  const show = () => {
    buttons.forEach((button) => button.setAttribute("aria-pressed", String(button.dataset.thumb === chosen)));
    form.hidden = !chosen;
  };
  // One after the other, so that the last click is the one that stays.
  const save = () => {
    const wanted = {answer: id, thumb: chosen, comment: input.value};
    const clicked = status.dataset.click = String(Number(status.dataset.click || 0) + 1);
    const say = (text) => {
      if (status.dataset.click === clicked) {
        status.textContent = text;
      }
    };
    show();
    say("Saving…");
    saving = saving.then(() => call("feedback", wanted))
      .then(() => {
        say(`${whatWasSaved(saved, wanted)}. Thank you!`);
        saved = wanted;
      }, (error) => {
        say("");
        complain(error);
      });
  };

  input.value = comment;
  buttons.forEach((button) => button.addEventListener("click", () => {
    if (chosen !== button.dataset.thumb) {
      input.value = ""; // it was about the other thumb
    }
    chosen = button.dataset.thumb;
    save();
  }));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    save();
  });
  feedback.hidden = false;
  show();
}

/** Gives the lines of a response as they come. */
async function* lines(response) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const {done, value} = await reader.read();
    if (done) {
      return;
    }
    const all = (rest + value).split("\n");
    rest = all.pop();
    yield* all;
  }
}

async function ask(question) {
  const turn = addTurn(question);
  const answer = turn.querySelector(".answer");
  const text = turn.querySelector(".text");
  answer.setAttribute("aria-busy", "true"); // a screen reader waits for the whole
  try {
    let id;
    for await (const line of lines(await call("chat", {message: question}))) {
      const event = JSON.parse(line);
      if (event.error) {
        throw new Error(event.error);
      }
      const follow = isAtEnd();
      text.append(event.text ?? "");
      if (follow) {
        toEnd();
      }
      id = event.answer ?? id;
    }
    if (!id) {
      throw new Error("The answer broke off. Please try again.");
    }
    offerFeedback(turn, id, null, "");
  } catch (error) {
    answer.classList.add("failed");
    text.append(text.textContent ? " … (no answer)" : "(no answer)");
    message.value = message.value || question;
    complain(error);
  } finally {
    answer.setAttribute("aria-busy", "false");
    toEnd();
  }
}

function busy(isBusy) {
  byId("send").disabled = isBusy;
  byId("new-conversation").disabled = isBusy;
}

function show(conversation) {
  turns.replaceChildren();
  byId("empty").hidden = false;
  for (const {id, question, text, thumb, comment} of conversation.answers) {
    const turn = addTurn(question);
    turn.querySelector(".text").textContent = text;
    offerFeedback(turn, id, thumb, comment);
  }
}

async function load(begin) {
  busy(true);
  byId("error").textContent = "";
  try {
    show(await (await call("conversation", begin)).json());
  } catch (error) {
    complain(error);
  } finally {
    busy(false);
    message.focus();
  }
}

byId("ask").addEventListener("submit", async (event) => {
  event.preventDefault();
  if (byId("send").disabled) {
    return; // by the return key, while an answer is written
  }
  byId("error").textContent = "";
  const question = message.value.trim();
  if (!question) {
    complain(new Error("Please write a message first."));
    return;
  }
  message.value = "";
  busy(true);
  await ask(question);
  busy(false);
  message.focus();
});

message.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    byId("ask").requestSubmit();
  }
});

byId("new-conversation").addEventListener("click", () => load({}));
load();
