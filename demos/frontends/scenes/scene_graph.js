/* A picture with its things' boxes, the graph of how they stand beside it, and every relation as a line of a list. An arrow or
   a line that is pointed at, or has the focus, shows its two boxes; a press keeps it.
   data: words, photo: address, width, height, nodes: [{name, at: [x1, y1, x2, y2], colour, verdict, said}],
   arrows: [{from, to, relation, sure, verdict}]; a verdict is "true", "false", "missed" or "". */
export default function scene(root) {
    const MARKS = { true: "✓ right", false: "✗ wrong", missed: "… missed", "": "" }, BALL = 15, ROOM = 62, HIGHEST = 400;
    let data = null, rows = [], links = [], kept = -1, width = 0;

    function draw(parent, name, attributes, words = "") {
        const element = document.createElementNS("http://www.w3.org/2000/svg", name);
        for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
        element.textContent = words;
        return parent.appendChild(element);
    }
    const all = add(root, "div", { className: "sg-all" }), top = add(all, "div", { className: "sg-top" });
    const frame = add(top, "div", { className: "sg-photo" }), photo = add(frame, "img", { alt: "" });
    const boxes = draw(frame, "svg", { "aria-hidden": "true", class: "sg-boxes" });
    const graph = draw(add(top, "div", { className: "sg-graph" }), "svg", { "aria-hidden": "true" });
    const about = add(all, "p", { className: "sg-about", role: "status" });
    const list = add(all, "div", { className: "sg-list" });
    list.setAttribute("role", "group");

    const name = (k) => `${k + 1} ${data.nodes[k].name}`;
    const say = ({ from, relation, to, sure, verdict }) =>
        [`${name(from)} — ${relation} — ${name(to)}`, sure, MARKS[verdict]].filter(Boolean).join(", ");

    // ------------------------------------------------------------ where everything stands

    function drawBoxes() {
        boxes.setAttribute("viewBox", `0 0 ${data.width} ${data.height}`);
        boxes.replaceChildren();
        data.nodes.forEach(({ at: [x1, y1, x2, y2], colour, verdict }, k) => {
            const part = draw(boxes, "g", { class: `sg-box ${verdict}`, "data-node": k });
            const sides = { x: x1, y: y1, width: x2 - x1, height: y2 - y1 };
            draw(part, "rect", { ...sides, class: "around" });
            draw(part, "rect", { ...sides, class: "line", stroke: colour });
            tag(part, x1, y1, k, colour, data.width / Math.max(frame.clientWidth, 1));
        });
    }
    function tag(part, x, y, k, colour, scale) {
        const side = 17 * scale, above = Math.max(0, y - side);
        draw(part, "rect", { x, y: above, width: side, height: side, fill: colour, class: "tag" });
        const place = { x: x + side / 2, y: above + side * 0.82, "text-anchor": "middle", class: "number" };
        draw(part, "text", place, String(k + 1)).style.fontSize = `${14 * scale}px`;
    }
    /* On a ring, in the order in which they stand around the middle of the picture. */
    function places(wide, high) {
        const turn = ({ at: [x1, y1, x2, y2] }) => Math.atan2((y1 + y2) / 2 - data.height / 2, (x1 + x2) / 2 - data.width / 2);
        const order = data.nodes.map((node, k) => [turn(node), k]).sort((one, other) => one[0] - other[0]).map(([, k]) => k);
        const start = order.length ? turn(data.nodes[order[0]]) : 0, found = [];
        order.forEach((k, number) => {
            const angle = start + (2 * Math.PI * number) / order.length;
            found[k] = [wide / 2 + (wide / 2 - (wide < 300 ? 45 : ROOM)) * Math.cos(angle), high / 2 - 8 + (high / 2 - 36) * Math.sin(angle)];
        });
        return found;
    }
    function drawGraph() {
        width = graph.parentElement.clientWidth;
        const wide = Math.max(240, width), high = data.nodes.length < 4 ? 190 : Math.min(HIGHEST, Math.max(250, wide * 0.8)), at = places(wide, high);
        graph.setAttribute("viewBox", `0 0 ${wide} ${high}`);
        graph.classList.toggle("narrow", wide < 300);
        graph.replaceChildren();
        const pairs = new Map();
        data.arrows.forEach((arrow, k) => {
            const key = `${arrow.from} ${arrow.to}`;
            pairs.set(key, [...(pairs.get(key) ?? []), k]);
        });
        links = [...pairs.values()].map((numbers) => link(numbers, at));
        data.nodes.forEach((node, k) => ball(node, k, at[k]));
    }
    function link(numbers, at) {
        const { from, to } = data.arrows[numbers[0]], [x1, y1] = at[from], [x2, y2] = at[to];
        const far = Math.hypot(x2 - x1, y2 - y1) || 1, [u, v] = [(x2 - x1) / far, (y2 - y1) / far], bend = 0.12 * far;
        const [cx, cy] = [(x1 + x2) / 2 - v * bend, (y1 + y2) / 2 + u * bend];
        const away = Math.hypot(x2 - cx, y2 - cy) || 1, [s, t] = [(x2 - cx) / away, (y2 - cy) / away];
        const [ex, ey] = [x2 - s * (BALL + 3), y2 - t * (BALL + 3)];
        const verdicts = new Set(numbers.map((k) => data.arrows[k].verdict));
        const kind = ["false", "missed", "true"].find((verdict) => verdicts.has(verdict)) ?? "";
        const part = draw(graph, "g", { class: `sg-link ${kind}` });
        const path = `M${x1} ${y1}Q${cx} ${cy} ${ex} ${ey}`;
        draw(part, "path", { d: path, class: "reach" });
        draw(part, "path", { d: path, class: "line" });
        draw(part, "path", { d: `M${ex} ${ey}L${ex - 9 * s - 5 * t} ${ey - 9 * t + 5 * s}L${ex - 9 * s + 5 * t} ${ey - 9 * t - 5 * s}Z`, class: "head" });
        part.addEventListener("pointerenter", () => point(numbers));
        part.addEventListener("pointerleave", back);
        part.addEventListener("click", () => keep(numbers[0]));
        return { part, numbers };
    }
    function ball({ name: words, colour, verdict }, k, [x, y]) {
        const part = draw(graph, "g", { class: `sg-node ${verdict}`, "data-node": k });
        draw(part, "circle", { cx: x, cy: y, r: BALL, fill: colour });
        draw(part, "text", { x, y: y + 5, "text-anchor": "middle", class: "number" }, String(k + 1));
        const parts = words.split(" "), half = Math.ceil(parts.length / 2), lines = [parts.slice(0, half), parts.slice(half)];
        const write = (line, number, kind) => {
            const place = { x, y: y + BALL + 14 + 15 * number, "text-anchor": "middle", class: `name ${kind}` };
            draw(part, "text", place, line.join(" "));
        };
        write(parts.slice(-2), 0, "short");
        lines.forEach((line, number) => write(line, number, "whole"));
    }

    // ------------------------------------------------------------ pointing

    /* Shows some arrows of one pair, or, of none, everything. */
    function point(numbers) {
        const chosen = new Set(numbers), ends = new Set(numbers.flatMap((k) => [data.arrows[k].from, data.arrows[k].to]));
        all.classList.toggle("sg-pointing", numbers.length > 0);
        links.forEach(({ part, numbers: own }) => part.classList.toggle("pointed", own.some((k) => chosen.has(k))));
        for (const part of root.querySelectorAll("[data-node]")) part.classList.toggle("pointed", ends.has(Number(part.dataset.node)));
        rows.forEach((row, k) => row.classList.toggle("pointed", chosen.has(k)));
        about.textContent = numbers.length ? numbers.map((k) => say(data.arrows[k])).join("; ") : summary();
    }
    function summary() {
        if (!data.nodes.length) return "Nothing was found: lower the threshold.";
        const odd = data.nodes.map(({ said }, k) => said && `${name(k)} is ${said}`).filter(Boolean).join("; ");
        if (!odd && !data.arrows.length) return "No relation holds between these things: lower the threshold, or choose others.";
        return odd || "Point at an arrow or a line: the two boxes show themselves.";
    }
    const back = () => point(kept < 0 ? [] : [kept]);
    function keep(k) {
        kept = k === kept ? -1 : k;
        rows.forEach((row, number) => row.setAttribute("aria-pressed", number === kept));
        back();
        if (kept >= 0) focus(kept);
    }
    function focus(k) {
        rows.forEach((row, number) => (row.tabIndex = number === k ? 0 : -1));
        rows[k].focus({ preventScroll: true });
        list.scrollTop = Math.max(0, Math.min(list.scrollTop, rows[k].offsetTop - list.offsetTop), rows[k].offsetTop + rows[k].offsetHeight - list.offsetTop - list.clientHeight);
    }
    list.addEventListener("keydown", (event) => {
        const here = rows.indexOf(root.getRootNode().activeElement);
        const goal = { ArrowDown: here + 1, ArrowUp: here - 1, Home: 0, End: rows.length - 1 }[event.key];
        if (here < 0 || !rows[goal]) return;
        event.preventDefault();
        focus(goal);
    });
    function drawList() {
        list.replaceChildren();
        list.setAttribute("aria-label", `${data.arrows.length} relations: subject, predicate, object. Arrow keys walk, Enter keeps one.`);
        rows = data.arrows.map((arrow, k) => {
            const row = add(list, "button", { type: "button", className: `sg-row ${arrow.verdict}`, tabIndex: k ? -1 : 0 });
            row.setAttribute("aria-pressed", false);
            row.setAttribute("aria-label", say(arrow));
            add(row, "span", { className: "end" }, name(arrow.from));
            add(row, "span", { className: "relation" }, arrow.relation);
            add(row, "span", { className: "end" }, name(arrow.to));
            add(row, "span", { className: "mark" }, [arrow.sure, MARKS[arrow.verdict]].filter(Boolean).join(" "));
            row.addEventListener("pointerenter", () => point([k]));
            row.addEventListener("pointerleave", back);
            row.addEventListener("focus", () => point([k]));
            row.addEventListener("blur", back);
            row.addEventListener("click", () => keep(k));
            return row;
        });
    }
    new ResizeObserver(() => data && graph.parentElement.clientWidth !== width && (drawGraph(), drawBoxes(), back())).observe(top);

    return (fresh) => {
        data = fresh;
        kept = -1;
        photo.src = data.photo;
        frame.style.aspectRatio = `${data.width} / ${data.height}`;
        frame.style.maxWidth = `${(HIGHEST * data.width) / data.height}px`;
        drawGraph();
        drawBoxes();
        drawList();
        back();
    };
}
