/* An agent on its way through a room, as a film of steps; and the same room for a person to walk through.
   data: words, key: what makes it another way, picture: the room with its walls (an address), rows, columns, reach: cells that
   the agent sees in each direction, actions: their names (four moves and stop), ways: [[down, right]] of the moves,
   filled: [[row, column]] of furniture, start: [row, column], goal: [[row, column]] beside the target, target: [row, column],
   meant: its name, shortest: steps, moments: [{at: [row, column], actions: [percent], heat: [percent of each cell in view],
   unseen: percent}], ended: what became of it, in words. */
export default function scene(root, send) {
    const CELL = 40, PACE = 700, KEYS = { ArrowUp: 0, ArrowDown: 1, ArrowLeft: 2, ArrowRight: 3, Enter: 4 };
    let data = null, at = 0, clock = null, mine = null;

    function draw(name, attributes) {
        const element = svg.appendChild(document.createElementNS("http://www.w3.org/2000/svg", name));
        for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    }
    function press(parent, words, act, name = "") {
        const button = add(parent, "button", { type: "button", textContent: words });
        if (name) button.setAttribute("aria-label", name);
        button.addEventListener("click", act);
        return button;
    }
    const pair = add(root, "div", { className: "rooms-pair" });
    const frame = add(pair, "div", { className: "rooms-frame", tabIndex: 0 });
    const room = add(frame, "img", { alt: "", draggable: false });
    const svg = frame.appendChild(document.createElementNS("http://www.w3.org/2000/svg", "svg"));
    const side = add(pair, "div", { className: "rooms-side" });
    const said = add(side, "p", { className: "rooms-said" });
    const film = add(side, "div", { className: "rooms-bar" });
    const first = press(film, "⇤", () => go(0), "To the start"), back = press(film, "◀", () => go(at - 1), "One step back");
    const play = press(film, "Play", () => run(!clock)), next = press(film, "▶", () => go(at + 1), "One step on");
    const steering = add(side, "div", { className: "rooms-bar" });
    const steer = press(steering, "Walk yourself", () => walk(mine ? null : begin()));
    const moves = ["↑", "↓", "←", "→", "Stop here"].map((words, k) => press(steering, words, () => act(k), k < 4 ? `Go ${["up", "down", "left", "right"][k]}` : ""));
    const bars = add(side, "div", { className: "rooms-actions" });
    const legend = add(side, "p", { className: "rooms-key" });
    said.setAttribute("role", "status");
    frame.setAttribute("role", "application");

    // ------------------------------------------------------------ the film

    const last = () => data.moments.length - 1;
    function go(to) {
        if (to < 0 || to > last()) return;
        at = to;
        show();
    }
    function run(on) {
        clearInterval(clock);
        clock = on ? setInterval(tick, PACE) : null;
        if (on && at === last()) at = 0;
        show();
    }
    function tick() {
        if (!root.isConnected) return run(false);
        if (at === last()) run(false);
        else go(at + 1);
    }

    // ------------------------------------------------------------ a person's own way

    const begin = () => ({ cells: [data.start], over: "" });
    const is = (one, other) => one[0] === other[0] && one[1] === other[1];
    const isFree = ([row, column]) =>
        row >= 0 && column >= 0 && row < data.rows && column < data.columns && !data.filled.some((cell) => is(cell, [row, column]));
    function walk(way) {
        mine = way;
        run(false);
        if (mine) frame.focus({ preventScroll: true });
    }
    function act(action) {
        if (!mine || mine.over) return;
        const here = mine.cells.at(-1);
        if (action === 4) {
            const right = data.goal.some((cell) => is(cell, here)), steps = mine.cells.length - 1;
            mine.over = right
                ? `You are there in ${steps} steps; the shortest way has ${data.shortest}. ${data.ended}`
                : `No: that is not beside the ${data.meant}.`;
        } else {
            const there = [here[0] + data.ways[action][0], here[1] + data.ways[action][1]];
            if (isFree(there)) mine.cells.push(there);
        }
        show();
    }
    frame.addEventListener("keydown", (event) => {
        const key = KEYS[event.key];
        if (key === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
        event.preventDefault();
        if (mine) act(key);
        else if (key === 2) go(at - 1);
        else if (key === 3) go(at + 1);
        else if (key === 4) run(!clock);
    });

    // ------------------------------------------------------------ what is seen

    const x = (column) => (column + 1) * CELL, y = (row) => (row + 1) * CELL;
    function way(cells, name) {
        const middles = cells.map(([row, column]) => `${x(column) + CELL / 2},${y(row) + CELL / 2}`);
        draw("polyline", { points: middles.join(" "), class: name });
        const [cx, cy] = middles.at(-1).split(",");
        draw("circle", { cx, cy, r: 0.28 * CELL, class: name });
    }
    function drawView({ at: [row, column], heat }) {
        const { reach, rows, columns } = data, side = 2 * reach + 1;
        for (let r = -1; r <= rows; r++)
            for (let c = -1; c <= columns; c++) {
                const down = r - row + reach, right = c - column + reach, inView = down >= 0 && right >= 0 && down < side && right < side;
                const percent = inView ? heat[down * side + right] : 0;
                if (!inView) draw("rect", { x: x(c), y: y(r), width: CELL, height: CELL, class: "beyond" });
                else if (percent > 0) draw("rect", { x: x(c), y: y(r), width: CELL, height: CELL, class: "heat", opacity: (0.75 * percent) / 100 });
            }
    }
    function show() {
        const moment = data.moments[at], own = Boolean(mine);
        svg.setAttribute("viewBox", `0 0 ${(data.columns + 2) * CELL} ${(data.rows + 2) * CELL}`);
        svg.replaceChildren();
        if (!own) drawView(moment);
        if (own ? mine.over : at === last())
            draw("rect", { x: x(data.target[1]) + 2, y: y(data.target[0]) + 2, width: CELL - 4, height: CELL - 4, class: "goal" });
        if (own) way(mine.cells, "you");
        else way(data.moments.slice(0, at + 1).map((one) => one.at), "agent");
        first.disabled = back.disabled = own || at === 0;
        next.disabled = own || at === last();
        play.disabled = own;
        play.textContent = clock ? "Pause" : "Play";
        steer.textContent = own ? "Back to the agent" : "Walk yourself";
        for (const button of moves) button.hidden = !own || Boolean(mine.over);
        bars.classList.toggle("off", own);
        drawActions(moment);
        said.textContent = own ? mine.over || `Your step ${mine.cells.length}. Arrow keys or the buttons; Enter where you have arrived.` : sayStep(moment);
        legend.textContent = own ? "You see the whole room; the agent never does." : `Orange: where it takes the ${data.asked} to be. Dark: out of its view.`;
    }
    function sayStep({ actions, unseen }) {
        const likeliest = actions.indexOf(Math.max(...actions));
        const seen = unseen >= 50 ? ` It does not see the target (${unseen}%).` : "";
        return `Step ${at + 1} of ${data.moments.length}: ${data.actions[likeliest]}, ${actions[likeliest]}%.${seen}${at === last() ? ` ${data.ended}` : ""}`;
    }
    function drawActions({ actions }) {
        bars.replaceChildren();
        data.actions.forEach((name, k) => {
            add(bars, "span", { textContent: name });
            add(add(bars, "span"), "i").style.width = `${actions[k]}%`;
            add(bars, "span", { textContent: `${actions[k]}%` });
        });
    }

    return (fresh) => {
        const other = data?.key !== fresh.key;
        data = fresh;
        room.src = data.picture;
        frame.setAttribute("aria-label", `${data.words} Arrow keys step through the film.`);
        if (other) [at, mine] = [last(), null];
        run(false);
    };
}
