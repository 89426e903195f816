"use strict";

// Without this script the page shows the first rows of each table. With it, each table
// shows all of its rows, a page at a time. Texts of the report get into the page as the
// content of text nodes and in no other way.

const PAGE = 100; // rows shown at a time
const PRINTED = 2000; // rows of a table printed at most
const OPENED = 200; // rows of a closed list printed at most
const APPENDED = 200; // findings of which a print says at most what to do
const FIRST_MARK = 0xe000; // see dataTable in data.go
const MARK = /[\ue000-\ue0ff]/g;

const count = (n) => n.toLocaleString("en-US");
const counted = (n, noun) => count(n) + " " + noun + (n === 1 ? "" : "s");

function make(name, text, properties) {
  const element = document.createElement(name);
  element.textContent = text;
  return Object.assign(element, properties);
}

function say(text) {
  document.getElementById("said").textContent = text;
}

// A Table is the rows of one table as data: see dataTable in data.go. They are in blocks, which are read
// when somebody asks for their rows.
class Table {
  constructor(index, name) {
    Object.assign(this, index.tables[name]);
    this.elements = document.querySelectorAll(`script[data-block="${name}"]`);
    this.blocks = [];
  }

  block(n) {
    return (this.blocks[n] ??= JSON.parse(this.elements[n].textContent));
  }

  // A number of a column in a row, in the numbers of its block. What is the same in all rows of a block
  // is there once.
  number(columns, row) {
    return columns[columns.length === 1 ? 0 : row % this.size];
  }

  cell(row, column) {
    const block = this.block(Math.floor(row / this.size));
    return block.texts[this.number(block.cells[column], row)];
  }

  text(row, column) {
    return this.unfold(row, this.cell(row, column));
  }

  list(row, column) {
    const block = this.block(Math.floor(row / this.size));
    return block.lists[this.number(block.lines[column], row)].map((n) => this.unfold(row, block.texts[n]));
  }

  has(row, column) {
    const block = this.block(Math.floor(row / this.size));
    return Boolean(this.number(block.cells[column] || block.lines[column], row));
  }

  // Marks in a text stand for other texts of the row.
  unfold(row, text) {
    return text.replace(MARK, (mark) => this.cell(row, this.shared[mark.charCodeAt(0) - FIRST_MARK]));
  }

  // each calls a function for each block, with the number of its first row and how many there are.
  each(call) {
    for (let n = 0; n < this.elements.length; n++) call(this.block(n), n * this.size, Math.min(this.size, this.total - n * this.size));
  }

