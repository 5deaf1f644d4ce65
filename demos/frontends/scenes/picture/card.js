/* A small card over the picture, beside the place that it speaks of (pixels of the frame): lines of words or elements. */
function cardOver(frame) {
    const card = make("div", { class: "numbers", hidden: "", "aria-hidden": "true" });
    frame.append(card);
    const hide = () => (card.hidden = true);
    const show = (lines, px, py) => {
        card.hidden = false;
        card.replaceChildren(...lines.map((line) => (typeof line === "string" ? make("span", {}, line) : line)));
        card.style.left = `${Math.max(0, Math.min(px + 12, frame.clientWidth - card.offsetWidth))}px`;
        const above = py - card.offsetHeight - 8;
        card.style.top = `${py + 14 + card.offsetHeight > frame.clientHeight && above > 0 ? above : py + 14}px`;
    };
    return { show, hide };
}
