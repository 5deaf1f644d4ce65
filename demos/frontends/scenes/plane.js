/* A triplet in its plane: anchor, positive and negative are dragged, or moved by arrow keys, and the loss follows.
   data: words, margin, points: [{name, x, y}], anchor, positive and negative first, kinds: {easy, "semi-hard", hard: words},
   note: a sentence below. d² are squared distances in the plane. */
export default function scene(root, send) {
    const EDGE = 34, KEYS = 0.05, RATE = 0.1;
    const ROLES = ["anchor", "positive", "negative"], MOVES = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
    let data = null, held = "", at = [], view = null, dragged = -1, width = 0, height = 0;

    function make(name, attributes, parent) {
        const element = document.createElementNS("http://www.w3.org/2000/svg", name);
        for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
        parent.append(element);
        return element;
    }
    function add(name, attributes, parent) {
        const element = Object.assign(document.createElement(name), attributes);
        parent.append(element);
        return element;
    }
    const svg = make("svg", { class: "plane" }, root);
    const costs = make("circle", { class: "costs" }, svg), nearer = make("circle", { class: "nearer" }, svg);
    const zones = ["hard", "semi-hard", "easy"].map(() => make("text", { class: "zone" }, svg));
    const others = make("g", {}, svg);
    const lines = ["to-positive", "to-negative"].map((kind) => make("line", { class: kind }, svg));
    const steps = ROLES.map(() => make("line", { class: "step" }, svg)), tips = ROLES.map(() => make("path", { class: "tip" }, svg));
    const marks = ROLES.map((role) => make("circle", { r: 12, class: `point ${role}`, tabindex: 0, role: "slider" }, svg));
    const names = ROLES.map(() => make("text", { class: "name", "aria-hidden": "true" }, svg));
    const worked = add("p", { className: "worked", role: "status" }, root);
    const sum = add("span", {}, worked), kind = add("span", {}, worked);
    const presses = add("div", { className: "presses" }, root);
    const step = add("button", { type: "button", textContent: "One step against the gradient" }, presses);
    const back = add("button", { type: "button", textContent: "Put them back" }, presses);
    const note = add("p", { className: "small" }, root);

    const squared = (one, other) => (one.x - other.x) ** 2 + (one.y - other.y) ** 2;
    const less = (one, other) => ({ x: one.x - other.x, y: one.y - other.y });
    const across = (x) => width / 2 + (x - view.x) * view.scale;
    const down = (y) => height / 2 - (y - view.y) * view.scale;
    const set = (element, attributes) => Object.entries(attributes).forEach(([key, value]) => element.setAttribute(key, value));

    function work() {
        const near = squared(at[0], at[1]), far = squared(at[0], at[2]);
        const loss = Math.max(near - far + data.margin, 0);
        return { near, far, loss, kind: far - near >= data.margin ? "easy" : far > near ? "semi-hard" : "hard" };
    }
    /* Minus the gradient of d²(A, P) - d²(A, N) + α by each of the three; nothing where there is no loss. */
    function downhill() {
        const [a, p, n] = at;
        return work().loss > 0 ? [less(p, n), less(a, p), less(n, a)].map(({ x, y }) => ({ x: 2 * x, y: 2 * y })) : [];
    }
    const moved = (k, by, rate) => ({ ...at[k], x: at[k].x + rate * by.x, y: at[k].y + rate * by.y });
    function put(k, x, y) {
        const reach = { x: (width / 2 - EDGE / 2) / view.scale, y: (height / 2 - EDGE / 2) / view.scale };
        const within = (value, middle, far) => Math.max(middle - far, Math.min(middle + far, value));
        at[k] = { ...at[k], x: within(x, view.x, reach.x), y: within(y, view.y, reach.y) };
    }
    /* All points and the circles in view; a unit of the drawing is a pixel of the page, so that letters keep their size. */
    function look() {
        width = Math.max(svg.clientWidth, 240);
        height = Math.min(420, Math.round(0.9 * width));
        svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
        const reach = Math.sqrt(work().near + data.margin), [a] = at;
        const shown = [...data.points, ...at, less(a, { x: reach, y: reach }), less(a, { x: -reach, y: -reach })];
        const xs = shown.map(({ x }) => x), ys = shown.map(({ y }) => y);
        const [left, right, low, high] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
        const scale = Math.min((width - 2 * EDGE) / Math.max(right - left, 0.2), (height - 2 * EDGE) / Math.max(high - low, 0.2));
        view = { x: (left + right) / 2, y: (low + high) / 2, scale };
    }

    function show() {
        const { near, far, loss, kind: name } = work(), [a] = at, x = across(a.x), y = down(a.y);
        const radii = [Math.sqrt(near) * view.scale, Math.sqrt(near + data.margin) * view.scale];
        set(nearer, { cx: x, cy: y, r: radii[0] });
        set(costs, { cx: x, cy: y, r: radii[1] });
        const below = [radii[0] - 8, (radii[0] + radii[1]) / 2 + 5, radii[1] + 18];
        const roomy = [radii[0] > 40, radii[1] - radii[0] > 18, true];
        zones.forEach((zone, k) => {
            set(zone, { x, y: y + below[k] });
            zone.textContent = roomy[k] && y + below[k] < height - 4 ? ["hard", "semi-hard", "easy"][k] : "";
        });
        lines.forEach((line, k) => set(line, { x1: x, y1: y, x2: across(at[k + 1].x), y2: down(at[k + 1].y) }));
        const ways = downhill();
        ROLES.forEach((role, k) => {
            const [px, py] = [across(at[k].x), down(at[k].y)], d = Math.sqrt(squared(a, at[k]));
            const words = k ? `, ${d.toFixed(2)} from the anchor` : "";
            set(marks[k], {
                cx: px, cy: py, "aria-label": role, "aria-valuenow": at[k].x.toFixed(2),
                "aria-valuetext": `at ${at[k].x.toFixed(2)}, ${at[k].y.toFixed(2)}${words}`,
            });
            const goal = ways[k] && moved(k, ways[k], RATE);
            set(names[k], { x: px, y: goal && goal.y > at[k].y ? py + 28 : py - 18 });
            names[k].textContent = role;
            arrow(steps[k], tips[k], px, py, goal);
        });
        sum.textContent = `max(d²(A, P) - d²(A, N) + α, 0) = max(${near.toFixed(3)} - ${far.toFixed(3)} + ${data.margin.toFixed(2)}, 0) = `;
        add("b", { textContent: loss.toFixed(3) }, sum);
        kind.textContent = `. ${data.kinds[name]}`;
        step.disabled = !ways.length;
        back.disabled = at.every((point, k) => squared(point, data.points[k]) === 0);
    }
    function arrow(line, tip, x, y, goal) {
        const [gx, gy] = goal ? [across(goal.x), down(goal.y)] : [x, y], long = Math.hypot(gx - x, gy - y);
        set(line, { x1: x, y1: y, x2: gx, y2: gy });
        const turn = (180 * Math.atan2(gy - y, gx - x)) / Math.PI;
        set(tip, { d: long > 1 ? "M9 0L-3 -6L-3 6Z" : "", transform: `translate(${gx} ${gy}) rotate(${turn})` });
    }

    marks.forEach((mark, k) => {
        mark.addEventListener("pointerdown", (event) => {
            mark.setPointerCapture(event.pointerId);
            dragged = k;
        });
        mark.addEventListener("pointermove", (event) => {
            if (dragged !== k) return;
            const box = svg.getBoundingClientRect(), px = event.clientX - box.left, py = event.clientY - box.top;
            put(k, view.x + (px - width / 2) / view.scale, view.y - (py - height / 2) / view.scale);
            show();
        });
        for (const end of ["pointerup", "pointercancel"]) mark.addEventListener(end, () => (dragged = -1));
        mark.addEventListener("keydown", (event) => {
            const way = MOVES[event.key];
            if (!way) return;
            event.preventDefault();
            put(k, at[k].x + KEYS * way[0], at[k].y + KEYS * way[1]);
            show();
        });
    });
    step.addEventListener("click", () => {
        at = downhill().map((by, k) => moved(k, by, RATE));
        drawAll();
    });
    back.addEventListener("click", () => {
        at = data.points.slice(0, 3);
        drawAll();
    });

    function drawAll() {
        look();
        others.replaceChildren();
        for (const { name, x, y } of data.points.slice(3)) {
            make("circle", { class: "other", cx: across(x), cy: down(y), r: 7 }, others);
            make("text", { x: across(x) + 11, y: down(y) + 5 }, others).textContent = name;
        }
        show();
    }
    new ResizeObserver(() => data && Math.max(svg.clientWidth, 240) !== width && drawAll()).observe(svg);

    return (fresh) => {
        data = fresh;
        const given = JSON.stringify(data.points);
        if (given !== held) at = data.points.slice(0, 3);  // another margin leaves them where they were dragged
        held = given;
        note.textContent = data.note;
        drawAll();
    };
}
