"use strict";
(() => {
  const rows = [...document.querySelectorAll(".row")];
  const list = document.querySelector(".rows");
  const next = document.getElementById("next");
  const elsewhere = new Map(); // target id -> who holds it or is set to it, as stored
  let held = false; // whether a choice that is not saved yet collides

  const current = () => (document.activeElement && document.activeElement.closest(".row")) || null;
  const choiceOf = (row) => row.querySelector("select[name=choice]");

  const initial = new Map(rows.filter(choiceOf).map((row) => [row.id, choiceOf(row).value]));

  const focusRow = (row) => {
    if (!row) return;
    const select = choiceOf(row);
    (select || row).focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
  };

  const move = (step) => {
    const here = rows.indexOf(current());
    focusRow(rows[Math.max(0, Math.min(rows.length - 1, here < 0 ? 0 : here + step))]);
  };

  const showCandidate = (row) => {
    const chosen = choiceOf(row).value;
    for (const part of row.querySelectorAll(".candidate")) part.hidden = part.dataset.for !== chosen;
  };

  const say = (row, text) => {
    const place = row.querySelector(".rivals");
    if (!place) return;
    place.textContent = text;
    place.hidden = !text;
  };

  const targetOf = (row) => {
    const select = choiceOf(row);
    return select && select.value.startsWith("link:") ? select.value.slice(5) : "";
  };
  const isChanged = (row) => Boolean(choiceOf(row)) && choiceOf(row).value !== initial.get(row.id);
  const nameOf = (row) => `${row.querySelector("h2").textContent} (${row.dataset.record})`;

  // Who else wants what a row is set to: rows of this page as they are set now, others as they are stored.
  const rivalsOf = (row) => {
    const target = targetOf(row);
    if (!target) return [];
    const here = rows.filter((other) => other !== row && targetOf(other) === target);
    if (!isChanged(row) && !here.some(isChanged)) return [];
    const found = elsewhere.get(target) || { rows: [], holder: "" };
    const away = found.rows.filter((rival) => !document.getElementById(rival.proposal));
    const names = [...here.map(nameOf), ...away.map((rival) => `${rival.name} (${rival.id})`)];
    if (found.holder) names.push(`${found.holder}, linked`);
    return names;
  };

  const redraw = () => {
    let colliding = 0;
    for (const row of rows) {
      const names = rivalsOf(row);
      colliding += names.length > 0;
      say(row, names.length ? `Already selected by ${names.join(", ")}.` : "");
      row.classList.toggle("collides", names.length > 0 || Boolean(row.querySelector(".flag[class*=already_selected]")));
    }
    if (next && next.tagName === "A") {
      held = colliding > 0;
      document.getElementById("unsaved").hidden = !held;
      if (held) next.setAttribute("aria-disabled", "true");
      else next.removeAttribute("aria-disabled");
    }
  };

  const recheck = async (row) => {
    showCandidate(row);
    const target = targetOf(row);
    if (target && list.dataset.entity) {
      const query = new URLSearchParams({ target, proposal: row.id });
      const answer = await fetch(`/holders/${list.dataset.entity}?${query}`, { headers: { Accept: "application/json" } });
      if (answer.ok && !answer.redirected) elsewhere.set(target, await answer.json());
    }
    redraw();
  };

  for (const row of rows) {
    const select = choiceOf(row);
    if (select) select.addEventListener("change", () => recheck(row));
  }
  if (next) {
    next.addEventListener("click", (event) => {
      if (held) event.preventDefault();
    });
  }

  const choose = (row, wanted) => {
    const select = row && choiceOf(row);
    const option = select && [...select.options].filter(wanted)[0];
    if (!option) return;
    select.value = option.value;
    select.dispatchEvent(new Event("change"));
    select.focus();
  };

  const help = document.getElementById("help");
  const helpButton = document.getElementById("help-button");
  const toggleHelp = () => {
    help.hidden = !help.hidden;
    helpButton.setAttribute("aria-expanded", String(!help.hidden));
  };
  if (helpButton) helpButton.addEventListener("click", toggleHelp);

  const keys = {
    j: () => move(1),
    k: () => move(-1),
    n: (row) => choose(row, (o) => o.value === "create"),
    s: (row) => choose(row, (o) => o.value === "skip"),
    i: (row) => choose(row, (o) => o.value === "ignore"),
    a: (row) => choose(row, (o) => row && (o.value === row.dataset.suggested || o.value.startsWith(`${row.dataset.suggested}:`))),
    o: (row) => row && row.querySelector(".compare").click(),
    "?": () => help && toggleHelp(),
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const field = event.target.closest("input, textarea");
    const row = current();
    if (event.key === "Enter" && row && (event.target === row || event.target.matches("select[name=choice]"))) {
      event.preventDefault();
      row.querySelector("form.decide[action$=decide]")?.requestSubmit();
      return;
    }
    if (field) return;
    if (event.key === "/") {
      const find = document.getElementById("find");
      if (find) { event.preventDefault(); find.focus(); }
      return;
    }
    if (/^[1-9]$/.test(event.key) && row) {
      event.preventDefault();
      if (!choiceOf(row)) return;
      const links = [...choiceOf(row).options].filter((o) => /^(link|update):/.test(o.value));
      const wanted = links[Number(event.key) - 1];
      choose(row, (o) => o === wanted);
      return;
    }
    const act = keys[event.key];
    if (act) { event.preventDefault(); act(row); }
  });

  // A second click on the same button sends nothing; the page that comes back says what the first one did.
  for (const form of document.querySelectorAll("form[method=post]")) {
    form.addEventListener("submit", (event) => {
      if (form.dataset.sent) event.preventDefault();
      form.dataset.sent = "yes";
    });
  }
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  });

  if (list && new URLSearchParams(location.search).has("at")) focusRow(rows[Math.min(Number(list.dataset.at), rows.length - 1)]);
})();