  // found tells of each row whether a word is in any of its texts, in upper or lower
  // case. The remediation is not searched, as it tells nothing new.
  found(word) {
    const pattern = new RegExp(word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"), "i");
    const rows = new Uint8Array(this.total);
    this.each((block, from, count) => {
      const texts = Uint8Array.from(block.texts, (text) => pattern.test(text));
      const lists = Uint8Array.from(block.lists, (list) => list.some((n) => texts[n]));
      const mark = (columns, found) => {
        for (let i = 0; i < count; i++) rows[from + i] |= found[this.number(columns, i)];
      };
      for (const cells of Object.values(block.cells)) mark(cells, texts);
      for (const [name, lines] of Object.entries(block.lines)) if (name !== "remediation") mark(lines, lists);
    });
    return rows;
  }

  // having tells of each row whether a column has a text.
  having(column, text) {
    const rows = new Uint8Array(this.total);
    this.each((block, from, count) => {
      const wanted = block.texts.indexOf(text);
      for (let i = 0; i < count; i++) rows[from + i] = this.number(block.cells[column], i) === wanted;
    });
    return rows;
  }

  // A sorted copy of rows by a column; equal ones stay in the order of the report.
  sorted(rows, column, numeric, descending) {
    const value = (text) => {
      const v = parseInt(text.replaceAll(",", ""), 10);
      return Number.isNaN(v) ? -1 : v;
    };
    const known = new Set();
    this.each((block) => block.cells[column].forEach((n) => known.add(block.texts[n])));
    const texts = [...known].map((text) => [text, numeric ? value(text) : 0]);
    texts.sort((a, b) => a[1] - b[1] || (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0));
    const rank = new Map(texts.map(([text], i) => [text, i]));
    const ranks = new Int32Array(this.total);
    this.each((block, from, count) => {
      for (let i = 0; i < count; i++) ranks[from + i] = rank.get(block.texts[this.number(block.cells[column], i)]);
    });
    const sign = descending ? -1 : 1;
    return Int32Array.from(rows).sort((a, b) => sign * (ranks[a] - ranks[b]) || a - b);
  }
}

// A Grid shows a table: it filters, sorts and pages.
class Grid {
  constructor(root, index) {
    this.root = root;
    this.table = new Table(index, root.dataset.table);
    this.noun = root.dataset.noun;
    this.row = document.getElementById(root.dataset.row).content;
    this.details = root.dataset.details && document.getElementById(root.dataset.details).content;
    this.appendix = root.dataset.appendix && document.getElementById(root.dataset.appendix);
    this.body = root.querySelector("tbody");
    this.shown = root.querySelector(".shown");
    this.form = root.querySelector("form");
    this.search = root.querySelector("input[type=search]");
    this.selects = [...root.querySelectorAll("select[data-filter]")];
    this.pages = root.querySelector(".pages");
    this.expanded = new Set();
    this.sort = { column: "", numeric: false, descending: false };
    this.page = 0;
    this.note = make("p", "", { className: "print-note" });
    this.shown.after(this.note);

    for (const select of this.selects) {
      select.append(make("option", "all", { value: "" }));
      this.table.values[select.dataset.filter].forEach((v, n) => {
        select.append(make("option", `${v.text || "not known"} (${count(v.rows)})`, { value: n }));
      });
    }
    for (const head of root.querySelectorAll("th[data-column]")) {
      const button = make("button", head.textContent, { type: "button", className: "sort" });
      button.addEventListener("click", () => this.sortBy(head));
      head.replaceChildren(button);
    }
    this.form.hidden = false;
    this.form.addEventListener("submit", (event) => event.preventDefault());
    this.form.addEventListener("reset", () => setTimeout(() => this.filter()));
    this.form.addEventListener("change", () => this.filter());
    this.search.addEventListener("input", () => {
      clearTimeout(this.typing);
      this.typing = setTimeout(() => this.filter(), 100);
    });
    this.pages.addEventListener("click", (event) => this.turn(event.target.dataset.page));
    this.body.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (button?.matches(".more")) this.toggle(button);
      if (button?.matches(".copy")) copy(button.closest(".remediation").querySelector("pre"));
    });
    this.filter();
  }

  filter() {
    clearTimeout(this.typing);
    const { table } = this;
    const wanted = [
      ...this.selects.filter((s) => s.value !== "").map((s) => table.having(s.dataset.filter, table.values[s.dataset.filter][s.value].text)),
      ...this.search.value.split(/\s+/).filter(Boolean).map((word) => table.found(word)),
    ];
    const rows = [];
    for (let row = 0; row < table.total; row++) {
      if (wanted.every((found) => found[row])) rows.push(row);
    }
    this.matching = rows;
    this.order();
  }

  order() {
    const { column, numeric, descending } = this.sort;
    this.rows = column ? this.table.sorted(this.matching, column, numeric, descending) : this.matching;
    this.page = 0;
    this.show();
  }

  // The first press sorts up, the second down, the third gives the order of the report.
  sortBy(head) {
    const was = head.getAttribute("aria-sort");
    for (const other of this.root.querySelectorAll("th[aria-sort]")) other.removeAttribute("aria-sort");
    if (was !== "descending") head.setAttribute("aria-sort", was ? "descending" : "ascending");
    this.sort = { column: was === "descending" ? "" : head.dataset.column, numeric: "number" in head.dataset, descending: was === "ascending" };
    this.order();
  }

  turn(to) {
    const last = Math.max(0, Math.ceil(this.rows.length / PAGE) - 1);
    const page = { first: 0, previous: this.page - 1, next: this.page + 1, last }[to];
    if (page === undefined || page < 0 || page > last) return;
    this.page = page;
    this.show();
    this.shown.scrollIntoView({ block: "nearest" });
  }

  show() {
    const from = this.page * PAGE;
    const to = Math.min(from + PAGE, this.rows.length);
    this.draw(from, to);
    const { total } = this.table;
    const n = this.rows.length;
    this.shown.textContent =
      n === 0 ? `No ${this.noun} matches, of ${count(total)}.`
      : n === total ? `${n > PAGE ? `${count(from + 1)} to ${count(to)} of ` : ""}${counted(n, this.noun)}.`
      : `${n > PAGE ? `${count(from + 1)} to ${count(to)} of ` : ""}${count(n)} matching, of ${counted(total, this.noun)}.`;
    this.root.classList.toggle("filtered", n !== total);
    const last = Math.ceil(n / PAGE) - 1;
    this.pages.hidden = last < 1;
    this.pages.querySelector("span").textContent = `Page ${count(this.page + 1)} of ${count(last + 1)}`;
    // A button that is disabled would lose the focus of who turns pages by keyboard.
    for (const button of this.pages.querySelectorAll("button")) {
      const back = button.dataset.page === "first" || button.dataset.page === "previous";
      button.setAttribute("aria-disabled", String(back ? this.page === 0 : this.page >= last));
    }
  }

  draw(from, to) {
    const rows = document.createDocumentFragment();
    for (let i = from; i < to; i++) {
      const row = this.rows[i];
      const tr = this.fill(this.row, row);
      rows.append(tr);
      const more = tr.querySelector(".more");
      if (!more) continue;
      more.dataset.row = row;
      more.querySelector(".unseen").textContent = "of " + (this.table.text(row, "rule") || this.table.text(row, "group") || this.table.text(row, "problem"));
      if (this.expanded.has(row)) rows.append(this.expand(more));
    }
    this.body.replaceChildren(rows);
  }

  // fill makes a row from a template; see page.html for the attributes that say what
  // goes where.
  fill(template, row) {
    const tr = template.cloneNode(true).firstElementChild;
    for (const element of tr.querySelectorAll("[data-cell]")) {
      element.textContent = this.table.text(row, element.dataset.cell);
      if ("value" in element.dataset) element.dataset.value = element.textContent;
    }
    for (const element of tr.querySelectorAll("[data-if]")) element.hidden = !this.table.has(row, element.dataset.if);
    for (const element of tr.querySelectorAll("[data-text]")) element.textContent = this.table.list(row, element.dataset.text).join("\n");
    for (const element of tr.querySelectorAll("[data-lines]")) {
      element.replaceChildren(...this.table.list(row, element.dataset.lines).map((line) => {
        const li = document.createElement("li");
        line.split("\t").forEach((part, i) => li.append(i ? " = " : "", make("bdi", part)));
        return li;
      }));
    }
    return tr;
  }

  expand(button) {
    const row = Number(button.dataset.row);
    const tr = this.fill(this.details, row);
    tr.id = `${this.root.dataset.table}-details-${row}`;
    button.setAttribute("aria-expanded", "true");
    button.setAttribute("aria-controls", tr.id);
    return tr;
  }

  toggle(button) {
    const row = Number(button.dataset.row);
    const tr = button.closest("tr");
    if (this.expanded.delete(row)) {
      tr.nextElementSibling.remove();
      button.setAttribute("aria-expanded", "false");
      button.removeAttribute("aria-controls");
    } else {
      this.expanded.add(row);
      tr.after(this.expand(button));
    }
  }

  // A print holds all rows that match, and says what it leaves out.
  print() {
    const n = this.rows.length;
    this.closed = this.root.closest("details:not([open])");
    if (this.closed) {
      if (n > OPENED) return;
      this.closed.open = true;
    }
    const filters = this.selects.filter((s) => s.value !== "").map((s) => `${s.dataset.filter} is ${s.selectedOptions[0].textContent}`);
    if (this.search.value.trim()) filters.push(`the text has “${this.search.value.trim()}”`);
    let text = n > PRINTED ? `Only the first ${count(PRINTED)} of ${counted(n, this.noun)} are printed. The other ${count(n - PRINTED)} are in ${this.root.dataset.file}; filter the table to print them.` : `${counted(n, this.noun)} printed.`;
    if (filters.length) text += ` Filtered: only where ${filters.join(", and ")}. The report has ${counted(this.table.total, this.noun)}.`;
    this.note.textContent = text;
    this.note.classList.toggle("cut", n > PRINTED || filters.length > 0);
    this.draw(0, Math.min(n, PRINTED));
    if (this.appendix) this.append();
  }

  // The appendix of a print says what to do about findings, and how many it leaves out.
  append() {
    const rows = Array.from(this.rows).filter((row) => this.table.has(row, "remediation"));
    const item = document.getElementById(this.appendix.dataset.row).content;
    const n = rows.length;
    this.appendix.querySelector("ol").replaceChildren(...rows.slice(0, APPENDED).map((row) => this.fill(item, row)));
    const note = this.appendix.querySelector(".print-note");
    note.textContent = n > APPENDED ? `Only of the first ${count(APPENDED)} of ${counted(n, this.noun)} it is printed. That of the other ${count(n - APPENDED)} is in ${this.root.dataset.file}; filter the table to print it.` : `${counted(n, this.noun)}.`;
    note.classList.toggle("cut", n > APPENDED);
    this.appendix.hidden = n === 0;
  }

  printed() {
    if (this.appendix) this.appendix.hidden = true;
    if (this.closed) this.closed.open = false;
    this.closed = null;
    this.show();
  }
}

