const form = document.getElementById("ask");
const question = document.getElementById("question");
const error = document.getElementById("error");

form.addEventListener("submit", async event => {
  event.preventDefault();
  error.textContent = "";
  const turn = document.getElementById("turn").content.cloneNode(true).firstElementChild;
  turn.querySelector(".question").textContent = question.value;
  document.getElementById("turns").append(turn);
  const body = new URLSearchParams({ question: question.value });
  question.value = "";
  try {
    const response = await fetch("/answers", { method: "POST", body });
    if (!response.ok) throw new Error(`status ${response.status}`);
    await read(response.body, (name, data) => show(turn, name, data));
  } catch (problem) {
    error.textContent = `No answer: ${problem.message}`;
  }
});

function show(turn, name, data) {
  if (name === "words") turn.querySelector(".answer").textContent += data;
  if (name === "span" && data) letJudge(turn, data);
}

function letJudge(turn, span) {
  const buttons = turn.querySelectorAll(".thumbs button");
  turn.querySelector(".thumbs").hidden = false;
  buttons.forEach(button => button.addEventListener("click", async () => {
    const body = new URLSearchParams({ span, up: button.dataset.up });
    const response = await fetch("/feedback", { method: "POST", body });
    error.textContent = response.ok ? "" : "Your feedback could not be taken. Try again later.";
    if (response.ok) buttons.forEach(it => it.setAttribute("aria-pressed", it === button));
  }));
}

/** Server-sent events of a POST, which EventSource cannot make. */
async function read(stream, each) {
  const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    const events = (rest + part.value).split("\n\n");
    rest = events.pop();
    for (const event of events) {
      const fields = event.split("\n").map(line => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 1)]);
      const data = fields.filter(([name]) => name === "data").map(([, value]) => value.replace(/^ /, "")).join("\n");
      each(fields.find(([name]) => name === "event")?.[1], data);
    }
  }
}
