export default function ({ data, parentElement }) {
    const find = (name) => parentElement.querySelector(name);
    find("#before").src = data.before; find("#after").src = data.after;
    find("#before").alt = `${data.label}: before`; find("#after").alt = `${data.label}: after`;
    find("#left").textContent = "before"; find("#right").textContent = "after";
    find("#frame").parentElement.style.maxWidth = `calc(92vh * ${data.ratio})`;
    const slider = find("input");
    slider.setAttribute("aria-label", `${data.label}: how much of the picture before is shown`);
    const move = () => {
        find("#before").style.clipPath = `inset(0 ${100 - slider.value}% 0 0)`;
        find("#line").style.left = `${slider.value}%`;
    };
    slider.oninput = move;
    move();
}
