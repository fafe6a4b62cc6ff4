"use strict";
for (const run of document.querySelectorAll("main.run")) {
  const form = run.querySelector("form.tools");
  const tasks = [...run.querySelectorAll("details.task")];
  if (tasks.length === 0) continue;
  form.hidden = false;
  const [search, only] = form.querySelectorAll("input");
  const texts = new Map();
  let timer;
  const filter = () => {
    const wanted = search.value.trim().toLowerCase();
    for (const task of tasks) {
      if (wanted !== "" && !texts.has(task)) texts.set(task, task.textContent.toLowerCase());
      const matters = !only.checked ||
        task.querySelector(
          ".n.failed, .n.unreachable, .n.rescued, .n.ignored, .n.started, .n.changed",
        );
      task.hidden = !matters || wanted !== "" && !texts.get(task).includes(wanted);
    }
  };
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(filter, 120);
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  const fold = (open) => () => tasks.forEach((task) => task.hidden || (task.open = open));
  form.querySelector(".unfold").addEventListener("click", fold(true));
  form.querySelector(".fold").addEventListener("click", fold(false));
}
const openTarget = () => {
  const target = document.getElementById(location.hash.slice(1));
  if (target instanceof HTMLDetailsElement) {
    target.hidden = false;
    target.open = true;
    target.scrollIntoView();
  }
};
addEventListener("hashchange", openTarget);
openTarget();
