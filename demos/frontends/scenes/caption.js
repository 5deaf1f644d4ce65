/* A sentence as a strip of buttons, one for each word: the photo with where the network looked, the word, its probability.
   The pressed one stands large below, with its rivals; a press on a rival sets the input "beginning" to the words before it
   and the rival. data: words, width and height of the photos, fixed (how many words were given), chosen (number of a card),
   cards: [{word, share 0..1, photo: address, rivals: [{word, share, beginning}]}], whole: {photo, words} of all words
   together, or nothing: it stands after the last word. */
export default function scene(root, send) {
    let data = null;

    const percent = (share) => (share < 0.005 ? "<1 %" : `${Math.round(100 * share)} %`);
    const strip = add(root, "div", { className: "cp-strip" }), detail = add(root, "div", { className: "cp-detail" });
    const cards = () => [...strip.querySelectorAll("button")];

    function photograph(parent, card) {
        const photo = add(parent, "img", { className: "cp-photo", src: card.photo, alt: "" });
        photo.style.aspectRatio = `${data.width} / ${data.height}`;
    }
    function choose(number) {
        cards().forEach((button, k) => button.setAttribute("aria-pressed", k === number));
        const card = data.cards[number] ?? data.whole;
        detail.replaceChildren();
        photograph(detail, card);
        const side = add(detail, "div", { className: "cp-side" });
        if (card === data.whole) add(side, "p", { className: "cp-now", role: "status" }, card.words);
        else tell(card, number, side);
    }
    function tell(card, number, side) {
        const before = data.cards.slice(0, number).map(({ word }) => word).join(" ");
        const given = number < data.fixed ? "given, " : "";
        add(side, "p", { className: "cp-now", role: "status" }, `${before} `);
        add(side.firstChild, "strong", {}, card.word);
        add(side.firstChild, "span", {}, ` ${given}${percent(card.share)}`);
        add(side, "p", { className: "cp-ask" }, card.rivals.length ? "Or, and on from there:" : "");
        for (const rival of card.rivals) {
            const button = add(side, "button", { type: "button", className: "cp-rival" });
            button.setAttribute("aria-label", `${rival.beginning}, ${percent(rival.share)}: go on from there`);
            add(button, "span", {}, rival.word);
            const bar = add(add(button, "span", { className: "cp-bar" }), "i");
            bar.style.width = `${100 * rival.share}%`;
            add(button, "span", { className: "cp-share" }, percent(rival.share));
            button.addEventListener("click", () => send({ beginning: rival.beginning }));
        }
        if (data.fixed) {
            const button = add(side, "button", { type: "button", className: "cp-anew" }, "Let it begin by itself");
            button.addEventListener("click", () => send({ beginning: "" }));
        }
    }
    function walk(event, number) {
        const to = number + ({ ArrowRight: 1, ArrowLeft: -1 }[event.key] ?? NaN);
        if (!cards()[to]) return;
        event.preventDefault();
        cards()[to].focus();
        choose(to);
    }
    function drawCard(card, number) {
        const button = add(strip, "button", { type: "button", className: number < data.fixed ? "cp-card cp-given" : "cp-card" });
        button.setAttribute("aria-label", card === data.whole ? "all words together" : `${card.word}, ${percent(card.share)}`);
        photograph(button, card);
        add(button, "span", { className: "cp-word" }, card === data.whole ? "all" : card.word);
        add(button, "span", { className: "cp-share" }, card === data.whole ? "words" : percent(card.share));
        button.addEventListener("click", () => choose(number));
        button.addEventListener("keydown", (event) => walk(event, number));
    }

    return (fresh) => {
        data = fresh;
        strip.replaceChildren();
        [...data.cards, ...(data.whole ? [data.whole] : [])].forEach(drawCard);
        choose(Math.max(0, Math.min(data.chosen, data.cards.length - 1)));
    };
}
