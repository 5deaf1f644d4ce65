export default function ({ data, parentElement, setTriggerValue }) {
    const buttons = data.cards.map((card, number) => {
        const button = document.createElement("button");
        if (card.url) button.append(Object.assign(new Image(), { src: card.url, alt: "" }));
        const words = Object.assign(document.createElement("span"), { textContent: card.words });
        if (card.words) button.append(words);
        button.title = card.label;
        button.setAttribute("aria-label", `${data.kind}: ${card.label}`);
        button.onclick = () => setTriggerValue("chosen", number);
        return button;
    });
    const row = parentElement.querySelector("#row");
    row.setAttribute("aria-label", data.label);
    row.classList.toggle("large", data.large);
    row.classList.toggle("pixelated", data.pixelated);
    row.replaceChildren(...buttons);
}
