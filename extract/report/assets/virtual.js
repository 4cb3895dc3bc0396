// A list of any length: only the rows in sight stand in the document, each at its place by a transform.

class VirtualList {
  constructor(scroller, { height, render, role = "list", rowOffset = 0 }) {
    Object.assign(this, { scroller, height, render, count: 0, rows: new Map(), rowOffset });
    this.body = h("div", { class: "rows", role });
    scroller.append(this.body);
    scroller.addEventListener("scroll", () => this.draw(), { passive: true });
    scroller.addEventListener("keydown", (event) => this.move(event));
    new ResizeObserver(() => this.resize()).observe(scroller);
  }

  set(count) {
    this.count = count;
    this.scroller.scrollTop = 0;
    this.refresh();
  }

  refresh() {
    for (const row of this.rows.values()) row.remove();
    this.rows.clear();
    this.step = this.height();
    this.body.style.height = `${this.count * this.step}px`;
    this.draw();
  }

  resize() {
    if (this.step !== this.height()) this.refresh();
    else this.draw();
  }

  draw(all = false) {
    const top = this.scroller.scrollTop - this.body.offsetTop;
    const from = all ? 0 : Math.max(0, Math.floor(top / this.step) - 6);
    const to = Math.min(this.count, all ? 1000 : Math.ceil((top + this.scroller.clientHeight) / this.step) + 6);
    for (const [i, row] of this.rows) {
      if ((i < from || i >= to) && !row.contains(document.activeElement)) {
        row.remove();
        this.rows.delete(i);
      }
    }
    for (let i = from; i < to; i++) {
      if (this.rows.has(i)) continue;
      const row = this.render(i);
      row.style.transform = `translateY(${i * this.step}px)`;
      row.style.height = `${this.step}px`;
      const next = [...this.rows.keys()].filter((k) => k > i);
      const before = next.length ? this.rows.get(Math.min(...next)) : null;
      this.body.insertBefore(row, before);
      this.rows.set(i, row);
    }
  }

  reveal(i) {
    const top = this.body.offsetTop + i * this.step;
    const { scrollTop, clientHeight } = this.scroller;
    if (top < scrollTop + this.body.offsetTop) this.scroller.scrollTop = top - this.body.offsetTop;
    else if (top + this.step > scrollTop + clientHeight) this.scroller.scrollTop = top + this.step - clientHeight;
    this.draw();
  }

  // Arrow keys, Page Up/Down, Home and End go from row to row.
  move(event) {
    const jumps = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10, Home: -1e9, End: 1e9 };
    const row = [...this.rows].find(([, element]) => element.contains(document.activeElement));
    if (!row || !(event.key in jumps) || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const goal = Math.max(0, Math.min(this.count - 1, row[0] + jumps[event.key]));
    this.reveal(goal);
    const target = this.rows.get(goal);
    const link = target && target.querySelector("a");
    if (link) link.focus({ preventScroll: true });
    this.draw();
  }
}