// copy puts the text of an element on the clipboard or, where a page may not do so,
// selects it for the reader to copy.
async function copy(element) {
  try {
    await navigator.clipboard.writeText(element.textContent);
    say("Copied.");
    flash(element, "Copied");
  } catch {
    element.focus();
    getSelection().selectAllChildren(element);
    say("Selected. Copy it with the keyboard.");
    flash(element, "Selected: now press Ctrl+C or ⌘C");
  }
}

function flash(element, text) {
  const button = element.closest(".remediation").querySelector(".copy");
  button.textContent = text;
  clearTimeout(button.timer);
  button.timer = setTimeout(() => { button.textContent = "Copy"; }, 4000);
}

const grids = new Map(); // by the name of the table

function start() {
  const index = JSON.parse(document.getElementById("data").textContent);
  for (const root of document.querySelectorAll(".grid")) grids.set(root.dataset.table, new Grid(root, index));

  // A value in a chart filters the findings by it, and by nothing else.
  const findings = grids.get("findings");
  for (const link of document.querySelectorAll("a[data-filter-by]")) {
    link.addEventListener("click", () => {
      findings.form.reset();
      const select = findings.selects.find((s) => s.dataset.filter === link.dataset.filterBy);
      select.value = findings.table.values[link.dataset.filterBy].findIndex((v) => v.text === link.dataset.value);
      findings.filter();
    });
  }
  document.documentElement.dataset.ready = "";
}

let started = false;

function startOnce() {
  if (started) return;
  started = true;
  try {
    start();
  } catch (error) {
    document.documentElement.classList.remove("js"); // what works without a script still does
    throw error;
  }
}

document.documentElement.classList.add("js");
document.addEventListener("DOMContentLoaded", () => {
  // The page as it came is painted first. Who prints it before that, as programs do, gets
  // all rows all the same.
  requestAnimationFrame(() => setTimeout(startOnce));
  addEventListener("beforeprint", () => {
    startOnce();
    grids.forEach((g) => g.print());
  });
  addEventListener("afterprint", () => grids.forEach((g) => g.printed()));
});
