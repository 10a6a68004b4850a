"use strict";
(() => {
  const rows = [...document.querySelectorAll(".row")];
  const list = document.querySelector(".rows");
  const next = document.getElementById("next");
  const unsaved = new Map(); // proposal id -> the rows that it collides with, by its unsaved choice

  const current = () => (document.activeElement && document.activeElement.closest(".row")) || null;
  const choiceOf = (row) => row.querySelector("select[name=choice]");

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

  const redraw = () => {
    const told = new Map();
    for (const [id, found] of unsaved) {
      const row = document.getElementById(id);
      const names = found.rows.map((r) => `${r.name} (${r.id})`);
      if (found.holder) names.push(`${found.holder}, linked`);
      told.set(id, `Already selected by ${names.join(", ")}.`);
      for (const rival of found.rows) {
        if (!told.has(rival.proposal)) told.set(rival.proposal, `Already selected by ${row.querySelector("h2").textContent} (${row.dataset.record}).`);
      }
    }
    for (const row of rows) {
      const text = told.get(row.id) || "";
      say(row, text);
      row.classList.toggle("collides", Boolean(text) || Boolean(row.querySelector(".flag[class*=already_selected]")));
    }
    if (next && next.tagName === "A") {
      next.classList.toggle("held", unsaved.size > 0);
      if (unsaved.size) next.setAttribute("aria-disabled", "true");
      else next.removeAttribute("aria-disabled");
    }
  };

  const check = async (row) => {
    const [verdict, target] = [choiceOf(row).value.split(":")[0], choiceOf(row).value.split(":").slice(1).join(":")];
    unsaved.delete(row.id);
    if (verdict === "link" && list.dataset.entity) {
      const query = new URLSearchParams({ target, proposal: row.id });
      const answer = await fetch(`/holders/${list.dataset.entity}?${query}`, { headers: { Accept: "application/json" } });
      if (answer.ok) {
        const found = await answer.json();
        const others = found.rows.filter((r) => {
          const rival = document.getElementById(r.proposal);
          return !rival || !choiceOf(rival) || choiceOf(rival).value === `link:${target}`;
        });
        if (found.holder || others.length) unsaved.set(row.id, { ...found, rows: others });
      }
    }
  };

  const recheck = async (row) => {
    showCandidate(row);
    const affected = [...unsaved.keys()].filter((id) => id !== row.id).map((id) => document.getElementById(id));
    for (const each of [row, ...affected]) await check(each);
    redraw();
  };

  for (const row of rows) {
    const select = choiceOf(row);
    if (select) select.addEventListener("change", () => recheck(row));
  }
  if (next) {
    next.addEventListener("click", (event) => {
      if (unsaved.size) event.preventDefault();
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
    o: (row) => row && row.querySelector(".compare").click(),
    "?": () => help && toggleHelp(),
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const field = event.target.closest("input, textarea");
    const row = current();
    if (event.key === "Enter" && row && (event.target === row || event.target.matches("select[name=choice]"))) {
      event.preventDefault();
      row.querySelector(".decide").requestSubmit();
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
      const links = [...choiceOf(row).options].filter((o) => o.value.startsWith("link:"));
      const wanted = links[Number(event.key) - 1];
      choose(row, (o) => o === wanted);
      return;
    }
    const act = keys[event.key];
    if (act) { event.preventDefault(); act(row); }
  });

  if (list && new URLSearchParams(location.search).has("at")) focusRow(rows[Math.min(Number(list.dataset.at), rows.length - 1)]);
})();
