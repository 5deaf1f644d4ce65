export default function ({ data, parentElement, setTriggerValue }) {
    const buttons = data.map((example, number) => {
        const button = document.createElement("button");
        if (example.url) button.append(Object.assign(new Image(), { src: example.url, alt: "" }));
        const words = Object.assign(document.createElement("span"), { textContent: example.words });
        if (example.words) button.append(words);
        button.title = example.label;
        button.setAttribute("aria-label", `Example: ${example.label}`);
        button.onclick = () => setTriggerValue("chosen", number);
        return button;
    });
    parentElement.querySelector("#row").replaceChildren(...buttons);
}
