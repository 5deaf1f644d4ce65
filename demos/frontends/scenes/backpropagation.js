/* A network on one screen: an image of 6 x 6 pixels -> convolution -> ReLU -> max pooling -> dense layer -> softmax -> loss.
   Its numbers or the loss's derivatives by them stand in cells; a press on a cell says how it comes about; a step moves all.
   data: words, key: what makes it another network, rate, classes, images: {class: 36 pixels}, first: one of them, and the
   parameters: kernel: 9 numbers, bias, weights: K rows of 4, biases: K. What is asked for is sent as ``sets``. */
export default function scene(root, send) {
    const TEN = 10, MOVES = { ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowDown: [1, 0], ArrowUp: [-1, 0] };
    let data = null, key = null, theta = null, x = [], label = 0, steps = 0, losses = [], back = false, inTurn = false;
    let now = null, chosen = ["loss", 0], said = null, curve = null;

    const press = (parent, words, act) => {
        const button = add(parent, "button", { type: "button" }, words);
        button.addEventListener("click", act);
        return button;
    };
    const bar = add(root, "div", { className: "bp-bar" });
    press(bar, "1 step", () => go(1)).classList.add("first");
    press(bar, "10 steps", () => go(TEN));
    press(bar, "Reset", begin);
    const side = press(bar, "", () => turn(!back));
    const images = add(bar, "span");
    const turns = add(add(bar, "label"), "input", { type: "checkbox" });
    turns.parentElement.append(" in turn");
    turns.parentElement.title = "After each step the next of the three images";
    turns.addEventListener("change", () => (inTurn = turns.checked));
    const worked = add(root, "p", { className: "bp-worked", role: "status" });
    const network = add(root, "div", { className: "bp-network" });
    const rows = ["", "", " dense"].map((kind) => add(network, "div", { className: `bp-row${kind}` }));
    const foot = add(root, "div", { className: "bp-foot" });
    const checked = add(foot, "span");
    press(foot, "Check with autograd", () => send({ [data.sets]: JSON.stringify({ key, step: steps, x, label, row: flat(theta) }) }));

    // ------------------------------------------------------------ blocks of cells

    const blocks = {};
    function block(row, name, title, derivative, columns, count) {
        const whole = add(row, "div", { className: `bp-block bp-${name}` });
        const heading = add(whole, "div", { className: "bp-title" });
        const grid = add(whole, "div", { className: "bp-grid" });
        grid.style.setProperty("--columns", columns);
        grid.setAttribute("role", "group");
        const cells = Array.from({ length: count }, (_, n) => press(grid, "", () => choose(name, n, true)));
        cells.forEach((cell, n) => (cell.tabIndex = n ? -1 : 0));
        grid.addEventListener("keydown", (event) => walk(event, cells, columns, name));
        blocks[name] = { heading, grid, cells, title, derivative };
    }
    const arrow = (row, words, backwards) => {
        const element = add(row, "div", { className: "bp-arrow" });
        element.show = () => (element.textContent = back ? backwards : words);
        return element;
    };
    function walk(event, cells, columns, name) {
        const move = MOVES[event.key], from = cells.indexOf(event.target);
        if (!move || from < 0) return;
        event.preventDefault();
        const column = (from % columns) + move[1], to = from + move[0] * columns + move[1];
        if (column < 0 || column >= columns || to < 0 || to >= cells.length) return;
        cells[to].focus();
        choose(name, to, false);
    }
    function build() {
        const K = data.classes.length, [first, second, third] = rows;
        [...rows, images].forEach((part) => part.replaceChildren());
        block(first, "x", "image x", "∂L/∂x", SIDE, SIDE * SIDE);
        const pair = (row) => add(row, "div", { className: "bp-pair" }); /* an arrow stays with what it leads to */
        const arrows = [arrow(first, "∗", "←")], learned = add(first, "div", { className: "bp-learned" });
        block(learned, "kernel", "kernel k", "∂L/∂k", KERNEL, KERNEL * KERNEL);
        block(learned, "bias", "bias b", "∂L/∂b", 1, 1);
        const about = add(first, "div", { className: "bp-side" });
        said = add(about, "p", { role: "status" });
        curve = about.appendChild(document.createElementNS("http://www.w3.org/2000/svg", "svg"));
        const steps = [["=", "z", "z = x ∗ k + b", "∂L/∂z", MAP], ["→", "relu", "a = ReLU(z)", "∂L/∂a", MAP], ["→", "pooled", "p: maxima", "∂L/∂p", POOLED]];
        for (const [sign, name, title, derivative, side] of steps) {
            const both = pair(second);
            arrows.push(arrow(both, sign, "←"));
            block(both, name, title, derivative, side, side * side);
        }
        add(third, "div", { className: "bp-title whole" }, "dense layer s = W p + c, q = softmax(s), L = −ln q(true class)");
        const list = (style) => data.classes.reduce((names, name) => (add(names, "span", {}, name), names), add(third, "div", { className: style }));
        list("bp-names");
        block(third, "weights", "W", "∂L/∂W", 4, 4 * K);
        add(third, "div", { className: "bp-break" });
        list("bp-names again").setAttribute("aria-hidden", "true"); /* where the layer takes two rows */
        block(third, "biases", "c", "∂L/∂c", 1, K);
        block(third, "logits", "s", "∂L/∂s", 1, K);
        block(third, "probabilities", "q", "∂L/∂q", 1, K);
        block(third, "truth", "true", "true", 1, K);
        block(third, "loss", "L", "∂L/∂L", 1, 1);
        blocks.arrows = arrows;
        data.classes.forEach((name, k) => icon(press(images, "", () => take(k)), name));
    }
    function icon(button, name) {
        const squares = data.images[name].map((on, n) => (on ? `M${n % SIDE} ${Math.floor(n / SIDE)}h1v1h-1z` : "")).join("");
        button.className = "icon";
        button.title = `a ${name} line`;
        button.setAttribute("aria-label", button.title);
        button.append(shape("svg", { viewBox: `0 0 ${SIDE} ${SIDE}` }));
        button.lastChild.append(shape("path", { d: squares }));
    }
    function shape(name, attributes, words = "") {
        const element = document.createElementNS("http://www.w3.org/2000/svg", name);
        for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
        element.textContent = words;
        return element;
    }

    // ------------------------------------------------------------ what is done

    function begin() {
        theta = { kernel: [...data.kernel], bias: data.bias, weights: data.weights.map((row) => [...row]), biases: [...data.biases] };
        [steps, losses] = [0, []];
        take(data.classes.indexOf(data.first));
    }
    function take(k) {
        x = [...data.images[data.classes[k]]];
        label = k;
        show();
    }
    function go(count) {
        for (let n = 0; n < count; n++) {
            const values = forwardPass(x, theta, label);
            if (!steps) losses.push([0, values.loss]);
            theta = descend(theta, backwardPass(x, theta, label, values), data.rate);
            steps += 1;
            if (inTurn) [label, x] = [(label + 1) % data.classes.length, [...data.images[data.classes[(label + 1) % data.classes.length]]]];
            losses.push([steps, forwardPass(x, theta, label).loss]);
        }
        show();
    }
    function turn(on) {
        back = on;
        show();
    }
    function choose(name, n, pressed) {
        chosen = [name, n];
        if (pressed && !back && name === "x") x[n] = 1 - x[n];
        if (pressed && name === "truth") label = n;
        show();
    }

    // ------------------------------------------------------------ what is seen

    function numbers(name) {
        const { values, slope } = now;
        if (name === "truth") return data.classes.map((_, k) => (k === label ? 1 : 0));
        if (name === "loss") return [back ? 1 : values.loss];
        if (name === "probabilities" && back) return values.probabilities.map((q, k) => (k === label ? -1 / q : 0));
        const found = back ? slope[name] : { x, ...theta, ...values }[name];
        return name === "bias" ? [found] : found.flat();
    }
    function show() {
        const values = forwardPass(x, theta, label);
        now = { x, theta, values, label, rate: data.rate, names: data.classes, slope: backwardPass(x, theta, label, values) };
        side.textContent = back ? "Values" : "Derivatives";
        root.classList.toggle("bp-back", back);
        for (const name of Object.keys(VALUES).concat("truth")) paint(name);
        blocks.arrows.forEach((element) => element.show());
        const best = values.probabilities.indexOf(Math.max(...values.probabilities));
        said.textContent = `Step ${steps}: ${data.classes[best]} ${Math.round(100 * values.probabilities[best])} %, L ${three(values.loss)}`;
        const gap = farthest(x, theta, label, now.slope);
        checked.textContent = gap < 1e-5
            ? `Finite differences agree with all derivatives, to ${gap.toExponential(0)}. `
            : `A finite difference is off by ${gap.toFixed(2)}: the loss has a corner here (a z of 0, or two equal maxima). `;
        const [name, n] = chosen, words = (back ? DERIVATIVES : VALUES)[name];
        worked.textContent = words ? words(now, n) : `y(${data.classes[n]}) = ${n === label ? 1 : 0}: 1 for the true class. Press another one to change it.`;
        draw();
    }
    function paint(name) {
        const { cells, heading, grid, title, derivative } = blocks[name], found = numbers(name);
        const most = Math.max(...found.map(Math.abs), 1e-9), used = uses(...chosen);
        heading.textContent = back ? derivative : title;
        grid.setAttribute("aria-label", heading.textContent);
        cells.forEach((cell, n) => {
            const words = name === "truth" || (name === "x" && !back) ? String(found[n]) : two(found[n]);
            cell.textContent = name === "x" && back ? "" : words;
            cell.setAttribute("aria-label", `${heading.textContent}, ${n + 1}: ${words}`);
            cell.style.setProperty("--much", Math.round((45 * Math.abs(found[n])) / most) + "%");
            cell.className = [found[n] < 0 ? "minus" : "", name === "x" && x[n] ? "on" : "", used[name]?.includes(n) ? "used" : ""].join(" ");
            cell.setAttribute("aria-pressed", chosen[0] === name && chosen[1] === n);
        });
    }
    /* Block -> the cells that the chosen one comes about from. */
    function uses(name, n) {
        const all = (count) => Array.from({ length: count }, (_, k) => k), live = all(16).filter((place) => now.slope.z[place]);
        const column = all(data.classes.length).map((k) => 4 * k + n), patch = (place) => all(9).map((m) => under(Math.floor(place / MAP), place % MAP, m));
        const forwards = {
            z: () => ({ x: patch(n), kernel: all(9), bias: [0] }), relu: () => ({ z: [n] }), pooled: () => ({ relu: blockOf(n) }),
            logits: () => ({ pooled: all(4), weights: all(4).map((m) => 4 * n + m), biases: [n] }),
            probabilities: () => ({ logits: all(data.classes.length) }), loss: () => ({ probabilities: [label], truth: [label] }),
        };
        const backwards = {
            logits: () => ({ truth: [n] }), weights: () => ({ logits: [Math.floor(n / 4)] }), biases: () => ({ logits: [n] }),
            pooled: () => ({ logits: all(data.classes.length), weights: column }), z: () => ({ relu: [n] }), bias: () => ({ z: live }),
            relu: () => ({ pooled: now.values.winners.flatMap((place, m) => (place === n ? [m] : [])) }), kernel: () => ({ z: live }),
            x: () => ({ z: live.filter((place) => patch(place).includes(n)) }),
        };
        return (back ? backwards : forwards)[name]?.() ?? {};
    }
    function draw() {
        const svg = curve, WIDTH = 170, HEIGHT = 90, LEFT = 28, FOOT = 70;
        const last = Math.max(steps, TEN), highest = Math.max(1.5, ...losses.map(([, loss]) => loss));
        const place = ([step, loss]) => `${(LEFT + ((WIDTH - LEFT - 4) * step) / last).toFixed(1)} ${(FOOT - ((FOOT - 8) * loss) / highest).toFixed(1)}`;
        svg.setAttribute("viewBox", `0 0 ${WIDTH} ${HEIGHT}`);
        svg.setAttribute("role", "img");
        svg.setAttribute("aria-label", `The loss over ${steps} steps, now ${three(now.values.loss)}.`);
        const line = losses.map((point, n) => (n ? "L" : "M") + place(point)).join("");
        svg.replaceChildren(
            shape("path", { class: "axis", d: `M${LEFT} 4V${FOOT}H${WIDTH - 4}` }), shape("path", { class: "line", d: line }),
            shape("text", { x: LEFT - 4, y: 14, "text-anchor": "end" }, highest.toFixed(1)),
            shape("text", { x: LEFT - 4, y: FOOT, "text-anchor": "end" }, "0"),
            shape("text", { x: WIDTH - 4, y: HEIGHT - 4, "text-anchor": "end" }, `step ${last}`),
        );
    }

    return (fresh) => {
        data = fresh;
        if (key === data.key) return show();
        key = data.key;
        build();
        begin();
    };
}
