/* A round of a game: a picture shows more step by step, a press on a name ends it, and only then the server tells what is right.
   data: words, key: what makes it another round, round, rounds, names, steps: what each is called, step: which it is, frames:
   the address of that step's picture alone (the server gives each in its turn), of all steps once the round is over, worth: points for the right name at each step, cost, board: [{player, points}], held: the presses so far, pixelated; result:
   null until the round is over, then {truth: number of the right name, title, press: [step, name] or null, alone: addresses,
   aloneNames, networks: [{title, outcome, step, points, says: [[name, percent]] for the frames and then those alone, free:
   [class, percent]}]}; at the end of the game: over, board, seed. */
export default function scene(root, send) {
    const PACE = 1500, LOOKED_AT = 500, PATIENCE = 8000;
    let data = null, step = 0, pressed = null, asked = false, done = false, clock = null, waiting = false, due = 0;

    const say = add(root, "p", "ag-say");
    say.setAttribute("role", "status");
    const stage = add(root, "div", "ag-stage");
    const place = add(stage, "div", "ag-place");
    const picture = add(place, "img", "ag-picture");
    const dots = add(place, "div", "ag-steps");
    const side = add(stage, "div", "ag-side");
    const names = add(side, "div", "ag-names"), bar = add(side, "div", "ag-bar");
    const sharper = press(bar, "", "ag-more", more);
    const none = press(bar, "Name nothing", "", () => finish(null));
    const next = press(bar, "", "ag-next", () => send(data.over ? { presses: "", seed: data.seed + 1 } : { presses: data.held }));
    const self = add(bar, "label", "ag-self"), turning = add(self, "input", "");
    turning.type = "checkbox";
    self.append(" by itself");
    turning.addEventListener("change", () => run(turning.checked));
    const board = add(side, "div", "ag-board");
    const told = add(root, "div", "ag-told");
    root.addEventListener("keydown", byKey);

    function add(parent, name, style, words) {
        const element = parent.appendChild(document.createElement(name));
        element.className = style;
        if (words !== undefined) element.textContent = words;
        return element;
    }
    function press(parent, words, style, act) {
        const button = add(parent, "button", style, words);
        button.type = "button";
        button.addEventListener("click", act);
        return button;
    }
    const last = () => data.steps.length - 1;
    const written = () => (pressed ? `${pressed.step}:${pressed.name}` : "-");
    const sign = (points) => (points > 0 ? `+${points}` : String(points).replace("-", "−"));

    // ------------------------------------------------------------ what is done

    function byKey(event) {
        if (!data || data.over || event.ctrlKey || event.metaKey || event.altKey) return;
        const number = /^[0-9]$/.test(event.key) ? (Number(event.key) + 9) % 10 : null;
        if (number !== null && number < data.names.length) finish(number);
        else if (event.key === "ArrowRight") more();
        else if (event.key === "ArrowLeft" && done) go(step - 1);
        else return;
        event.preventDefault();
    }
    /* The next frame: the server has it until the round is over. A name may still be pressed while it is on its way. */
    function more() {
        if (done) return go(step + 1);
        if (data.over || asked || step === last() || (waiting && performance.now() < due + PATIENCE)) return;
        [waiting, due] = [true, performance.now() + PACE];
        send({ presses: `${data.held} +${step + 1}` });
    }
    function go(to) {
        if (to < 0 || to > last()) return;
        step = to;
        show();
    }
    /* One step each PACE, however long a frame is on its way; one that comes late is still looked at. */
    function run(on) {
        clearInterval(clock);
        due = performance.now() + PACE;
        clock = on ? setInterval(() => root.isConnected && !document.hidden && !done && performance.now() >= due && more(), 50) : null;
    }
    /* What is right is not known here: the press is sent, and the answer ends the round. */
    function finish(name) {
        if (done || asked) return;
        pressed = name === null ? null : { step, name };
        asked = true;
        show();
        send({ presses: `${data.held} ${written()} ?` });
    }

    // ------------------------------------------------------------ what is seen

    function show() {
        const over = Boolean(data.over);
        root.classList.toggle("ag-over", over);
        for (const part of [place, names, sharper, none, self]) part.hidden = over || (done && [sharper, none, self].includes(part));
        none.disabled = asked;
        next.hidden = !over && !done;
        next.textContent = over ? "Another game" : data.round === data.rounds ? "To the result" : "Next round";
        drawBoard();
        if (over) {
            told.replaceChildren();
            say.textContent = "The game is over.";
            return;
        }
        picture.src = data.frames.at(done ? step : -1);
        picture.alt = done ? `${data.result.title}, ${data.steps[step]}` : `What is it? ${data.steps[step]}, step ${step + 1} of ${last() + 1}`;
        picture.classList.toggle("pixelated", data.pixelated);
        say.textContent = done ? sayResult() : asked ? "What is right?" : `${data.steps[step]}: the right name is now worth ${data.worth[step]}, a wrong one costs ${data.cost}.`;
        sharper.textContent = step < last() ? "Show more ▸" : "That is all of it";
        sharper.disabled = asked || step === last();
        drawSteps();
        drawNames();
        drawTold();
    }
    function sayResult() {
        const { truth, title } = data.result, mine = myPoints();
        const you = pressed ? `You: ${data.names[pressed.name]} at ${data.steps[pressed.step]}, ${sign(mine)}.` : "You named nothing.";
        return `${title}: ${data.names[truth]}. ${you} ${sayNetworks()}`;
    }
    /* Which network was right first, with how sure it was, and how many were sure and wrong. */
    function sayNetworks() {
        const { networks } = data.result, of = (kind) => networks.filter(({ outcome }) => outcome === kind);
        const [first] = of("right").sort((one, other) => one.step - other.step), wrong = of("wrong").length;
        const right = first ? `First right network: ${first.title} at ${data.steps[first.step]}, ${first.says[first.step][1]}% sure.` : "No network was right.";
        return networks.length ? `${right}${wrong ? ` Sure and wrong: ${wrong} of ${networks.length}.` : ""}` : "";
    }
    /* What a network did, with its doubt: how sure it was; where it never was sure enough, how sure it was at most. */
    function sayNetwork({ outcome, step: at, says }) {
        if (outcome === "sat out") return "has no class for that";
        const shown = says.slice(0, data.steps.length);
        const [name, percent] = at === null ? shown.reduce((best, one) => (one[1] > best[1] ? one : best)) : shown[at];
        return at === null ? `never sure enough: at most ${percent}%, ${data.names[name]}` : `${data.names[name]}, ${percent}%, at ${data.steps[at]}`;
    }
    function myPoints() {
        if (!pressed) return 0;
        return pressed.name === data.result.truth ? data.worth[pressed.step] : -data.cost;
    }
    function drawSteps() {
        dots.replaceChildren();
        data.steps.forEach((name, k) => {
            const dot = done ? press(dots, data.worth[k], "", () => go(k)) : add(dots, "span", "", data.worth[k]);
            dot.title = name;
            if (done) dot.setAttribute("aria-label", `show ${name}`);
            if (k === step) dot.setAttribute("aria-current", "step");
        });
    }
    function drawNames() {
        if (names.childElementCount !== data.names.length || names.key !== data.key) {
            names.replaceChildren();
            names.key = data.key;
            data.names.forEach((name, k) => {
                const button = press(names, "", "", () => finish(k));
                add(button, "kbd", "", (k + 1) % 10);
                button.append(name);
            });
        }
        [...names.children].forEach((button, k) => {
            button.disabled = done || asked;
            button.classList.toggle("right", done && k === data.result.truth);
            button.classList.toggle("mine", Boolean(pressed) && k === pressed.name);
        });
    }
    function drawBoard() {
        board.replaceChildren();
        for (const { player, points } of data.board) {
            const network = data.result?.networks.find(({ title }) => title === player);
            const line = add(board, "div", "");
            const who = add(line, "span", "", player);
            add(line, "b", "", sign(points));
            if (network) add(who, "small", "", sayNetwork(network));
        }
    }
    function drawTold() {
        told.replaceChildren();
        if (!done) return;
        const wide = add(told, "div", "ag-wide");
        wide.tabIndex = 0;
        wide.setAttribute("role", "region");
        wide.setAttribute("aria-label", "What each network said at each step");
        const table = add(wide, "table", ""), head = add(table, "tr", "");
        ["network", ...data.steps].forEach((words) => (add(head, "th", "", words).scope = "col"));
        for (const network of data.result.networks) {
            const row = add(table, "tr", "");
            add(row, "th", "", network.title).scope = "row";
            network.says.slice(0, data.steps.length).forEach((one, k) => cell(row, one, k === network.step, k === step));
        }
        add(told, "p", "ag-note", "The likeliest of the names at each step, and its share of 100 % among them; framed: where the network pressed.");
        const free = data.result.networks.map(({ title, free: [name, percent] }) => `${title}: ${name} ${percent}%`).join(", ");
        if (free) add(told, "p", "ag-note", `Of all its classes, at the end. ${free}.`);
        if (data.result.alone.length) drawAlone(data.result);
    }
    function cell(row, [name, percent], chosen, now) {
        const right = name === data.result.truth, one = add(row, "td", `${right ? "right" : "wrong"}${chosen ? " chosen" : ""}${now ? " now" : ""}`);
        add(one, "span", "", data.names[name]);
        add(one, "span", "", `${right ? "✓" : "✗"} ${percent}%`);
    }
    function drawAlone({ alone, aloneNames, title: shown, networks, truth }) {
        const group = add(told, "div", "ag-alone");
        alone.forEach((address, k) => {
            const figure = add(group, "figure", ""), image = add(figure, "img", "");
            image.src = address;
            image.alt = `${shown}: ${aloneNames[k]}`;
            const words = add(figure, "figcaption", "");
            add(words, "b", "", aloneNames[k]);
            for (const { title, says } of networks) {
                const [name, percent] = says[data.steps.length + k];
                add(words, "div", "", `${title}: ${data.names[name]} ${percent}% ${name === truth ? "✓" : "✗"}`);
            }
        });
    }

    return (fresh) => {
        const another = !data || data.key !== fresh.key, over = Boolean(fresh.result), ended = over && (another || !done);
        if (asked && !another && !over && fresh.step > step) return; /* a frame that a press has overtaken */
        const followed = another ? done || fresh.over : asked, inside = root.contains(root.getRootNode().activeElement);
        data = fresh;
        if (!over) [step, pressed] = [fresh.step, null];
        if (ended) {
            step = last();
            pressed = fresh.result.press && { step: fresh.result.press[0], name: fresh.result.press[1] };
        }
        [waiting, asked, done] = [false, false, over];
        due = Math.max(due, performance.now() + (another ? PACE : LOOKED_AT));
        show();
        if (!followed || fresh.over || !(inside || lost())) return;
        (ended ? next : names.firstChild).focus({ preventScroll: true });
    };
    /* Whether what had the focus was switched off. */
    function lost() {
        const { activeElement } = document;
        return !activeElement || activeElement === document.body;
    }
}
